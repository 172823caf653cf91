/** What the kernel asks of an element type. A processor reads the state, appends engine events, and moves no state itself. */
import type { EventData } from '../records/engine-events.js';
import type { FlowNode, SequenceFlow } from '../model/process-model.js';
import type { ElementInstance } from '../state/instance-tree.js';
import type { Failure } from '../behaviors/evaluate.js';
import type { Step } from './step-run.js';

/** What is written down with an element's completion. */
export type CompletionNote = EventData['element completed'];

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
  join?(flow: SequenceFlow, scope: ElementInstance): readonly SequenceFlow[] | null;
  /**
   * For a join that depends on tokens elsewhere: asked again once nothing in the step moves. Activates what can
   * be activated and says whether something was.
   */
  settle?(step: Step, node: FlowNode, scope: ElementInstance): boolean;
  /** Something the element waited for inside the instance is done. */
  resume?(step: Step, element: ElementInstance): void;
  /** What a container notes of a child that completes; asked while both are still there. */
  collect?(step: Step, container: ElementInstance, child: ElementInstance): CompletionNote | Failure;
  /** A child of the container is gone: whether the container may complete once it is empty. */
  afterChild?(step: Step, container: ElementInstance): boolean | Failure;
  /** After it completed, instead of looking whether its scope has ended. */
  afterComplete?(step: Step, element: ElementInstance): void;
}
