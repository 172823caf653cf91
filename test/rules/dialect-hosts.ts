/** An element of each type of BPMN, with extensions in it, in a process that is sound otherwise. */
import { definitions } from './xml.js';

const JOB = '<zeebe:taskDefinition type="work" />';
const SEEN = '<bpmn:message id="m" name="m" />';
const KEYED =
  '<bpmn:message id="m" name="m"><bpmn:extensionElements><zeebe:subscription correlationKey="=key" />' +
  '</bpmn:extensionElements></bpmn:message>';

/** Extensions in a place, and attributes of the element. */
export interface Extended {
  readonly extensions: string;
  readonly attributes?: string;
  /** What the element needs of the dialect otherwise; absent: what `needs` says. */
  readonly without?: boolean;
  /** What stands in the extensions of the process. */
  readonly process?: string;
}

type Host = (inside: string, attributes: string) => { readonly inside: string; readonly beside?: string };

const inExtensions = (content: string): string =>
  content === '' ? '' : `<bpmn:extensionElements>${content}</bpmn:extensionElements>`;

const before = '<bpmn:startEvent id="s" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x" />';
const plain =
  (tag: string, content = ''): Host =>
  (inside, attributes) => ({
    inside: `${before}<bpmn:${tag} id="x" ${attributes}>${inside}${content}</bpmn:${tag}>`,
  });

/** What an element of a type needs of the dialect to be sound. */
const NEEDS: Readonly<Record<string, string>> = {
  'bpmn:ServiceTask': JOB,
  'bpmn:SendTask': JOB,
  'bpmn:ScriptTask': JOB,
  'bpmn:BusinessRuleTask': JOB,
  'bpmn:EndEvent': JOB,
  'bpmn:IntermediateThrowEvent': JOB,
  'bpmn:CallActivity': '<zeebe:calledElement processId="other" />',
};

const inner = '<bpmn:startEvent id="si" />';
const message = '<bpmn:messageEventDefinition messageRef="m" />';

const HOSTS: Readonly<Record<string, Host>> = {
  'bpmn:ServiceTask': plain('serviceTask'),
  'bpmn:SendTask': plain('sendTask'),
  'bpmn:ScriptTask': plain('scriptTask'),
  'bpmn:BusinessRuleTask': plain('businessRuleTask'),
  'bpmn:UserTask': plain('userTask'),
  'bpmn:ManualTask': plain('manualTask'),
  'bpmn:Task': plain('task'),
  'bpmn:CallActivity': plain('callActivity'),
  'bpmn:ReceiveTask': (inside, attributes) => ({
    inside: `${before}<bpmn:receiveTask id="x" messageRef="m" ${attributes}>${inside}</bpmn:receiveTask>`,
    beside: KEYED,
  }),
  'bpmn:SubProcess': plain('subProcess', inner),
  'bpmn:Transaction': plain('transaction', inner),
  'bpmn:AdHocSubProcess': plain('adHocSubProcess', '<bpmn:task id="a" />'),
  'bpmn:ExclusiveGateway': plain('exclusiveGateway'),
  'bpmn:InclusiveGateway': plain('inclusiveGateway'),
  'bpmn:ParallelGateway': plain('parallelGateway'),
  'bpmn:ComplexGateway': plain('complexGateway'),
  'bpmn:EventBasedGateway': (inside, attributes) => ({
    inside:
      `${before}<bpmn:eventBasedGateway id="x" ${attributes}>${inside}</bpmn:eventBasedGateway>` +
      ['a', 'b']
        .map(
          (id) =>
            `<bpmn:intermediateCatchEvent id="${id}"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S` +
            '</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>' +
            `<bpmn:sequenceFlow id="x-${id}" sourceRef="x" targetRef="${id}" />`,
        )
        .join(''),
  }),
  'bpmn:StartEvent': (inside, attributes) => ({
    inside: `<bpmn:startEvent id="x" ${attributes}>${inside}</bpmn:startEvent>`,
  }),
  'bpmn:EndEvent': (inside, attributes) => ({
    inside: `${before}<bpmn:endEvent id="x" ${attributes}>${inside}${message}</bpmn:endEvent>`,
    beside: SEEN,
  }),
  'bpmn:IntermediateThrowEvent': (inside, attributes) => ({
    inside: `${before}<bpmn:intermediateThrowEvent id="x" ${attributes}>${inside}${message}</bpmn:intermediateThrowEvent>`,
    beside: SEEN,
  }),
  'bpmn:IntermediateCatchEvent': (inside, attributes) => ({
    inside: `${before}<bpmn:intermediateCatchEvent id="x" ${attributes}>${inside}${message}</bpmn:intermediateCatchEvent>`,
    beside: KEYED,
  }),
  'bpmn:BoundaryEvent': (inside, attributes) => ({
    inside:
      '<bpmn:startEvent id="s" /><bpmn:task id="t" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t" />' +
      `<bpmn:boundaryEvent id="x" attachedToRef="t" ${attributes}>${inside}${message}</bpmn:boundaryEvent>`,
    beside: KEYED,
  }),
  'bpmn:ConditionalEventDefinition': (inside) => ({
    inside:
      `${before}<bpmn:intermediateCatchEvent id="x"><bpmn:conditionalEventDefinition>${inside}` +
      '<bpmn:condition>=a</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>',
  }),
  'bpmn:MultiInstanceLoopCharacteristics': (inside) => ({
    inside:
      `${before}<bpmn:task id="x"><bpmn:multiInstanceLoopCharacteristics>${inside}` +
      '<bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:task>',
  }),
  'bpmn:Message': (inside) => ({
    inside: `${before}<bpmn:receiveTask id="x" messageRef="m" />`,
    beside: `<bpmn:message id="m" name="m">${inside}</bpmn:message>`,
  }),
  'bpmn:Process': () => ({ inside: '<bpmn:startEvent id="x" />' }),
};

/** A file with an element of a type of BPMN that has these extensions. */
export function fileWith(type: string, extended: Extended): string {
  const { extensions, attributes = '', process = '', without = false } = extended;
  const host = HOSTS[type];
  if (!host) throw new Error(`No element of the type ${type} is written here.`);
  const needed = without ? '' : (NEEDS[type] ?? '');
  const { inside, beside = '' } = host(inExtensions(needed + extensions), attributes);
  const outer = inExtensions(type === 'bpmn:Process' ? process + extensions : process);
  const processAttributes = type === 'bpmn:Process' ? attributes : '';
  return definitions(
    `<bpmn:process id="p" isExecutable="true" ${processAttributes}>${outer}${inside}</bpmn:process>${beside}`,
  );
}

const EVENTS = [
  'StartEvent',
  'EndEvent',
  'IntermediateThrowEvent',
  'IntermediateCatchEvent',
  'BoundaryEvent',
];
const SUB_PROCESSES = ['SubProcess', 'Transaction', 'AdHocSubProcess'];
const TASKS = ['ServiceTask', 'SendTask', 'ScriptTask', 'BusinessRuleTask', 'UserTask', 'ManualTask', 'Task'];
const bpmn = (names: readonly string[]): string[] => names.map((name) => `bpmn:${name}`);

/** The types of BPMN that a place of the dialect stands for. */
export function typesOf(place: string): readonly string[] {
  if (place === 'bpmn:Event') return bpmn(EVENTS);
  if (place === 'bpmn:SubProcess') return bpmn(SUB_PROCESSES);
  if (place === 'bpmn:Activity') return bpmn([...TASKS, 'ReceiveTask', 'CallActivity', ...SUB_PROCESSES]);
  if (place === 'zeebe:ZeebeServiceTask') {
    const events = ['EndEvent', 'IntermediateThrowEvent'];
    return bpmn(['ServiceTask', 'BusinessRuleTask', 'ScriptTask', 'SendTask', ...events, 'AdHocSubProcess']);
  }
  // Headers of a listener are a property of it.
  return place === 'zeebe:ExecutionListener' ? [] : [place];
}
