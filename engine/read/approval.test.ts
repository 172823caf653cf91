import { describe, expect, it } from 'vitest';
import { readBpmn } from '../index.js';
import { inProcess } from '../../test/rules/xml.js';

const task = (properties: Readonly<Record<string, string>>) =>
  `<bpmn:userTask id="a"><bpmn:extensionElements><zeebe:userTask /><zeebe:properties>` +
  Object.entries(properties)
    .map(([name, value]) => `<zeebe:property name="${name}" value="${value}" />`)
    .join('') +
  '</zeebe:properties></bpmn:extensionElements></bpmn:userTask>';

const FLOW = '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="a" />';

async function read(inside: string) {
  const { processes, problems } = await readBpmn(inProcess(`<bpmn:startEvent id="s" />${inside}${FLOW}`));
  expect(problems).toEqual([]);
  return processes[0];
}

describe('what a user task asks of its approver', () => {
  it('is read from its properties', async () => {
    const model = await read(
      task({
        approval: 'true',
        signatureMeaning: 'I checked it',
        refusalMeaning: 'I found it wrong',
        reauthenticate: 'true',
        fourEyes: 'starter, deployer,a, p/a, other/check',
      }),
    );
    expect(model.elementsById.get('a')?.userTask?.approval).toEqual({
      answer: { variable: 'approved', reason: 'reason' },
      meaning: 'I checked it',
      refusalMeaning: 'I found it wrong',
      reauthenticate: true,
      fourEyes: [
        { kind: 'starter' },
        { kind: 'deployer' },
        { kind: 'task', processId: undefined, elementId: 'a' },
        { kind: 'task', processId: 'p', elementId: 'a' },
        { kind: 'task', processId: 'other', elementId: 'check' },
      ],
    });
  });

  it('is nothing where it says nothing', async () => {
    const model = await read(task({ colour: 'blue' }));
    expect(model.elementsById.get('a')?.userTask?.approval).toEqual({
      answer: undefined,
      meaning: undefined,
      refusalMeaning: undefined,
      reauthenticate: false,
      fourEyes: [],
    });
    expect(model.sensitive).toBe(false);
  });

  it('a process says that it is sensitive', async () => {
    const properties =
      '<bpmn:extensionElements><zeebe:properties><zeebe:property name="sensitive" value="true" />' +
      '</zeebe:properties></bpmn:extensionElements>';
    const { processes, problems } = await readBpmn(inProcess(`${properties}<bpmn:startEvent id="s" />`));
    expect(problems).toEqual([]);
    expect(processes[0].sensitive).toBe(true);
  });
});
