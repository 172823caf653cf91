/** Commands that suspend and resume a tree of process instances: a root instance and everything it called. */
import { ANY_CHANGE } from '../behaviors/conditions.js';
import { outsideWaits, releaseMoves } from '../behaviors/suspension.js';
import { continueTokens } from '../kernel/postponed.js';
import { append, type Step } from '../kernel/step-run.js';
import type { Key } from '../model/keys.js';
import type { Command } from '../records/commands.js';
import type { ResumeInstance, SuspendInstance } from '../records/operate-commands.js';
import type { Rejection } from '../records/rejections.js';
import { isBeingStopped, type ElementInstance } from '../state/instance-tree.js';

/** Stops everything in the tree where it stands. */
export function suspendInstance(step: Step, { processInstanceKey }: SuspendInstance): Rejection | void {
  const root = findRoot(step, processInstanceKey);
  if ('reason' in root) return root;
  if (step.tree.suspension) return invalid(`Process instance ${processInstanceKey} is suspended already.`);
  append(step, root, 'instance suspended', outsideWaits(step.tree));
}

/** Lets the tree go on where it stood, with what was finished meanwhile. */
export function resumeInstance(step: Step, { processInstanceKey }: ResumeInstance): Rejection | void {
  const root = findRoot(step, processInstanceKey);
  if ('reason' in root) return root;
  if (!step.tree.suspension) return invalid(`Process instance ${processInstanceKey} is not suspended.`);
  release(step, root);
  continueTokens(step);
  step.conditionsChanged = true;
  step.changedVariables.add(ANY_CHANGE);
}

/** Ends a suspension: what was held is on the agenda again. */
export function release(step: Step, root: ElementInstance): void {
  const { suspension } = step.tree;
  if (!suspension) return;
  const now = outsideWaits(step.tree);
  const both = (name: keyof typeof now): Key[] => [...new Set([...suspension.waits[name], ...now[name]])];
  append(step, root, 'instance resumed', {
    jobKeys: both('jobKeys'),
    timerKeys: both('timerKeys'),
    subscriptionKeys: both('subscriptionKeys'),
  });
  releaseMoves(step, suspension.held);
}

/** What a suspended tree does not take: it would be lost or done twice if it were only held. */
const REFUSED: ReadonlySet<Command['type']> = new Set([
  'complete user task',
  'trigger timer',
  'continue moves',
  'correlate message',
]);

/** Why a command cannot be given to a suspended tree; undefined where it can. */
export function whySuspended(step: Step, { type }: Command): Rejection | undefined {
  if (!step.tree.suspension || !REFUSED.has(type)) return undefined;
  return invalid(`Process instance ${step.tree.rootKey} is suspended. Resume it first.`);
}

function findRoot(step: Step, processInstanceKey: Key): ElementInstance | Rejection {
  const root = step.tree.elements.get(processInstanceKey);
  if (root?.node.type !== 'process' || isBeingStopped(root)) {
    return { type: 'NOT_FOUND', reason: `No active process instance has the key ${processInstanceKey}.` };
  }
  if (!root.scope) return root;
  return invalid(
    `Process instance ${processInstanceKey} was called by ${root.scope.processInstanceKey}. ` +
      `It is suspended and resumed with the root instance ${step.tree.rootKey}.`,
  );
}

function invalid(reason: string): Rejection {
  return { type: 'INVALID_STATE', reason };
}
