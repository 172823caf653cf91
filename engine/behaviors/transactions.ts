/**
 * Transactions (BPMN 2.0.2 §10.3.5, §13.5.3): a cancel end event stops everything in the transaction, undoes what
 * completed in it, and then leaves by the cancel boundary event.
 */
import type { Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { triggerCompensation, undoNext } from './compensation.js';
import { discardTokens, terminate } from './termination.js';
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
function stopOthers(step: Step, scope: ElementInstance, canceller: ElementInstance): void {
  const around = new Set<ElementInstance>();
  for (let outer: ElementInstance | null = canceller; outer && outer !== scope; outer = outer.scope)
    around.add(outer);
  for (const child of [...scope.children]) if (!around.has(child)) terminate(step, child);
  discardTokens(step, scope);
}

function leaveCancelled(step: Step, transaction: ElementInstance): void {
  const { scope } = transaction;
  const host = scope?.node.inner === transaction.node ? scope : transaction;
  const boundary = host.node.boundaryEvents.find(({ event }) => event.kind === 'cancel');
  if (!boundary) throw new Error(`The transaction ${transaction.node.id} has no cancel boundary event.`);
  catchAt(step, host, boundary, {});
}
