/**
 * Transactions (BPMN 2.0.2 §10.3.5, §13.5.6): a cancel end event stops everything in the transaction, undoes what
 * completed in it, and then leaves by the cancel boundary event.
 */
import type { Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { triggerCompensation, undoNext } from './compensation.js';
import { closeSubscriptions } from './subscriptions.js';
import { discardTokens, terminateChildren } from './termination.js';
import { catchAt } from './triggers.js';

/** Begins to cancel the transaction around a cancel end event. */
export function cancelTransaction(step: Step, canceller: ElementInstance): void {
  const transaction = transactionOf(canceller);
  stopOthers(step, transaction, canceller);
  if (!triggerCompensation(step, canceller, transaction, undefined)) leaveCancelled(step, transaction);
}

/** Undoes the next activity, or leaves the transaction when all are undone. */
export function goOnCancelling(step: Step, canceller: ElementInstance): void {
  const transaction = transactionOf(canceller);
  if (!undoNext(step, canceller, transaction)) leaveCancelled(step, transaction);
}

function transactionOf(element: ElementInstance): ElementInstance {
  for (let scope = element.scope; scope; scope = scope.scope)
    if (scope.node.type === 'transaction') return scope;
  throw new Error(`The cancel event ${element.node.id} is in no transaction.`);
}

/** Terminates everything in the transaction but the cancel event and the scopes around it. */
function stopOthers(step: Step, transaction: ElementInstance, canceller: ElementInstance): void {
  let spared = canceller;
  for (let scope = canceller.scope; scope; scope = scope.scope) {
    terminateChildren(step, scope, new Set([spared]));
    discardTokens(step, scope);
    if (scope === transaction) return;
    closeSubscriptions(step, scope);
    spared = scope;
  }
}

function leaveCancelled(step: Step, transaction: ElementInstance): void {
  const { scope } = transaction;
  const host = scope?.node.inner === transaction.node ? scope : transaction;
  const boundary = host.node.boundaryEvents.find(({ event }) => event.kind === 'cancel');
  if (!boundary) throw new Error(`The transaction ${transaction.node.id} has no cancel boundary event.`);
  catchAt(step, host, boundary, {});
}
