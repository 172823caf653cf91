/** Events, gateways and loops that a deployment refuses: more rows for the table of refused content. */
import type { RefusedContent } from './refused-content.js';

const start = '<bpmn:startEvent id="s" />';
const into = '<bpmn:sequenceFlow id="s-t" sourceRef="s" targetRef="t" />';
const line = `${start}<bpmn:task id="t" />${into}`;
const catching = '<bpmn:errorEventDefinition />';
const cancelling = '<bpmn:cancelEventDefinition />';
const compensating = '<bpmn:compensateEventDefinition />';
const message =
  '<bpmn:message id="m" name="m"><bpmn:extensionElements>' +
  '<zeebe:subscription correlationKey="=key" /></bpmn:extensionElements></bpmn:message>';

const boundary = (content: string, id = 'b', attributes = '') =>
  `<bpmn:boundaryEvent id="${id}" attachedToRef="t" ${attributes}>${content}</bpmn:boundaryEvent>`;
const beside = (content: string, id = 'beside') =>
  `<bpmn:subProcess id="${id}" triggeredByEvent="true">${content}</bpmn:subProcess>`;
const startWith = (id: string, content: string) => `<bpmn:startEvent id="${id}">${content}</bpmn:startEvent>`;
const repeated = (marker: string) => `${start}<bpmn:task id="t">${marker}</bpmn:task>${into}`;
const several = (content: string) =>
  repeated(`<bpmn:multiInstanceLoopCharacteristics>${content}</bpmn:multiInstanceLoopCharacteristics>`);
const count = (text: string) => `<bpmn:loopCardinality>${text}</bpmn:loopCardinality>`;
const collection =
  '<bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1]" /></bpmn:extensionElements>';
const transaction = `${start}<bpmn:transaction id="t"><bpmn:startEvent id="i" /></bpmn:transaction>${into}`;
const waits = (id: string, content: string, condition = '') =>
  `<bpmn:intermediateCatchEvent id="${id}">${content}</bpmn:intermediateCatchEvent>` +
  `<bpmn:sequenceFlow id="t-${id}" sourceRef="t" targetRef="${id}">${condition}</bpmn:sequenceFlow>`;
const gateway = (content: string) => `${start}<bpmn:eventBasedGateway id="t" />${into}${content}`;
const timer =
  '<bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition>';
const link = '<bpmn:linkEventDefinition name="l" />';
const onward = '<bpmn:task id="z" /><bpmn:sequenceFlow id="t-z" sourceRef="t" targetRef="z" />';

/** The rows. */
export const REFUSED_EVENTS: readonly RefusedContent[] = [
  {
    about: 'an event sub-process without a start event',
    inside: line + beside(''),
    expected: [['NO_START_EVENT', 'beside']],
  },
  {
    about: 'an event sub-process whose start event has no trigger',
    inside: line + beside(startWith('x', '')),
    expected: [['NOT_SUPPORTED', 'x']],
  },
  {
    about: 'an event sub-process on a path',
    inside: `${line}${beside(startWith('x', catching))}<bpmn:sequenceFlow id="f" sourceRef="t" targetRef="beside" />`,
    expected: [['START_EVENT_INCOMING', 'beside']],
  },
  {
    about: 'an event sub-process that loops',
    inside: line + beside(`${startWith('x', catching)}<bpmn:standardLoopCharacteristics loopMaximum="3" />`),
    expected: [['NOT_SUPPORTED', 'beside']],
  },
  {
    about: 'two event sub-processes for one error',
    inside: line + beside(startWith('x', catching)) + beside(startWith('y', catching), 'other'),
    expected: [['TRIGGER_DUPLICATE', 'y']],
  },
  {
    about: 'two events for one message behind a gateway',
    inside: gateway(
      ['a', 'b'].map((id) => waits(id, '<bpmn:messageEventDefinition messageRef="m" />')).join(''),
    ),
    beside: message,
    expected: [['TRIGGER_DUPLICATE', 'b']],
  },
  {
    about: 'a condition behind an event-based gateway',
    inside: gateway(
      waits('a', timer) + waits('b', timer, '<bpmn:conditionExpression>=x</bpmn:conditionExpression>'),
    ),
    expected: [['VALUE_INVALID', 't-b']],
  },
  {
    about: 'an event-based gateway before a task',
    inside: gateway(
      `${waits('a', timer)}<bpmn:task id="b" /><bpmn:sequenceFlow id="f" sourceRef="t" targetRef="b" />`,
    ),
    expected: [['EVENT_GATEWAY_TARGET', 'b']],
  },
  {
    about: 'a cancel end event outside a transaction',
    inside: `${line}<bpmn:endEvent id="e">${cancelling}</bpmn:endEvent>`,
    expected: [['COMPENSATION_INVALID', 'e']],
  },
  {
    about: 'a cancel boundary event that does not interrupt',
    inside: transaction + boundary(cancelling, 'b', 'cancelActivity="false"'),
    expected: [['NOT_SUPPORTED', 'b']],
  },
  {
    about: 'two cancel boundary events',
    inside: transaction + boundary(cancelling) + boundary(cancelling, 'b2'),
    expected: [['BOUNDARY_DUPLICATE', 'b2']],
  },
  {
    about: 'a compensation boundary event that leads to nothing',
    inside: line + boundary(compensating),
    expected: [['COMPENSATION_INVALID', 'b']],
  },
  {
    about: 'a flow out of a compensation boundary event',
    inside:
      `${line}${boundary(compensating)}<bpmn:task id="h" isForCompensation="true" />` +
      '<bpmn:association id="a" sourceRef="b" targetRef="h" />' +
      '<bpmn:task id="z" /><bpmn:sequenceFlow id="b-z" sourceRef="b" targetRef="z" />',
    expected: [['COMPENSATION_INVALID', 'b']],
  },
  {
    about: 'a caught escalation code that is an expression',
    inside: line + boundary('<bpmn:escalationEventDefinition escalationRef="x" />'),
    beside: '<bpmn:escalation id="x" escalationCode="=code" />',
    expected: [['VALUE_INVALID', 'b']],
  },
  {
    about: 'a conditional event without a condition',
    inside: line + boundary('<bpmn:conditionalEventDefinition />'),
    expected: [['VALUE_MISSING', 'b']],
  },
  {
    about: 'a link that leads nowhere',
    inside: `${start}<bpmn:intermediateThrowEvent id="t">${link}</bpmn:intermediateThrowEvent>${into}`,
    expected: [['LINK_BROKEN', 't']],
  },
  {
    about: 'a flow out of a throwing link event',
    inside:
      `${start}<bpmn:intermediateThrowEvent id="t">${link}</bpmn:intermediateThrowEvent>${into}${onward}` +
      `<bpmn:intermediateCatchEvent id="c">${link}</bpmn:intermediateCatchEvent>`,
    expected: [['LINK_BROKEN', 't']],
  },
  {
    about: 'a flow into a catching link event',
    inside: `${start}<bpmn:intermediateCatchEvent id="t">${link}</bpmn:intermediateCatchEvent>${into}`,
    expected: [['LINK_BROKEN', 't']],
  },
  {
    about: 'a multi-instance marker without a number',
    inside: several(''),
    expected: [['VALUE_MISSING', 't']],
  },
  {
    about: 'a multi-instance marker with two numbers',
    inside: several(collection + count('3')),
    expected: [['VALUE_INVALID', 't']],
  },
  {
    about: 'a loop cardinality that is no number',
    inside: several(count('three')),
    expected: [['VALUE_INVALID', 't']],
  },
  {
    about: 'a loop that would never end',
    inside: repeated('<bpmn:standardLoopCharacteristics loopMaximum="-1" />'),
    expected: [['VALUE_MISSING', 't']],
  },
];
