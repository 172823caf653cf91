/** A step: one command, run until nothing in the tree can move. */
import { askConditions } from '../behaviors/conditions.js';
import { holdMoves } from '../behaviors/suspension.js';
import { answer } from '../commands/index.js';
import type { Command } from '../records/commands.js';
import type { InstanceTree } from '../state/instance-tree.js';
import { runAgenda } from './lifecycle.js';
import { PROCESSORS } from './registry.js';
import { beginStep } from './step-run.js';
import type { StepContext, StepResult } from './step-types.js';

/**
 * Runs a command against a tree. The tree is changed in place; the same tree, command and context always give
 * the same events. A rejection leaves the tree as it was.
 * @throws only on a defect; the tree is then to be dropped and loaded again.
 */
export function step(tree: InstanceTree, command: Command, context: StepContext): StepResult {
  const run = beginStep(tree, context, { processors: PROCESSORS, askConditions });
  const rejection = answer(run, command);
  if (rejection) return { ok: false, rejection };
  // What the caller brought does not count: it comes once, and its size has a limit of its own.
  run.weight = 0;
  if (tree.suspension) holdMoves(run);
  else runAgenda(run);
  return { ok: true, events: run.events };
}
