/**
 * The jobs of the customer onboarding, as plain functions of a job's variables and key.
 * Each returns what it did or would do (`says`) and the variables, or the BPMN error, it answers with.
 *
 * No register and no credit bureau is asked: identity is checked by what a passport number proves about
 * itself, credit by what the customer says to earn.
 */

const COUNTRIES_WITH_CREDIT_DATA = ['DE', 'FR', 'NL', 'PT'];

/** The check digit of a passport number (ICAO Doc 9303, part 3, §4.9): weights 7, 3, 1 over its characters. */
function checkDigit(characters) {
  const sum = [...characters].reduce((total, character, index) => {
    const value = character === '<' ? 0 : Number.parseInt(character, 36);
    return total + value * [7, 3, 1][index % 3];
  }, 0);
  return String(sum % 10);
}

/** Whole years between a date of birth (yyyy-mm-dd) and a day. */
function ageOn(day, dateOfBirth) {
  const birth = new Date(`${dateOfBirth}T00:00:00Z`);
  const years = day.getUTCFullYear() - birth.getUTCFullYear();
  const hadBirthday =
    day.getUTCMonth() > birth.getUTCMonth() ||
    (day.getUTCMonth() === birth.getUTCMonth() && day.getUTCDate() >= birth.getUTCDate());
  return hadBirthday ? years : years - 1;
}

/** Checks passport number and age. Answers `identity`: {verified, findings}. */
function checkIdentity({ customer }) {
  const number = String(customer.passportNumber ?? '').toUpperCase();
  const isPassport = /^[A-Z0-9<]{9}[0-9]$/.test(number) && checkDigit(number.slice(0, 9)) === number[9];
  const isAdult = ageOn(new Date(), customer.dateOfBirth) >= 18;
  const findings = [
    ...(isPassport ? [] : ['the check digit of the passport number is wrong']),
    ...(isAdult ? [] : ['the customer is under 18']),
  ];
  return {
    says: findings.length === 0 ? 'passport number and age are in order' : findings.join('; '),
    variables: { identity: { verified: findings.length === 0, findings } },
  };
}

/** Rates what the customer can afford. Answers `credit`: {rating, findings}; error NO_CREDIT_DATA. */
function checkCredit({ customer, requestedLimit }) {
  if (!COUNTRIES_WITH_CREDIT_DATA.includes(customer.country)) {
    const errorMessage = `There is no credit data for customers from ${customer.country}.`;
    return { says: errorMessage, error: { errorCode: 'NO_CREDIT_DATA', errorMessage } };
  }
  const monthsOfIncome = customer.monthlyIncome > 0 ? requestedLimit / customer.monthlyIncome : Infinity;
  const rating = monthsOfIncome <= 2 ? 'good' : monthsOfIncome <= 5 ? 'fair' : 'poor';
  const findings = rating === 'good' ? [] : ['the limit is more than two monthly incomes'];
  return { says: `the credit rating is ${rating}`, variables: { credit: { rating, findings } } };
}

/** Opens an account. Answers `accountNumber`, the same one for the same job. */
function openAccount({ customer, limit }, jobKey) {
  const accountNumber = `ACC-${jobKey}`;
  return {
    says: `would open account ${accountNumber} for ${customer.name} with a limit of ${limit} EUR`,
    variables: { accountNumber },
  };
}

/** Tells a customer that no account is opened. Answers `notificationReference`. */
function sendRejection({ to, text }, jobKey) {
  const notificationReference = `MAIL-${jobKey}`;
  return {
    says: `would write to ${to}: "${text}", reference ${notificationReference}`,
    variables: { notificationReference },
  };
}

/** Job types and what does them. */
export const customerJobs = {
  'check-identity': checkIdentity,
  'check-credit': checkCredit,
  'open-account': openAccount,
  'send-rejection': sendRejection,
};
