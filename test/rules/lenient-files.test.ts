/** Files that other tools write: what is only shown may lead nowhere, and a flow may be written anywhere. */
import { readBpmn } from '@countersign/engine';
import { describe, expect, test } from 'vitest';
import { inProcess } from './xml.js';

async function found(inside: string, beside = ''): Promise<string[]> {
  const { problems } = await readBpmn(inProcess(inside, beside).replace('<bpmn:definitions', NAMESPACES));
  return problems.map(({ code, severity, elementId }) => `${severity} ${code} ${elementId ?? '-'}`);
}

const NAMESPACES =
  '<bpmn:definitions xmlns:own="urn:test" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:far="urn:far"';
const ends =
  '<bpmn:startEvent id="s" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e" /><bpmn:endEvent id="e" />';
const message = (id: string) =>
  `<bpmn:message id="${id}" name="n"><bpmn:extensionElements><zeebe:subscription correlationKey="=k" /></bpmn:extensionElements></bpmn:message>`;

describe('references with a prefix', () => {
  test.each([
    ['a signal', '<bpmn:signal id="x" name="n" />', '<bpmn:signalEventDefinition signalRef="own:x" />'],
    ['an error', '<bpmn:error id="x" errorCode="n" />', '<bpmn:errorEventDefinition errorRef="own:x" />'],
    [
      'an escalation',
      '<bpmn:escalation id="x" escalationCode="n" />',
      '<bpmn:escalationEventDefinition escalationRef="own:x" />',
    ],
    ['a message', message('x'), '<bpmn:messageEventDefinition messageRef="own:x" />'],
  ])('to %s', async (_, beside, definition) => {
    const inside = `<bpmn:startEvent id="s" /><bpmn:sequenceFlow id="f" sourceRef="own:s" targetRef="own:u" /><bpmn:subProcess id="u"><bpmn:startEvent id="t" /></bpmn:subProcess><bpmn:boundaryEvent id="b" attachedToRef="own:u">${definition}</bpmn:boundaryEvent>`;
    const { processes, problems } = await readBpmn(
      inProcess(inside, beside).replace('<bpmn:definitions', NAMESPACES),
    );
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { event } = processes[0].elementsById.get('b') ?? {};
    expect(JSON.stringify(event)).toContain('"source":"n"');
  });

  test('to another file are refused, and say so', async () => {
    const inside = `${ends}<bpmn:receiveTask id="r" messageRef="far:m" />`;
    const { problems } = await readBpmn(
      inProcess(inside, message('m')).replace('<bpmn:definitions', NAMESPACES),
    );
    expect(problems[0]).toMatchObject({ code: 'REFERENCE_BROKEN', elementId: 'r', severity: 'error' });
    expect(problems[0].message).toContain('"urn:far"');
  });
});

describe('references that nothing runs by', () => {
  test.each([
    ['a data object of a schema type', '<bpmn:dataObject id="z" itemSubjectRef="xs:date" />', ''],
    ['a property of a type elsewhere', '<bpmn:property id="z" itemSubjectRef="far:Order" />', ''],
    ['a message of a schema type', '', '<bpmn:message id="m" name="m" itemRef="xs:string" />'],
    ['an error of a type elsewhere', '', '<bpmn:error id="x" structureRef="far:Fault" />'],
  ])('%s is no fault', async (_, inside, beside) => {
    const data = inside.includes('property') ? inside + ends : ends + inside;
    expect(await found(data, beside)).toEqual([]);
  });

  test.each([
    ['incoming', '<bpmn:task id="t"><bpmn:incoming>gone</bpmn:incoming></bpmn:task>', 't'],
    [
      'outgoing',
      '<bpmn:userTask id="t"><bpmn:extensionElements><zeebe:userTask /></bpmn:extensionElements><bpmn:outgoing>gone</bpmn:outgoing></bpmn:userTask>',
      't',
    ],
    ['the category of a group', '<bpmn:group id="t" categoryValueRef="gone" />', 't'],
    ['an association', '<bpmn:association id="t" sourceRef="e" targetRef="gone" />', 't'],
    ['a type of this file', '<bpmn:dataObject id="t" itemSubjectRef="gone" />', 't'],
  ])('%s is a warning', async (_, inside, id) => {
    const loose = inside.includes('Task id="t"') || inside.includes('task id="t"');
    const flows = loose ? '<bpmn:sequenceFlow id="g" sourceRef="e" targetRef="t" />' : '';
    const nodes = loose ? ends.replace('endEvent', 'task') : ends;
    expect(await found(nodes + flows + inside)).toEqual([`warning REFERENCE_BROKEN ${id}`]);
  });
});

describe('where a flow is written', () => {
  const inner = '<bpmn:startEvent id="a" /><bpmn:task id="b" />';
  const flow = '<bpmn:sequenceFlow id="x" sourceRef="a" targetRef="b" />';
  const sub = (content: string, id = 'u') => `<bpmn:subProcess id="${id}">${content}</bpmn:subProcess>`;
  const around = (content: string) =>
    `<bpmn:startEvent id="s" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="u" />${content}`;

  test.each([
    ['outside, before its scope', `${flow}${sub(inner)}`],
    ['outside, behind its scope', `${sub(inner)}${flow}`],
    [
      'two scopes outside',
      around(
        sub(
          `<bpmn:startEvent id="o" /><bpmn:sequenceFlow id="oo" sourceRef="o" targetRef="v" />${sub(inner, 'v')}`,
        ) + flow,
      ).slice(around('').length),
    ],
    [
      'in a scope beside it',
      `${sub(inner)}${sub(`<bpmn:startEvent id="q" />${flow}`, 'w')}<bpmn:sequenceFlow id="g" sourceRef="u" targetRef="w" />`,
    ],
  ])('%s', async (_, content) => {
    const { processes, problems } = await readBpmn(inProcess(around(content)));
    expect(problems).toEqual([]);
    const { source, target } = processes[0].flowsById.get('x') ?? {};
    expect([source?.id, target?.id, source?.scope === target?.scope]).toEqual(['a', 'b', true]);
  });

  test('inside a scope, between two elements outside of it, with a default flow', async () => {
    const inside = `<bpmn:exclusiveGateway id="g" default="x" />${sub('<bpmn:startEvent id="a" /><bpmn:sequenceFlow id="x" sourceRef="g" targetRef="u" />')}`;
    const xml = inProcess(
      `<bpmn:startEvent id="s" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="g" />${inside}`,
    );
    const { processes, problems } = await readBpmn(xml);
    expect(problems).toEqual([]);
    expect(processes[0].elementsById.get('g')?.defaultFlow?.id).toBe('x');
  });

  test('in another process of the file', async () => {
    const beside = `<bpmn:process id="other"><bpmn:sequenceFlow id="x" sourceRef="s" targetRef="t" /></bpmn:process>`;
    const { processes, problems } = await readBpmn(
      inProcess('<bpmn:startEvent id="s" /><bpmn:task id="t" />', beside),
    );
    expect(problems).toEqual([]);
    expect(processes[0].flows.map(({ id }) => id)).toEqual(['x']);
  });

  test('across the border of a scope it stays refused', async () => {
    const xml = inProcess(
      around(sub(inner + flow)) + '<bpmn:sequenceFlow id="y" sourceRef="s" targetRef="b" />',
    );
    const { problems } = await readBpmn(xml);
    expect(problems).toMatchObject([{ code: 'FLOW_CROSSES_SCOPE', elementId: 'y', severity: 'error' }]);
  });
});
