/** Timers of Camunda 7: days of the week by name, zones for a person to decide, and nothing that deployment refuses untold. */
import { convertCamunda7, readBpmn, type ConversionEntry } from '@countersign/engine';
import { describe, expect, test } from 'vitest';

interface Converted {
  readonly report: readonly ConversionEntry[];
  readonly timer: unknown;
}

async function convert(kind: 'timeDate' | 'timeCycle' | 'timeDuration', value: string): Promise<Converted> {
  const start = `<startEvent id="s"><timerEventDefinition><${kind}>${value}</${kind}></timerEventDefinition></startEvent>`;
  const xml = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="t"><process id="p" isExecutable="true" camunda:historyTimeToLive="1">${start}</process></definitions>`;
  const result = await convertCamunda7(xml);
  if (!result.ok) throw new Error(result.reason);
  const { processes } = await readBpmn(result.xml);
  const event = processes[0].elementsById.get('s')?.event;
  return { report: result.report, timer: event?.kind === 'timer' ? event.value.source : undefined };
}

const left = ({ report }: Converted) => report.filter(({ outcome }) => outcome === 'decide');

describe('days of the week', () => {
  test.each([
    ['0 0 9 ? * 2', '0 0 9 ? * MON'],
    ['0 0 9 ? * 1,7', '0 0 9 ? * SUN,SAT'],
    ['0 0 9 ? * 3-5', '0 0 9 ? * TUE-THU'],
    ['0 0 9 ? * 1-7', '0 0 9 ? * SUN-SAT'],
    ['0 0 9 ? * 6-2', '0 0 9 ? * FRI,SAT,SUN,MON'],
    ['0 0 9 ? * 2-6/2', '0 0 9 ? * MON,WED,FRI'],
    ['0 0 9 ? * 3/3', '0 0 9 ? * TUE,FRI'],
    ['0 0 9 ? * 6L', '0 0 9 ? * FRIL'],
    ['0 0 9 ? * 2#1', '0 0 9 ? * MON#1'],
    ['0 0 9 ? * MON-6 2030', '0 0 9 ? * MON-FRI 2030'],
  ])('%s', async (cron, named) => {
    const converted = await convert('timeCycle', cron);
    expect(converted.timer).toBe(named);
    expect(converted.report).toContainEqual(
      expect.objectContaining({ outcome: 'mapped', value: cron, becomes: named }),
    );
    expect(left(converted).map(({ found }) => found)).toEqual(['timer cycle']);
  });

  test.each(['0 0 9 ? * 8', '0 0 9 ? * 0', '0 0 9 ? * 2-9'])('%s is to be decided', async (cron) => {
    expect(left(await convert('timeCycle', cron))[0].message).toContain('cannot be written with names');
  });
});

describe('a time without a zone is to be decided', () => {
  test.each([
    ['timeDate', '2030-12-24T18:00:00', '2030-12-24T18:00:00[Europe/Berlin]'],
    ['timeDate', '2030-12-24', '2030-12-24T00:00:00[Europe/Berlin]'],
    ['timeCycle', 'R5/2030-12-24T18:00:00/P1D', 'R5/2030-12-24T18:00:00[Europe/Berlin]/P1D'],
    ['timeCycle', '0 0 9 * * ?', '0 0 9 * * ? [Europe/Berlin]'],
    ['timeCycle', '0 0/5 * * * MON-FRI', '0 0/5 * * * MON-FRI [Europe/Berlin]'],
  ] as const)('%s %s', async (kind, value, example) => {
    const [entry, ...others] = left(await convert(kind, value));
    expect(others).toEqual([]);
    expect(entry.suggestion).toContain(example);
    // What is suggested can be deployed.
    expect((await convert(kind, example)).report.filter(({ message }) => message.includes('refuse'))).toEqual(
      [],
    );
  });

  test.each([
    ['timeDate', '2030-12-24T18:00:00Z'],
    ['timeDate', '2030-12-24T18:00:00+02:00'],
    ['timeCycle', 'R5/2030-12-24T18:00:00+02:00/P1D'],
    ['timeCycle', 'R/PT1H'],
    ['timeDuration', 'PT1H'],
  ] as const)('%s %s has one, or needs none', async (kind, value) => {
    expect(left(await convert(kind, value))).toEqual([]);
  });
});

test.each([
  ['timeDate', '${due}'],
  ['timeDuration', '${plan.pause}'],
  ['timeCycle', '#{plan.cycle}'],
] as const)('a start event whose %s needs variables is to be decided', async (kind, value) => {
  const entries = left(await convert(kind, value));
  expect(entries).toMatchObject([{ found: 'TIMER_INVALID', elementId: 's' }]);
});
