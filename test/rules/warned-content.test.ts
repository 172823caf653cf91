/** What a deployment warns of: elements to which nothing leads, and events that nothing can trigger. */
import { readBpmn } from '@countersign/engine';
import { describe, expect, test } from 'vitest';
import { inProcess } from './xml.js';

type Finding = readonly [code: string, elementId: string | null];

async function findings(inside: string, beside = ''): Promise<Finding[]> {
  const { problems } = await readBpmn(inProcess(inside, beside));
  for (const { message, hint } of problems) {
    expect(message, 'a sentence').toMatch(/\.$/);
    expect(hint, 'a sentence').toMatch(/\.$/);
  }
  return problems.map(({ code, elementId }): Finding => [code, elementId]);
}

const flow = (from: string, to: string) =>
  `<bpmn:sequenceFlow id="${from}-${to}" sourceRef="${from}" targetRef="${to}" />`;
const chain = (...ids: string[]) =>
  ids
    .slice(1)
    .map((id, index) => flow(ids[index], id))
    .join('');
const task = (id: string) => `<bpmn:task id="${id}" />`;
const start = (id = 's') => `<bpmn:startEvent id="${id}" />`;
const scope = (id: string, content: string, attributes = '') =>
  `<bpmn:subProcess id="${id}" ${attributes}>${content}</bpmn:subProcess>`;
const unreachable = (...ids: string[]) => ids.map((id): Finding => ['ELEMENT_UNREACHABLE', id]);

describe('an element to which nothing leads', () => {
  test.each<readonly [string, string, Finding[]]>([
    ['beside the path', start() + task('a') + task('b') + chain('s', 'a'), unreachable('b')],
    [
      'with others behind it is told of once',
      start() + task('a') + task('b') + task('c') + task('w') + chain('s', 'a') + chain('b', 'c', 'w'),
      unreachable('b'),
    ],
    ['in a circle', start() + task('a') + task('b') + chain('a', 'b', 'a'), unreachable('a')],
    ['in a sub-process', start() + scope('u', start('us') + task('a')) + chain('s', 'u'), unreachable('a')],
    [
      'in an event sub-process',
      start() +
        scope(
          'u',
          `<bpmn:startEvent id="us"><bpmn:timerEventDefinition><bpmn:timeDate>2030-01-01T00:00:00Z</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:startEvent>${task('a')}`,
          'triggeredByEvent="true"',
        ),
      unreachable('a'),
    ],
    [
      'with a boundary event that leads on',
      start() +
        task('a') +
        '<bpmn:boundaryEvent id="b" attachedToRef="a"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>' +
        task('c') +
        chain('b', 'c'),
      unreachable('a'),
    ],
    [
      'as the catching end of a link that nobody throws',
      start() +
        '<bpmn:intermediateCatchEvent id="l"><bpmn:linkEventDefinition name="x" /></bpmn:intermediateCatchEvent>' +
        task('a') +
        chain('l', 'a'),
      unreachable('l'),
    ],
  ])('%s', async (_what, inside, expected) => {
    expect(await findings(inside)).toEqual(expected);
  });

  test('before a parallel gateway keeps it waiting for ever', async () => {
    const inside =
      start() + task('a') + '<bpmn:parallelGateway id="j" />' + chain('s', 'j') + chain('a', 'j');
    expect(await findings(inside)).toEqual([...unreachable('a'), ['JOIN_INCOMPLETE', 'j']]);
  });

  test('begins in an ad-hoc sub-process, by compensation, by a message and behind a link', async () => {
    const inside =
      '<bpmn:receiveTask id="r" messageRef="m" instantiate="true" />' +
      `<bpmn:adHocSubProcess id="h">${task('x')}${task('y')}</bpmn:adHocSubProcess>${chain('r', 'h')}` +
      `${task('done')}${chain('h', 'done')}` +
      '<bpmn:boundaryEvent id="b" attachedToRef="done"><bpmn:compensateEventDefinition /></bpmn:boundaryEvent>' +
      '<bpmn:task id="undo" isForCompensation="true" /><bpmn:association id="as" sourceRef="b" targetRef="undo" />' +
      '<bpmn:intermediateThrowEvent id="t"><bpmn:linkEventDefinition name="x" /></bpmn:intermediateThrowEvent>' +
      '<bpmn:intermediateCatchEvent id="c"><bpmn:linkEventDefinition name="x" /></bpmn:intermediateCatchEvent>' +
      chain('done', 't');
    expect(await findings(inside, '<bpmn:message id="m" name="m" />')).toEqual([]);
  });
});

const errors = '<bpmn:error id="e1" errorCode="e1" /><bpmn:error id="e2" errorCode="e2" />';
const escalations =
  '<bpmn:escalation id="c1" escalationCode="c1" /><bpmn:escalation id="c2" escalationCode="c2" />';
const boundary = (definition: string, host = 't') =>
  `<bpmn:boundaryEvent id="b" attachedToRef="${host}">${definition}</bpmn:boundaryEvent>`;
const error = (id?: string) => `<bpmn:errorEventDefinition ${id ? `errorRef="${id}"` : ''} />`;
const escalation = (id?: string) => `<bpmn:escalationEventDefinition ${id ? `escalationRef="${id}"` : ''} />`;
const end = (definition: string) => `<bpmn:endEvent id="x">${definition}</bpmn:endEvent>`;
const listener =
  '<bpmn:extensionElements><zeebe:executionListeners><zeebe:executionListener eventType="end" type="a" /></zeebe:executionListeners></bpmn:extensionElements>';
const worker = '<bpmn:extensionElements><zeebe:taskDefinition type="a" /></bpmn:extensionElements>';
const on = (type: string, content = '') =>
  `${start()}<bpmn:${type} id="t">${content}</bpmn:${type}>${chain('s', 't')}`;
const box = (content: string) =>
  start() + scope('t', start('i') + content + chain('i', 'x')) + chain('s', 't');
const nothing: readonly Finding[] = [['EVENT_UNTRIGGERED', 'b']];

describe('an event that nothing can trigger', () => {
  test.each<readonly [string, string]>([
    ['an escalation on a user task', on('userTask') + boundary(escalation('c1'))],
    ['an escalation on a service task', on('serviceTask', worker) + boundary(escalation())],
    ['an error on a user task', on('userTask') + boundary(error('e1'))],
    ['an error on a task of no kind', on('task') + boundary(error())],
    [
      'an error on a manual task that runs several times',
      on('manualTask', '<bpmn:standardLoopCharacteristics loopMaximum="2" />') + boundary(error()),
    ],
    ['an error that the sub-process does not throw', box(end(error('e2'))) + boundary(error('e1'))],
    [
      'an escalation that the sub-process does not throw',
      box(end(escalation('c2'))) + boundary(escalation('c1')),
    ],
    ['an error on a sub-process that throws an escalation', box(end(escalation('c1'))) + boundary(error())],
  ])('%s', async (_what, inside) => {
    expect(await findings(inside, errors + escalations)).toEqual(nothing);
  });

  test.each<readonly [string, string]>([
    ['an error of a worker', on('serviceTask', worker) + boundary(error('e1'))],
    ['an error of a listener', on('userTask', listener) + boundary(error('e1'))],
    ['an error end', box(end(error('e1'))) + boundary(error('e1'))],
    ['any error', box(end(error('e2'))) + boundary(error())],
    ['an escalation', box(end(escalation('c1'))) + boundary(escalation('c1'))],
    [
      'what a called process may throw',
      on(
        'callActivity',
        '<bpmn:extensionElements><zeebe:calledElement processId="q" /></bpmn:extensionElements>',
      ) + boundary(escalation('c1')),
    ],
    [
      'one of several triggers',
      on('userTask') +
        boundary(
          `${error('e1')}<bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition>`,
        ),
    ],
  ])('is not one for %s', async (_what, inside) => {
    expect(await findings(inside, errors + escalations)).toEqual([]);
  });

  test('is the start of an event sub-process in a scope that throws nothing', async () => {
    const beside = scope(
      'v',
      `<bpmn:startEvent id="b">${escalation('c1')}</bpmn:startEvent>${end(escalation('c1'))}${chain('b', 'x')}`,
      'triggeredByEvent="true"',
    );
    expect(await findings(start() + beside, escalations)).toEqual(nothing);
    const thrown = `<bpmn:intermediateThrowEvent id="y">${escalation('c1')}</bpmn:intermediateThrowEvent>${chain('s', 'y')}`;
    expect(await findings(start() + thrown + beside, escalations)).toEqual([]);
  });

  test('is a cancellation of a transaction that is never cancelled', async () => {
    const transaction = (inside: string) =>
      `${start()}<bpmn:transaction id="t">${start('i')}${inside}</bpmn:transaction>${chain('s', 't')}`;
    const cancel = '<bpmn:cancelEventDefinition />';
    expect(await findings(transaction('') + boundary(cancel))).toEqual(nothing);
    expect(await findings(transaction(end(cancel) + chain('i', 'x')) + boundary(cancel))).toEqual([]);
  });
});

describe('an event whose definition stands in the file for several', () => {
  const shared = '<bpmn:errorEventDefinition id="shared" errorRef="e1" />' + errors;
  const ref = '<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>';

  test('has it', async () => {
    const inside = box(end(ref)) + boundary(ref);
    const { processes, problems } = await readBpmn(inProcess(inside, shared));
    expect(problems).toEqual([]);
    for (const id of ['x', 'b'])
      expect(processes[0].elementsById.get(id)?.event).toMatchObject({
        kind: 'error',
        code: { fixed: 'e1' },
      });
  });

  test('is refused by name where it stands nowhere', async () => {
    const inside = box(end('<bpmn:eventDefinitionRef>gone</bpmn:eventDefinitionRef>'));
    const { problems } = await readBpmn(inProcess(inside, shared));
    expect(problems).toMatchObject([{ code: 'REFERENCE_BROKEN', elementId: 'x' }]);
    expect(problems[0].message).toContain('"gone"');
  });
});
