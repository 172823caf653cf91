/** Content of a process that a deployment refuses, and the findings it must give: a row each. */
import type { ProblemCode } from '@countersign/engine';
import { REFUSED_APPROVALS } from './refused-approvals.js';
import { REFUSED_EVENTS } from './refused-events.js';

/** A bad process: its content, what stands beside it in the file, and the findings. */
export interface RefusedContent {
  readonly about: string;
  readonly inside: string;
  readonly beside?: string;
  readonly expected: readonly (readonly [code: ProblemCode, elementId: string | null])[];
}

const start = '<bpmn:startEvent id="s" />';
const task = '<bpmn:task id="t" />';
const toTask = '<bpmn:sequenceFlow id="s-t" sourceRef="s" targetRef="t" />';
const line = start + task + toTask;
const message =
  '<bpmn:message id="m" name="m"><bpmn:extensionElements>' +
  '<zeebe:subscription correlationKey="=key" /></bpmn:extensionElements></bpmn:message>';

const extensions = (content: string) => `<bpmn:extensionElements>${content}</bpmn:extensionElements>`;
const job = (attributes: string) =>
  `${start}<bpmn:serviceTask id="a">${extensions(`<zeebe:taskDefinition ${attributes} />`)}</bpmn:serviceTask>`;
const person = (extension: string) =>
  `${start}<bpmn:userTask id="a">${extensions(`<zeebe:userTask />${extension}`)}</bpmn:userTask>`;
const mapping = (content: string) =>
  `${start}<bpmn:task id="a">${extensions(`<zeebe:ioMapping>${content}</zeebe:ioMapping>`)}</bpmn:task>`;
const boundary = (definition: string, attributes = 'attachedToRef="t"') =>
  `${line}<bpmn:boundaryEvent id="b" ${attributes}>${definition}</bpmn:boundaryEvent>`;
const timer = (content: string) => `<bpmn:timerEventDefinition>${content}</bpmn:timerEventDefinition>`;
const repeating = (value: string): RefusedContent => ({
  about: `the cycle "${value}"`,
  inside: boundary(
    timer(`<bpmn:timeCycle>${value}</bpmn:timeCycle>`),
    'attachedToRef="t" cancelActivity="false"',
  ),
  expected: [['TIMER_INVALID', 'b']],
});
const waiting = (kind: string, value: string): RefusedContent => ({
  about: `the ${kind} "${value}"`,
  inside: boundary(timer(`<bpmn:${kind}>${value}</bpmn:${kind}>`)),
  expected: [['TIMER_INVALID', 'b']],
});
const condition = (text: string) =>
  `${start}${task}<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t">` +
  `<bpmn:conditionExpression>${text}</bpmn:conditionExpression></bpmn:sequenceFlow>`;
const gateway = (attributes: string, flows: string) =>
  `${start}<bpmn:exclusiveGateway id="g" ${attributes} /><bpmn:task id="t" /><bpmn:task id="u" />` +
  `<bpmn:sequenceFlow id="s-g" sourceRef="s" targetRef="g" />${flows}`;

/** The table. */
export const REFUSED_CONTENT: readonly RefusedContent[] = [
  { about: 'no start event', inside: task, expected: [['NO_START_EVENT', 'p']] },
  {
    about: 'two none start events',
    inside: `${start}<bpmn:startEvent id="s2" />`,
    expected: [['SEVERAL_START_EVENTS', 's2']],
  },
  {
    about: 'a sub-process without a start event',
    inside: `${start}<bpmn:subProcess id="sub">${task}</bpmn:subProcess>`,
    expected: [['NO_START_EVENT', 'sub']],
  },
  {
    about: 'two start events for one message',
    inside:
      '<bpmn:startEvent id="a"><bpmn:messageEventDefinition messageRef="m" /></bpmn:startEvent>' +
      '<bpmn:startEvent id="b"><bpmn:messageEventDefinition messageRef="m" /></bpmn:startEvent>',
    beside: message,
    expected: [['TRIGGER_DUPLICATE', 'b']],
  },
  {
    about: 'a flow into a start event',
    inside: `${line}<bpmn:sequenceFlow id="back" sourceRef="t" targetRef="s" />`,
    expected: [['START_EVENT_INCOMING', 's']],
  },
  {
    about: 'a flow out of an end event',
    inside: `${line}<bpmn:endEvent id="e" /><bpmn:sequenceFlow id="x" sourceRef="e" targetRef="t" />`,
    expected: [['END_EVENT_OUTGOING', 'e']],
  },
  {
    about: 'an unknown element of BPMN',
    inside: `${start}<bpmn:wonderTask id="w" />`,
    expected: [['XML_CONTENT', null]],
  },
  {
    about: 'an element at a place where BPMN has none',
    inside: `${start}<bpmn:task id="t"><bpmn:task id="u" /></bpmn:task>`,
    expected: [['XML_CONTENT', null]],
  },
  {
    about: 'an unknown extension of the dialect',
    inside: `<bpmn:startEvent id="s">${extensions('<zeebe:wonder />')}</bpmn:startEvent>`,
    expected: [['XML_CONTENT', null]],
  },
  {
    about: 'two elements with one id',
    inside: `${start}<bpmn:task id="s" />`,
    expected: [['XML_CONTENT', null]],
  },
  {
    about: 'an id that is none',
    inside: `${start}<bpmn:task id="a b" />`,
    expected: [['XML_CONTENT', null]],
  },
  {
    about: 'a flow without a target',
    inside: `${start}<bpmn:sequenceFlow id="f" sourceRef="s" />`,
    expected: [['REFERENCE_BROKEN', 'f']],
  },
  {
    about: 'a flow to nothing',
    inside: `${start}<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="gone" />`,
    expected: [
      ['REFERENCE_BROKEN', 'f'],
      ['REFERENCE_BROKEN', 'f'],
    ],
  },
  {
    about: 'a flow to an annotation',
    inside: `${start}<bpmn:textAnnotation id="n" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="n" />`,
    expected: [['REFERENCE_BROKEN', 'f']],
  },
  {
    about: 'a flow into a sub-process',
    inside:
      `${start}<bpmn:subProcess id="sub"><bpmn:startEvent id="i" />${task}</bpmn:subProcess>` +
      '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t" />',
    expected: [['FLOW_CROSSES_SCOPE', 'f']],
  },
  {
    about: 'a flow out of a sub-process to an element further on in the file',
    inside:
      `${start}<bpmn:subProcess id="sub"><bpmn:startEvent id="i" />` +
      `<bpmn:sequenceFlow id="f" sourceRef="i" targetRef="t" /></bpmn:subProcess>${task}`,
    expected: [['FLOW_CROSSES_SCOPE', 'f']],
  },
  {
    about: 'a flow to another process',
    inside: `${start}<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t" />`,
    beside: `<bpmn:process id="q">${task}</bpmn:process>`,
    expected: [['FLOW_CROSSES_SCOPE', 'f']],
  },
  {
    about: 'a default flow of another element',
    inside: gateway('default="t-u"', '<bpmn:sequenceFlow id="t-u" sourceRef="t" targetRef="u" />'),
    expected: [['REFERENCE_BROKEN', 'g']],
  },
  {
    about: 'two flows out of an exclusive gateway without conditions',
    inside: gateway(
      '',
      '<bpmn:sequenceFlow id="g-t" sourceRef="g" targetRef="t" /><bpmn:sequenceFlow id="g-u" sourceRef="g" targetRef="u" />',
    ),
    expected: [
      ['CONDITION_MISSING', 'g-t'],
      ['CONDITION_MISSING', 'g-u'],
    ],
  },
  {
    about: 'a condition that is fixed text',
    inside: condition('x > 1'),
    expected: [['EXPRESSION_NEEDED', 'f']],
  },
  { about: 'a condition that is no FEEL', inside: condition('=x >'), expected: [['FEEL_SYNTAX', 'f']] },
  { about: 'an empty expression', inside: condition('='), expected: [['FEEL_SYNTAX', 'f']] },
  { about: 'a service task without a job type', inside: job(''), expected: [['VALUE_MISSING', 'a']] },
  { about: 'a bad expression for a job type', inside: job('type="=1 +"'), expected: [['FEEL_SYNTAX', 'a']] },
  {
    about: 'retries that are no number',
    inside: job('type="x" retries="many"'),
    expected: [['VALUE_INVALID', 'a']],
  },
  {
    about: 'more retries than can be kept',
    inside: job('type="x" retries="3000000000"'),
    expected: [['VALUE_INVALID', 'a']],
  },
  {
    about: 'a job priority beyond what can be kept',
    inside: job('type="x" /><zeebe:jobPriorityDefinition priority="-2147483649"'),
    expected: [['VALUE_INVALID', 'a']],
  },
  {
    about: 'a service task without a task definition',
    inside: `${start}<bpmn:serviceTask id="a" />`,
    expected: [['VALUE_MISSING', 'a']],
  },
  {
    about: 'a priority beyond 100',
    inside: person('<zeebe:priorityDefinition priority="101" />'),
    expected: [['VALUE_INVALID', 'a']],
  },
  {
    about: 'a script without a result variable',
    inside: `${start}<bpmn:scriptTask id="a">${extensions('<zeebe:script expression="=1" />')}</bpmn:scriptTask>`,
    expected: [['VALUE_MISSING', 'a']],
  },
  {
    about: 'a call activity that calls nothing',
    inside: `${start}<bpmn:callActivity id="a" />`,
    expected: [['VALUE_MISSING', 'a']],
  },
  {
    about: 'a mapping to no name',
    inside: mapping('<zeebe:input source="=1" target="a-b" />'),
    expected: [['MAPPING_INVALID', 'a']],
  },
  {
    about: 'a mapping without a target',
    inside: mapping('<zeebe:output source="=1" />'),
    expected: [['MAPPING_INVALID', 'a']],
  },
  {
    about: 'a mapping with a bad expression',
    inside: mapping('<zeebe:input source="=iban: 1" target="a" />'),
    expected: [['FEEL_SYNTAX', 'a']],
  },
  {
    about: 'a boundary event on a gateway',
    inside: `${start}<bpmn:parallelGateway id="t" />${toTask}<bpmn:boundaryEvent id="b" attachedToRef="t"><bpmn:errorEventDefinition /></bpmn:boundaryEvent>`,
    expected: [['REFERENCE_BROKEN', 'b']],
  },
  {
    about: 'a boundary event on nothing',
    inside: boundary('<bpmn:errorEventDefinition />', ''),
    expected: [['REFERENCE_BROKEN', 'b']],
  },
  {
    about: 'a boundary event on an activity of another scope',
    inside:
      `${line}<bpmn:subProcess id="sub"><bpmn:startEvent id="i" /><bpmn:boundaryEvent id="b" attachedToRef="t">` +
      '<bpmn:errorEventDefinition /></bpmn:boundaryEvent></bpmn:subProcess>',
    expected: [['REFERENCE_BROKEN', 'b']],
  },
  { about: 'a boundary event without a trigger', inside: boundary(''), expected: [['NOT_SUPPORTED', 'b']] },
  {
    about: 'an error that does not interrupt',
    inside: boundary('<bpmn:errorEventDefinition />', 'attachedToRef="t" cancelActivity="false"'),
    expected: [['NOT_SUPPORTED', 'b']],
  },
  {
    about: 'a caught error code that is an expression',
    inside: boundary('<bpmn:errorEventDefinition errorRef="e" />'),
    beside: '<bpmn:error id="e" errorCode="=code" />',
    expected: [['VALUE_INVALID', 'b']],
  },
  {
    about: 'two boundary events for one error',
    inside: `${boundary('<bpmn:errorEventDefinition />')}<bpmn:boundaryEvent id="b2" attachedToRef="t"><bpmn:errorEventDefinition /></bpmn:boundaryEvent>`,
    expected: [['BOUNDARY_DUPLICATE', 'b2']],
  },
  {
    about: 'an error end event without a code',
    inside: `${start}<bpmn:endEvent id="e"><bpmn:errorEventDefinition /></bpmn:endEvent>`,
    expected: [['VALUE_MISSING', 'e']],
  },
  {
    about: 'a message without a correlation key',
    inside: boundary('<bpmn:messageEventDefinition messageRef="m" />'),
    beside: '<bpmn:message id="m" name="m" />',
    expected: [['VALUE_MISSING', 'b']],
  },
  {
    about: 'a correlation key that is fixed text',
    inside: boundary('<bpmn:messageEventDefinition messageRef="m" />'),
    beside: message.replace('=key', 'key'),
    expected: [['EXPRESSION_NEEDED', 'b']],
  },
  {
    about: 'a message without a name',
    inside: boundary('<bpmn:messageEventDefinition messageRef="m" />'),
    beside: message.replace('name="m"', ''),
    expected: [['VALUE_MISSING', 'b']],
  },
  {
    about: 'a message that is not in the file',
    inside: boundary('<bpmn:messageEventDefinition messageRef="gone" />'),
    expected: [
      ['REFERENCE_BROKEN', null],
      ['VALUE_MISSING', 'b'],
      ['VALUE_MISSING', 'b'],
    ],
  },
  {
    about: 'a task that takes no token and gives more than the most',
    inside: `${start}<bpmn:task id="t" startQuantity="0" completionQuantity="1001" />`,
    expected: [
      ['VALUE_INVALID', 't'],
      ['VALUE_INVALID', 't'],
    ],
  },
  waiting('timeDuration', 'P'),
  waiting('timeDuration', 'PT1'),
  waiting('timeDuration', 'PT'),
  waiting('timeDuration', 'P99999999Y'),
  waiting('timeDuration', 'P200000Y'),
  waiting('timeDate', '+012345-01-01T00:00:00Z'),
  waiting('timeDate', '-000001-01-01T00:00:00Z'),
  repeating('R3000000000/PT1H'),
  repeating('R/P9000Y'),
  waiting('timeDate', '2030-13-01T00:00:00Z'),
  waiting('timeDate', 'tomorrow'),
  waiting('timeCycle', 'R/PT1H'),
  repeating('R-/PT1H'),
  repeating('R-2/PT1H'),
  repeating('R0/PT1H'),
  repeating('R/PT0S'),
  repeating('R5'),
  repeating('every day'),
  { about: 'a timer without a value', inside: boundary(timer('')), expected: [['VALUE_MISSING', 'b']] },
  {
    about: 'a timer with two values',
    inside: boundary(
      timer('<bpmn:timeDate>2030-01-01T00:00:00Z</bpmn:timeDate><bpmn:timeDuration>PT1S</bpmn:timeDuration>'),
    ),
    expected: [['TIMER_INVALID', 'b']],
  },
  ...REFUSED_EVENTS,
  ...REFUSED_APPROVALS,
  {
    about: 'an embedded form that is not in the process',
    inside: person('<zeebe:formDefinition formKey="camunda-forms:bpmn:gone" />'),
    expected: [['REFERENCE_BROKEN', 'a']],
  },
  {
    about: 'an embedded form that is not JSON',
    inside: `${extensions('<zeebe:userTaskForm id="f">{"type":</zeebe:userTaskForm>')}${start}`,
    expected: [['VALUE_INVALID', 'p']],
  },
  {
    about: 'a task with two forms',
    inside: person('<zeebe:formDefinition formId="f" externalReference="page" />'),
    expected: [['VALUE_INVALID', 'a']],
  },
  {
    about: 'an agent of another kind than its element',
    inside: `${start}<bpmn:serviceTask id="a">${extensions(
      '<zeebe:taskDefinition type="t" /><zeebe:agentDefinition agentType="aiAgentSubProcess" />',
    )}</bpmn:serviceTask>`,
    expected: [['VALUE_INVALID', 'a']],
  },
  {
    about: 'an agent of no kind',
    inside: `${start}<bpmn:serviceTask id="a">${extensions(
      '<zeebe:taskDefinition type="t" /><zeebe:agentDefinition />',
    )}</bpmn:serviceTask>`,
    expected: [['VALUE_INVALID', 'a']],
  },
  {
    about: 'a condition that waits for a variable to be deleted',
    inside: boundary(
      `<bpmn:conditionalEventDefinition>${extensions(
        '<zeebe:conditionalFilter variableEvents="create, delete" />',
      )}<bpmn:condition>=a</bpmn:condition></bpmn:conditionalEventDefinition>`,
    ),
    expected: [['VALUE_INVALID', 'b']],
  },
  {
    about: 'a listener for all runs of an element that runs once',
    inside: person(
      '<zeebe:executionListeners><zeebe:executionListener eventType="beforeAll" type="t" /></zeebe:executionListeners>',
    ),
    expected: [['VALUE_INVALID', 'a']],
  },
  {
    about: 'a decision and a worker',
    inside: `${start}<bpmn:businessRuleTask id="a">${extensions(
      '<zeebe:taskDefinition type="t" /><zeebe:calledDecision decisionId="d" resultVariable="r" />',
    )}</bpmn:businessRuleTask>`,
    expected: [['VALUE_INVALID', 'a']],
  },
  {
    about: 'a compensation that is not waited for',
    inside:
      `${line}<bpmn:intermediateThrowEvent id="c"><bpmn:compensateEventDefinition waitForCompletion="false" />` +
      '</bpmn:intermediateThrowEvent>',
    expected: [['NOT_SUPPORTED', 'c']],
  },
  {
    about: 'a multi-instance activity that throws an event for each run',
    inside:
      `${start}<bpmn:task id="a"><bpmn:multiInstanceLoopCharacteristics behavior="None">` +
      '<bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:task>',
    expected: [['NOT_SUPPORTED', 'a']],
  },
  {
    about: 'a listener at the end of a complex gateway',
    inside: `${start}<bpmn:complexGateway id="g">${extensions(
      '<zeebe:executionListeners><zeebe:executionListener eventType="end" type="t" /></zeebe:executionListeners>',
    )}</bpmn:complexGateway>`,
    expected: [['NOT_SUPPORTED', 'g']],
  },
];
