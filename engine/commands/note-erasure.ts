/** The command that journals in a running tree that contents of its rows were erased. */
import { append, type Step } from '../kernel/step-run.js';
import type { NoteErasure } from '../records/operate-commands.js';
import type { Rejection } from '../records/rejections.js';

/** Appends a row that changes nothing but the tree's revision. Refused where nothing of the tree is active any more. */
export function noteErasure(step: Step, { erasureKey }: NoteErasure): Rejection | void {
  const root = step.tree.elements.get(step.tree.rootKey);
  if (!root) return { type: 'INVALID_STATE', reason: `Process instance ${step.tree.rootKey} has ended.` };
  append(step, root, 'contents erased', { erasureKey });
}
