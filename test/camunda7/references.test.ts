/** References that lead to nothing: Camunda 7 takes an error's for its code, and every other is told. */
import { convertCamunda7, readBpmn } from '@countersign/engine';
import { describe, expect, test } from 'vitest';

function file(inside: string, beside = ''): string {
  return (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="t">' +
    `<bpmn:process id="p" isExecutable="true" camunda:historyTimeToLive="1"><bpmn:startEvent id="s" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t" />${inside}</bpmn:process>${beside}</bpmn:definitions>`
  );
}
const work = '<bpmn:serviceTask id="t" camunda:type="external" camunda:topic="x" />';

async function converted(xml: string) {
  const result = await convertCamunda7(xml);
  if (!result.ok) throw new Error(result.reason);
  const { processes, problems } = await readBpmn(result.xml);
  return {
    ...result,
    process: processes[0],
    errors: problems.filter(({ severity }) => severity === 'error'),
  };
}

describe('an error reference without an error', () => {
  test.each([
    [
      'a boundary event',
      `${work}<bpmn:boundaryEvent id="b" attachedToRef="t"><bpmn:errorEventDefinition errorRef="no stock!" /></bpmn:boundaryEvent>`,
      'b',
    ],
    [
      'an end event',
      '<bpmn:endEvent id="t"><bpmn:errorEventDefinition errorRef="no stock!" /></bpmn:endEvent>',
      't',
    ],
    [
      'an event sub-process',
      `${work}<bpmn:subProcess id="u" triggeredByEvent="true"><bpmn:startEvent id="b"><bpmn:errorEventDefinition errorRef="no stock!" /></bpmn:startEvent></bpmn:subProcess>`,
      'b',
    ],
  ])('of %s is the code', async (_, inside, id) => {
    const { process, report, errors } = await converted(file(inside));
    expect(errors).toEqual([]);
    expect(process.elementsById.get(id)?.event).toMatchObject({
      kind: 'error',
      code: { fixed: 'no stock!' },
    });
    expect(report.find(({ found }) => found === 'errorRef')).toMatchObject({
      outcome: 'mapped',
      elementId: id,
    });
  });

  test('makes one error for one code, beside those that are there', async () => {
    const catching = (id: string, code: string) =>
      `<bpmn:boundaryEvent id="${id}" attachedToRef="t"><bpmn:errorEventDefinition errorRef="${code}" /></bpmn:boundaryEvent>`;
    const other = '<bpmn:serviceTask id="o" camunda:type="external" camunda:topic="y" />';
    const inside =
      work + other + catching('b', 'X') + catching('c', 'X').replace('"t"', '"o"') + catching('e', 'real');
    const { xml, process } = await converted(
      file(inside, '<bpmn:error id="real" errorCode="R" /><bpmn:error id="Error_X" errorCode="Y" />'),
    );
    expect(xml.match(/<bpmn:error /g)).toHaveLength(3);
    expect(process.elementsById.get('e')?.event).toMatchObject({ code: { fixed: 'R' } });
    expect(process.elementsById.get('c')?.event).toMatchObject({ code: { fixed: 'X' } });
  });
});

describe('every other reference', () => {
  test.each([
    [
      'an escalation',
      `${work}<bpmn:boundaryEvent id="b" attachedToRef="t"><bpmn:escalationEventDefinition escalationRef="gone" /></bpmn:boundaryEvent>`,
      'b',
      'escalationRef',
      'decide',
    ],
    [
      'a signal',
      `${work}<bpmn:boundaryEvent id="b" attachedToRef="t"><bpmn:signalEventDefinition signalRef="gone" /></bpmn:boundaryEvent>`,
      'b',
      'signalRef',
      'decide',
    ],
    ['a message', '<bpmn:receiveTask id="t" messageRef="gone" />', 't', 'messageRef', 'decide'],
    [
      'the host of a boundary event',
      `${work}<bpmn:boundaryEvent id="b" attachedToRef="gone"><bpmn:errorEventDefinition /></bpmn:boundaryEvent>`,
      'b',
      'attachedToRef',
      'decide',
    ],
    [
      'a flow that is gone',
      '<bpmn:task id="t"><bpmn:incoming>gone</bpmn:incoming></bpmn:task>',
      't',
      'incoming',
      'none',
    ],
    [
      'the type of data',
      `${work}<bpmn:dataObject id="x" itemSubjectRef="gone" />`,
      'x',
      'itemSubjectRef',
      'none',
    ],
  ])('to %s is told', async (_, inside, elementId, found, outcome) => {
    const { report } = await converted(file(inside));
    expect(report).toContainEqual(expect.objectContaining({ elementId, found, outcome, value: 'gone' }));
  });
});
