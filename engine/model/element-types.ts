/**
 * The BPMN elements the engine knows, by the names of the BPMN 2.0.2 schema.
 * Adding one here stops the registry of processors from compiling until it has a processor.
 */
export const ELEMENT_TYPES = [
  'process',
  'startEvent',
  'endEvent',
  'intermediateCatchEvent',
  'intermediateThrowEvent',
  'boundaryEvent',
  'task',
  'manualTask',
  'serviceTask',
  'userTask',
  'scriptTask',
  'sendTask',
  'receiveTask',
  'businessRuleTask',
  'exclusiveGateway',
  'parallelGateway',
  'inclusiveGateway',
  'complexGateway',
  'eventBasedGateway',
  'subProcess',
  'transaction',
  'eventSubProcess',
  'adHocSubProcess',
  'adHocSubProcessInnerInstance',
  'multiInstanceBody',
  'callActivity',
] as const;

/** The type of a flow node, or of the process itself. */
export type ElementType = (typeof ELEMENT_TYPES)[number];

const known: ReadonlySet<string> = new Set(ELEMENT_TYPES);

/** Whether the engine can run elements of this type. */
export function isElementType(name: string): name is ElementType {
  return known.has(name);
}
