/** Flow nodes while they are being read: the model's shape, still open for writing. */
import type { FlowNode, ProcessModel, SequenceFlow } from '../model/process-model.js';
import type { ElementType } from '../model/element-types.js';
import type { ProblemList } from '../rules/problem.js';
import type { ModdleElement } from './moddle.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** A flow node that readers may fill in. */
export type FlowNodeDraft = Writable<FlowNode>;

/** What a reader of one element gets: the parsed element, the node to fill, and where to report. */
export interface ElementReading {
  readonly source: ModdleElement;
  readonly node: FlowNodeDraft;
  readonly problems: ProblemList;
}

/** Reads what is particular to an element type. */
export type ElementReader = (reading: ElementReading) => void;

/** A process while it is being read. */
export interface ProcessDraft {
  readonly elements: FlowNodeDraft[];
  readonly flows: SequenceFlow[];
  readonly elementsById: Map<string, FlowNodeDraft>;
  readonly flowsById: Map<string, SequenceFlow>;
}

/** A flow node of a type with nothing filled in. */
export function draftNode(
  index: number,
  id: string,
  name: string | undefined,
  type: ElementType,
  scope: FlowNode | null,
): FlowNodeDraft {
  return {
    index,
    id,
    name,
    type,
    scope,
    incoming: [],
    outgoing: [],
    defaultFlow: undefined,
    children: [],
    startEvent: undefined,
    boundaryEvents: [],
    eventSubProcesses: [],
    catchers: [],
    loop: undefined,
    inner: undefined,
    adHoc: undefined,
    instantiates: undefined,
    compensationHandler: undefined,
    isForCompensation: false,
    startQuantity: 1,
    completionQuantity: 1,
    linkTarget: undefined,
    activationCondition: undefined,
    attachedTo: undefined,
    interrupting: true,
    event: { kind: 'none' },
    inputs: [],
    outputs: [],
    job: undefined,
    jobPriority: undefined,
    startListeners: [],
    endListeners: [],
    userTask: undefined,
    script: undefined,
    calledElement: undefined,
    calledDecision: undefined,
    agentType: undefined,
    properties: {},
  };
}

/** The finished model of a draft. */
export function finishModel(
  draft: ProcessDraft,
  root: FlowNodeDraft,
  facts: Pick<ProcessModel, 'versionTag' | 'startFormId' | 'startFormBinding' | 'embeddedForms'>,
): ProcessModel {
  return {
    id: root.id,
    name: root.name,
    ...facts,
    sensitive: root.properties.sensitive === 'true',
    looksAround: draft.elements.some(({ type }) => type === 'inclusiveGateway' || type === 'complexGateway'),
    elements: draft.elements,
    flows: draft.flows,
    elementsById: draft.elementsById,
    flowsById: draft.flowsById,
  };
}
