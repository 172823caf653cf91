/**
 * The jobs of the invoice approval, as plain functions of a job's variables and key.
 * Each returns what it would do (`says`) and the variables it answers with.
 */

/** Pays an invoice. Answers `paymentReference`, the same one for the same job. */
function payInvoice({ supplier, amount, currency, dueDate }, jobKey) {
  const paymentReference = `PAY-${jobKey}`;
  const by = dueDate === null || dueDate === undefined ? 'at once' : `by ${dueDate}`;
  return {
    says: `would pay ${amount} ${currency} to ${supplier} ${by}, reference ${paymentReference}`,
    variables: { paymentReference },
  };
}

/** Tells a supplier why an invoice was refused. Answers `notificationReference`. */
function notifySupplier({ to, text }, jobKey) {
  const notificationReference = `MAIL-${jobKey}`;
  return {
    says: `would write to ${to}: "${text}", reference ${notificationReference}`,
    variables: { notificationReference },
  };
}

/** Reminds the people of a group. */
function sendReminder({ group, text }) {
  return { says: `would remind the group ${group}: "${text}"`, variables: {} };
}

/** Job types and what does them. */
export const invoiceJobs = {
  'pay-invoice': payInvoice,
  'notify-supplier': notifySupplier,
  'send-reminder': sendReminder,
};
