/** A text with U+0000 that an expression makes: an incident, wherever it would be kept, and nothing in the log. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bpmnXml, chain, type NodeSource } from '../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(async () => {
  await open.close();
  expect(open.errors).toEqual([]);
});

/** Makes `a`, U+0000 and `b` of a variable. */
const MADE = '=from json(made)';
const task = (content: string): NodeSource => ({ type: 'serviceTask', id: 'x', extensions: [content] });
const user = (content: string): NodeSource => ({
  type: 'userTask',
  id: 'x',
  extensions: ['<zeebe:userTask />', content],
});
const caught = (content: string): NodeSource => ({
  type: 'intermediateCatchEvent',
  id: 'x',
  content: [content],
});
const message = (name: string, key: string) =>
  `<bpmn:message id="m" name="${name}"><bpmn:extensionElements><zeebe:subscription correlationKey="${key}" /></bpmn:extensionElements></bpmn:message>`;
const WAIT = '<bpmn:messageEventDefinition messageRef="m" />';
const timer = `<bpmn:timerEventDefinition><bpmn:timeDate>${MADE}</bpmn:timeDate></bpmn:timerEventDefinition>`;

const rows: readonly [what: string, node: NodeSource, ...roots: string[]][] = [
  ['a job type', task(`<zeebe:taskDefinition type="${MADE}" />`)],
  ['an assignee', user(`<zeebe:assignmentDefinition assignee="${MADE}" />`)],
  ['candidates', user(`<zeebe:assignmentDefinition candidateGroups="=[from json(made)]" />`)],
  ['a due date', user(`<zeebe:taskSchedule dueDate="${MADE}" />`)],
  ['a form of another application', user(`<zeebe:formDefinition externalReference="${MADE}" />`)],
  ['a message name', caught(WAIT), message(MADE, '=1')],
  ['a correlation key', caught(WAIT), message('m', MADE)],
  ['a timer', caught(timer)],
  [
    'a signal',
    caught('<bpmn:signalEventDefinition signalRef="s" />'),
    `<bpmn:signal id="s" name="${MADE}" />`,
  ],
  [
    'an error code',
    { type: 'endEvent', id: 'x', content: ['<bpmn:errorEventDefinition errorRef="e" />'] },
    `<bpmn:error id="e" errorCode="${MADE}" />`,
  ],
  [
    'a business id',
    {
      type: 'callActivity',
      id: 'x',
      extensions: [`<zeebe:calledElement processId="p" businessId="${MADE}" />`],
    },
  ],
  [
    'a process id',
    { type: 'callActivity', id: 'x', extensions: [`<zeebe:calledElement processId="${MADE}" />`] },
  ],
  [
    'a variable',
    {
      type: 'task',
      id: 'x',
      extensions: [
        '<zeebe:ioMapping><zeebe:output source="=[{a: from json(made)}]" target="b.c" /></zeebe:ioMapping>',
      ],
    },
  ],
  [
    'the message of an assertion',
    {
      type: 'scriptTask',
      id: 'x',
      extensions: ['<zeebe:script expression="=assert(1, false, from json(made))" resultVariable="r" />'],
    },
  ],
];

test.each(rows)('%s', async (...row) => {
  const [, node, ...roots] = row;
  const nodes: readonly NodeSource[] = [{ type: 'startEvent', id: 'start' }, node];
  await open.deploy(bpmnXml({ id: 'p', nodes, flows: chain('start', 'x'), roots }));
  const variables = { made: '"a\\u0000b"' };
  const created = await open.runtime.createInstance({ processId: 'p', variables }, 'user:mary');
  expect(created.ok).toBe(true);
  const incidents = open.rows<{ error_message: string }>(
    "select error_message from incident where state = 'ACTIVE'",
  );
  expect(incidents).toHaveLength(1);
  expect(incidents[0].error_message).not.toContain('\0');
});

test('what a decision makes on the way to its result', async () => {
  const dmn = `<?xml version="1.0" encoding="UTF-8"?>
    <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
      <decision id="inner" name="inner"><variable name="inner" /><literalExpression><text>from json(made)</text></literalExpression></decision>
      <decision id="outer" name="outer"><variable name="outer" />
        <informationRequirement id="r"><requiredDecision href="#inner" /></informationRequirement>
        <literalExpression><text>string length(inner)</text></literalExpression></decision>
    </definitions>`;
  await open.deploy(dmn, 'd.dmn');
  const called = '<zeebe:calledDecision decisionId="outer" resultVariable="length" />';
  await open.deploy(
    bpmnXml({
      id: 'p',
      nodes: [
        { type: 'startEvent', id: 'start' },
        { type: 'businessRuleTask', id: 'x', extensions: [called] },
      ],
      flows: chain('start', 'x'),
    }),
  );
  const variables = { made: '"a\\u0000b"' };
  const created = await open.runtime.createInstance({ processId: 'p', variables }, 'user:mary');
  expect(created.ok).toBe(true);
  expect(open.rows("select error_type from incident where state = 'ACTIVE'")).toEqual([
    { error_type: 'DECISION_EVALUATION_ERROR' },
  ]);
  const alone = await open.runtime.evaluateDecision({ decisionId: 'outer', variables }, 'user:mary');
  expect(alone).toMatchObject({ ok: true, evaluated: { output: null, failure: { decisionId: 'outer' } } });
});
