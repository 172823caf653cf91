/** What the kernel asks of an element type. A processor reads the state, appends engine events, and moves no state itself. */
import type { SequenceFlow } from '../model/process-model.js';
import type { ElementInstance } from '../state/instance-tree.js';
import type { Failure } from '../behaviors/evaluate.js';
import type { Step } from './step-run.js';

/** How elements of one type behave. */
export interface Processor {
  /**
   * A token entered: bring the element to its wait state, or complete it. A failure becomes an incident,
   * and the same call is made again when it is resolved.
   */
  activate(step: Step, element: ElementInstance): Failure | void;
  /** Which flows its token leaves by; absent: those of `leavingFlows`. A failure becomes an incident. */
  chooseFlows?(step: Step, element: ElementInstance): readonly SequenceFlow[] | Failure;
  /** The flows whose tokens it consumes on entering; null while it must wait. Absent: the one that arrived. */
  join?(element: SequenceFlow, scope: ElementInstance): readonly SequenceFlow[] | null;
  /** After it completed, instead of looking whether its scope has ended. */
  afterComplete?(step: Step, element: ElementInstance): void;
}
