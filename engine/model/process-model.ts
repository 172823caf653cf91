/**
 * The executable model: what the engine needs of a BPMN process, linked by reference and by index.
 * It holds no XML and no instance state, and is never changed after it was read.
 */
import type { CompiledExpression } from '../feel/index.js';
import type { ElementType } from './element-types.js';
import type { JsonValue } from './json.js';

/**
 * A value given in the model: either fixed text, or a FEEL expression (written with a leading "=").
 * Exactly one of `fixed` and `feel` is set.
 */
export interface ModelValue {
  readonly source: string;
  readonly fixed: JsonValue | undefined;
  readonly feel: CompiledExpression | undefined;
}

/** One `zeebe:input` or `zeebe:output`: evaluates `source`, stores it at `target` (a path of names). */
export interface VariableMapping {
  readonly source: ModelValue;
  readonly target: readonly string[];
}

/** A worker that is asked when an element begins or ends (`zeebe:executionListener`). */
export interface ListenerDefinition {
  readonly type: ModelValue;
  readonly retries: ModelValue;
  readonly headers: Readonly<Record<string, string>>;
}

/** The changes in the life of a user task that listeners can be asked about, by their names in API answers. */
export const TASK_TRANSITIONS = ['CREATING', 'ASSIGNING', 'UPDATING', 'COMPLETING', 'CANCELING'] as const;

/** A change in the life of a user task. */
export type TaskTransition = (typeof TASK_TRANSITIONS)[number];

/** The workers asked at each change of a user task, in order (`zeebe:taskListener`). */
export type TaskListeners = { readonly [T in TaskTransition]?: readonly ListenerDefinition[] };

/** How a job is made for an element (`zeebe:taskDefinition`, `zeebe:taskHeaders`). */
export interface JobDefinition {
  readonly type: ModelValue;
  readonly retries: ModelValue;
  readonly headers: Readonly<Record<string, string>>;
  readonly linkedResources: readonly LinkedResource[];
}

/** A deployed file that the job's worker needs (`zeebe:linkedResource`), by the name that the worker knows it by. */
export interface LinkedResource {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly linkName: string;
  readonly binding: Binding;
}

/** A form that stands in the file of its process. */
export interface EmbeddedForm {
  /** The id under which it is deployed, with that of its process. */
  readonly id: string;
  /** The id that it has in the file. */
  readonly name: string;
  /** Its JSON, as the form editor wrote it. */
  readonly schema: string;
}

/** `zeebe:userTask` with its assignment, schedule, priority and form. */
export interface UserTaskDefinition {
  readonly assignee: ModelValue | undefined;
  readonly candidateGroups: ModelValue | undefined;
  readonly candidateUsers: ModelValue | undefined;
  readonly dueDate: ModelValue | undefined;
  readonly followUpDate: ModelValue | undefined;
  readonly priority: ModelValue | undefined;
  readonly formId: string | undefined;
  readonly formBinding: Binding;
  readonly externalFormReference: ModelValue | undefined;
  /** Undefined where no listener is asked about anything. */
  readonly listeners: TaskListeners | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly approval: ApprovalDefinition;
}

/** What a user task asks of whoever completes it (docs/approvals.md). */
export interface ApprovalDefinition {
  /** The variables that carry an approval's answer, true or false, and its reason; undefined where it asks for none. */
  readonly answer: { readonly variable: string; readonly reason: string } | undefined;
  /** What a signature stands for, of an approval and of a refusal. */
  readonly meaning: string | undefined;
  readonly refusalMeaning: string | undefined;
  /** Whether the password is asked for again. */
  readonly reauthenticate: boolean;
  /** Whoever did one of these in the same case may not complete the task. */
  readonly fourEyes: readonly OtherHands[];
}

/** Something that another person must have done: started the case, deployed its processes, or completed a user task. */
export type OtherHands =
  | { readonly kind: 'starter' }
  | { readonly kind: 'deployer' }
  /** A task of this process where `processId` is undefined. */
  | { readonly kind: 'task'; readonly processId: string | undefined; readonly elementId: string };

/** A script task computed by the engine itself (`zeebe:script`). */
export interface ScriptDefinition {
  readonly expression: ModelValue;
  readonly resultVariable: string;
}

/** Which changes of variables make a condition be asked (`zeebe:conditionalFilter`); an empty list means any. */
export interface ConditionFilter {
  readonly variableNames: readonly string[];
  readonly variableEvents: readonly string[];
}

/** What starts, catches or throws an event. `code` undefined on an error catches every error. */
export type EventDefinition =
  | { readonly kind: 'none' }
  | { readonly kind: 'message'; readonly name: ModelValue; readonly correlationKey: ModelValue | undefined }
  | { readonly kind: 'timer'; readonly timer: 'date' | 'duration' | 'cycle'; readonly value: ModelValue }
  | { readonly kind: 'signal'; readonly name: ModelValue }
  | { readonly kind: 'error'; readonly code: ModelValue | undefined }
  | { readonly kind: 'terminate' }
  | { readonly kind: 'escalation'; readonly code: ModelValue | undefined }
  | {
      readonly kind: 'conditional';
      readonly condition: ModelValue;
      readonly filter: ConditionFilter | undefined;
    }
  | { readonly kind: 'link'; readonly name: string }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'multiple'; readonly parallel: boolean; readonly events: readonly EventDefinition[] }
  | { readonly kind: 'compensation'; readonly activityId: string | undefined };

/**
 * Which version of something another file defines is meant: the latest one when it is needed, the one deployed
 * together with this process, or the latest one with a version tag.
 */
export type Binding =
  | { readonly kind: 'latest' }
  | { readonly kind: 'deployment' }
  | { readonly kind: 'versionTag'; readonly versionTag: string };

/** `zeebe:calledDecision`. */
export interface CalledDecision {
  readonly decisionId: ModelValue;
  readonly binding: Binding;
  readonly resultVariable: string;
}

/** The single triggers of an event: several where it is a multiple event (BPMN 2.0.2 §10.5.5). */
export function triggersOf({ event }: FlowNode): readonly EventDefinition[] {
  return event.kind === 'multiple' ? event.events : [event];
}

/** `zeebe:calledElement`. */
export interface CalledElement {
  readonly processId: ModelValue;
  readonly binding: Binding;
  /** The business id of the called instance. */
  readonly businessId: ModelValue | undefined;
  readonly propagateAllChildVariables: boolean;
  readonly propagateAllParentVariables: boolean;
}

/**
 * How often an activity runs (BPMN 2.0.2 §10.3.8): once for each item of a collection, a number of times,
 * or while a condition holds.
 */
export type LoopDefinition =
  | {
      readonly kind: 'multi-instance';
      readonly sequential: boolean;
      readonly collection: ModelValue | undefined;
      readonly cardinality: ModelValue | undefined;
      readonly inputElement: string | undefined;
      readonly outputCollection: string | undefined;
      readonly outputElement: ModelValue | undefined;
      readonly completionCondition: ModelValue | undefined;
    }
  | {
      readonly kind: 'standard';
      readonly testBefore: boolean;
      readonly condition: ModelValue | undefined;
      readonly maximum: number | undefined;
    };

/** An ad-hoc sub-process (BPMN 2.0.2 §10.3.5): whatever is activated inside it runs, in any order. */
export interface AdHocDefinition {
  readonly sequential: boolean;
  /** Ids of the elements to activate at the beginning. */
  readonly activeElements: ModelValue | undefined;
  readonly completionCondition: ModelValue | undefined;
  /** Whether what still runs is stopped when the completion condition holds. */
  readonly cancelRemaining: boolean;
  readonly outputCollection: string | undefined;
  readonly outputElement: ModelValue | undefined;
}

/** A sequence flow (BPMN 2.0.2 §8.4.13). `index` is its place in `ProcessModel.flows`. */
export interface SequenceFlow {
  readonly index: number;
  readonly id: string;
  readonly name: string | undefined;
  readonly source: FlowNode;
  readonly target: FlowNode;
  readonly condition: ModelValue | undefined;
}

/**
 * A flow node, or the process itself (index 0). One flat shape for all types keeps the step loop
 * monomorphic; a part that a type does not have is undefined or empty.
 */
export interface FlowNode {
  readonly index: number;
  readonly id: string;
  readonly name: string | undefined;
  readonly type: ElementType;
  /** The flow scope that contains it; null for the process. */
  readonly scope: FlowNode | null;
  readonly incoming: readonly SequenceFlow[];
  readonly outgoing: readonly SequenceFlow[];
  /** The flow taken when no condition holds. */
  readonly defaultFlow: SequenceFlow | undefined;
  /** Flow nodes directly inside, for a container. */
  readonly children: readonly FlowNode[];
  /** The none start event of a container, where it has one. */
  readonly startEvent: FlowNode | undefined;
  /** Boundary events attached to it. */
  readonly boundaryEvents: readonly FlowNode[];
  /** Event sub-processes directly inside a container. */
  readonly eventSubProcesses: readonly FlowNode[];
  /** Events that can be triggered while it is active: boundary events, and starts of its event sub-processes. */
  readonly catchers: readonly FlowNode[];
  /** For a `multiInstanceBody`: how often the activity `inner` runs. Both have the activity's id. */
  readonly loop: LoopDefinition | undefined;
  readonly inner: FlowNode | undefined;
  /**
   * For an event-based gateway or receive task that begins instances (BPMN 2.0.2 §10.6.6, §10.3.3): by one of its
   * messages, or, for a parallel gateway, by the first of messages that must all come.
   */
  readonly instantiates: 'exclusive' | 'parallel' | undefined;
  /** For an `adHocSubProcess`; its `inner` is the scope of one activated element, with what follows it. */
  readonly adHoc: AdHocDefinition | undefined;
  /** What undoes it after it completed: an activity for compensation, or an event sub-process inside it. */
  readonly compensationHandler: FlowNode | undefined;
  /** Whether it only runs to undo another activity. */
  readonly isForCompensation: boolean;
  /** How many tokens it takes to begin, and how many leave it by each flow (BPMN 2.0.2 Table 10.3); 1 but for activities. */
  readonly startQuantity: number;
  readonly completionQuantity: number;
  /** For a throwing link event: the catching one of the same name in its scope. */
  readonly linkTarget: FlowNode | undefined;
  /** For a complex gateway: when it fires, asked with `activationCount`. */
  readonly activationCondition: ModelValue | undefined;
  /** The activity this boundary event is attached to. */
  readonly attachedTo: FlowNode | undefined;
  /** Whether a boundary event, or the start of an event sub-process, interrupts. */
  readonly interrupting: boolean;
  readonly event: EventDefinition;
  readonly inputs: readonly VariableMapping[];
  readonly outputs: readonly VariableMapping[];
  readonly job: JobDefinition | undefined;
  /** How urgent its jobs are (`zeebe:jobPriorityDefinition`), of its own or of the process; higher comes first. */
  readonly jobPriority: ModelValue | undefined;
  /** Workers asked one after the other before its work begins, and before it completes. */
  readonly startListeners: readonly ListenerDefinition[];
  readonly endListeners: readonly ListenerDefinition[];
  readonly userTask: UserTaskDefinition | undefined;
  readonly script: ScriptDefinition | undefined;
  readonly calledElement: CalledElement | undefined;
  readonly calledDecision: CalledDecision | undefined;
  /** What kind of AI agent does its work (`zeebe:agentDefinition`). */
  readonly agentType: string | undefined;
  /** `zeebe:properties`. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The activity that an element is: of a body, which stands for one that runs several times, the one inside it. */
export function activityOf(element: FlowNode): FlowNode {
  return element.loop && element.inner ? element.inner : element;
}

/** An executable process, read from one BPMN `process` element. */
export interface ProcessModel {
  readonly id: string;
  readonly name: string | undefined;
  readonly versionTag: string | undefined;
  /** `elements[0]` is the process itself. */
  readonly elements: readonly FlowNode[];
  readonly flows: readonly SequenceFlow[];
  readonly elementsById: ReadonlyMap<string, FlowNode>;
  readonly flowsById: ReadonlyMap<string, SequenceFlow>;
  /** Whether it has gateways that wait for what happens elsewhere in their scope: inclusive or complex. */
  readonly looksAround: boolean;
  /** The form shown before starting (`zeebe:formDefinition` on the none start event). */
  readonly startFormId: string | undefined;
  /** Whether it is recorded who looks at its instances (the property `sensitive` of the process). */
  readonly sensitive: boolean;
  readonly startFormBinding: Binding;
  /** Forms that stand in the file of the process and are deployed with it (`zeebe:userTaskForm`). */
  readonly embeddedForms: readonly EmbeddedForm[];
}
