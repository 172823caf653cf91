/**
 * Extensions of the zeebe dialect at places where they mean something: anywhere else they would be skipped without a
 * word. The parser knows them everywhere, so this list says where each one is read.
 */
import type { ProblemList } from '../rules/problem.js';
import { child, children, eventDefinitions, extensions, text, type ModdleElement } from './moddle.js';

/** Tasks and events that a worker can do. */
const WITH_JOB = [
  'bpmn:ServiceTask',
  'bpmn:SendTask',
  'bpmn:ScriptTask',
  'bpmn:BusinessRuleTask',
  'bpmn:EndEvent',
  'bpmn:IntermediateThrowEvent',
  'bpmn:AdHocSubProcess',
] as const;

/** Where each extension element is read: types of BPMN, their sub-types included. */
export const PLACES: Readonly<Record<string, readonly string[]>> = {
  'zeebe:AdHoc': ['bpmn:AdHocSubProcess'],
  'zeebe:AgentDefinition': ['bpmn:ServiceTask', 'bpmn:AdHocSubProcess'],
  'zeebe:AssignmentDefinition': ['bpmn:UserTask'],
  'zeebe:CalledDecision': ['bpmn:BusinessRuleTask'],
  'zeebe:CalledElement': ['bpmn:CallActivity'],
  'zeebe:ConditionalFilter': ['bpmn:ConditionalEventDefinition'],
  'zeebe:ExecutionListeners': ['bpmn:Process', 'bpmn:FlowNode'],
  'zeebe:FormDefinition': ['bpmn:UserTask', 'bpmn:StartEvent'],
  'zeebe:IoMapping': ['bpmn:FlowNode'],
  'zeebe:JobPriorityDefinition': ['bpmn:Process', 'bpmn:FlowNode'],
  'zeebe:LinkedResources': WITH_JOB,
  'zeebe:LoopCharacteristics': ['bpmn:MultiInstanceLoopCharacteristics'],
  'zeebe:PriorityDefinition': ['bpmn:UserTask'],
  'zeebe:Properties': ['bpmn:BaseElement'],
  'zeebe:Script': ['bpmn:ScriptTask'],
  'zeebe:Subscription': ['bpmn:Message'],
  'zeebe:TaskDefinition': WITH_JOB,
  'zeebe:TaskHeaders': [...WITH_JOB, 'bpmn:UserTask'],
  'zeebe:TaskListeners': ['bpmn:UserTask'],
  'zeebe:TaskSchedule': ['bpmn:UserTask'],
  'zeebe:UserTask': ['bpmn:UserTask'],
  'zeebe:UserTaskForm': ['bpmn:Process'],
  'zeebe:VersionTag': ['bpmn:Process'],
};

/** Extension elements that may stand several times at one element. */
const MANY: ReadonlySet<string> = new Set(['zeebe:UserTaskForm']);

/** Warns of extensions in this element, and in what it contains, that have no meaning there. */
export function checkPlaces(root: ModdleElement, problems: ProblemList): void {
  const waiting: ModdleElement[] = [root];
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    checkPlace(element, problems);
    for (const inside of contents(element)) waiting.push(inside);
  }
}

function checkPlace(element: ModdleElement, problems: ProblemList): void {
  const id = ownerOf(element);
  const ignored = (what: string, hint: string): void => {
    problems.warn('EXTENSION_IGNORED', id, `${what} has no effect at ${nameOf(element.$type)}.`, hint);
  };
  const seen = new Set<string>();
  for (const { $type: type } of extensions(element)) {
    if (!type.startsWith('zeebe:')) continue;
    if (seen.has(type) && !MANY.has(type)) {
      const message = `${tagOf(type)} stands several times at ${nameOf(element.$type)}.`;
      problems.error('VALUE_INVALID', id, message, 'Keep one of them.');
    }
    seen.add(type);
    if (!isMeant(element, type)) ignored(tagOf(type), 'Remove it, or move it to an element that reads it.');
  }
  if (text(element, 'retryCounter') !== undefined) {
    ignored('zeebe:retryCounter', 'Write the number of attempts as "retries" of the task definition.');
  }
}

function isMeant(element: ModdleElement, type: string): boolean {
  if (!PLACES[type]?.some((place) => isA(element, place))) return false;
  const events = eventDefinitions(element);
  if (type === 'zeebe:FormDefinition' && isA(element, 'bpmn:StartEvent')) {
    return events.length === 0 && element.$parent?.$type === 'bpmn:Process';
  }
  if (type === 'zeebe:TaskDefinition' && isA(element, 'bpmn:Event')) {
    return events.some(({ $type }) => $type === 'bpmn:MessageEventDefinition');
  }
  return true;
}

/** Whether an element is of a type or of one that is derived from it. */
function isA(element: ModdleElement, type: string): boolean {
  return element.$instanceOf?.(type) === true;
}

/** What is inside an element and can have extensions: references lead elsewhere. */
function contents(element: ModdleElement): ModdleElement[] {
  const loop = child(element, 'loopCharacteristics');
  return [
    ...children(element, 'flowElements'),
    ...children(element, 'eventDefinitions'),
    ...(loop ? [loop] : []),
  ];
}

/** The element that a person sees in the diagram. */
function ownerOf(element: ModdleElement): string | null {
  const isPart = /EventDefinition$|LoopCharacteristics$/.test(element.$type);
  return (isPart ? element.$parent?.id : element.id) ?? null;
}

/** `zeebe:TaskDefinition` as it stands in the file. */
function tagOf(type: string): string {
  return type.replace(/:(.)/, (_, first: string) => `:${first.toLowerCase()}`);
}

/** `bpmn:ServiceTask` in words: "a service task". */
function nameOf(type: string): string {
  const words = type
    .replace(/^.*:/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;
}
