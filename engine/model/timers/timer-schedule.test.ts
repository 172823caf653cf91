import { describe, expect, it } from 'vitest';
import { nextOccurrence, scheduleTimer } from './timer-schedule.js';

const NOW = Date.parse('2026-11-29T10:00:30Z');

/** When a cycle fires first. */
function first(cycle: string): string | null {
  const schedule = scheduleTimer('cycle', cycle, NOW);
  return schedule && new Date(schedule.dueAt).toISOString();
}

describe('a cron expression', () => {
  it.each([
    ['*/10 * * * *', '2026-11-29T10:10:00.000Z'],
    ['0 */5 * * * *', '2026-11-29T10:05:00.000Z'],
    ['0 0/5 * * * ?', '2026-11-29T10:05:00.000Z'],
    ['0 20/20,7 * * * *', '2026-11-29T10:07:00.000Z'],
    ['0 0 12 1/5 * ?', '2026-12-01T12:00:00.000Z'],
    ['0 0 9 ? * MON-FRI', '2026-11-30T09:00:00.000Z'],
    ['0 0 9 LW * ?', '2026-11-30T09:00:00.000Z'],
    ['0 0 9 15W * ?', '2026-12-15T09:00:00.000Z'],
    ['0 0 9 ? * MON#1', '2026-12-07T09:00:00.000Z'],
    ['0 0 9 ? * 5L', '2026-12-25T09:00:00.000Z'],
    ['0 15 10 ? * 6L 2028', '2028-01-29T10:15:00.000Z'],
    ['@hourly', '2026-11-29T11:00:00.000Z'],
  ])('%s fires first at %s', (cycle, at) => {
    expect(first(cycle)).toBe(at);
  });

  it.each([
    ['0 0 9 L-3 * *', '2026-12-28T09:00:00.000Z'],
    ['0 0 9 L-1 * ?', '2026-12-30T09:00:00.000Z'],
    ['0 30 8 L-0 2 *', '2027-02-28T08:30:00.000Z'],
    ['0 30 8 L-28 2 *', '2028-02-01T08:30:00.000Z'],
    ['0 0 9 L-2,L-20 * *', '2026-12-11T09:00:00.000Z'],
    ['0 0 9 5,L-29 * *', '2026-12-02T09:00:00.000Z'],
    ['0 0 9 L-5 * MON', '2027-07-26T09:00:00.000Z'],
    ['0 9 L-30 * *', '2026-12-01T09:00:00.000Z'],
    ['* * * L-4 12 * 2030', '2030-12-27T00:00:00.000Z'],
  ])('%s counts from the last day: %s', (cycle, at) => {
    expect(first(cycle)).toBe(at);
  });

  it.each([
    ['0 0 9 * * * [Europe/Berlin]', '2026-11-30T08:00:00.000Z'],
    ['0 0 9 * * *@Asia/Kolkata', '2026-11-30T03:30:00.000Z'],
    ['CRON_TZ=America/New_York 0 9 * * *', '2026-11-29T14:00:00.000Z'],
    ['TZ=Asia/Tokyo 0 0 9 L-1 * *', '2026-12-30T00:00:00.000Z'],
    ['@daily [Pacific/Auckland]', '2026-11-29T11:00:00.000Z'],
  ])('%s is reckoned in its zone: %s', (cycle, at) => {
    expect(first(cycle)).toBe(at);
  });

  it('keeps its hour when summer time begins', () => {
    const march = scheduleTimer('cycle', '0 0 9 * * * [Europe/Berlin]', Date.parse('2026-03-27T12:00:00Z'));
    expect(following(march, 3)).toEqual(['2026-03-28T08', '2026-03-29T07', '2026-03-30T07']);
  });

  it('with seconds asks for both days, without for either', () => {
    expect(first('0 0 0 13 * FRI')).toBe('2027-08-13T00:00:00.000Z');
    expect(first('0 0 13 * FRI')).toBe('2026-12-04T00:00:00.000Z');
  });

  it.each([
    '0 0 0 30 2 *',
    '61 * * * *',
    '0 0 9 ? * NOPE',
    '* * * *',
    '0 */0 * * * *',
    '0 0 9 * * * [Mars/Olympus]',
    '0 0 9 L-31 * *',
    '0 0 9 L-x * *',
  ])('%s is not valid', (cycle) => {
    expect(first(cycle)).toBeNull();
  });
});

/** The first moments of a cycle, to the hour, each fired when it is due. */
function following(from: ReturnType<typeof scheduleTimer>, count: number): string[] {
  const moments: string[] = [];
  for (
    let schedule = from;
    schedule && moments.length < count;
    schedule = nextOccurrence(schedule, schedule.dueAt)
  ) {
    moments.push(new Date(schedule.dueAt).toISOString().slice(0, 13));
  }
  return moments;
}

describe('a repeating interval', () => {
  const cycle = (text: string, count: number) => following(scheduleTimer('cycle', text, NOW), count);

  it.each([
    [
      'R/2026-12-31T08:00:00Z/P1M',
      ['2026-12-31T08', '2027-01-31T08', '2027-02-28T08', '2027-03-31T08', '2027-04-30T08'],
    ],
    ['R/2027-11-30T08:00:00Z/P3M', ['2027-11-30T08', '2028-02-29T08', '2028-05-30T08']],
    [
      'R/2028-02-29T00:00:00Z/P1Y',
      ['2028-02-29T00', '2029-02-28T00', '2030-02-28T00', '2031-02-28T00', '2032-02-29T00'],
    ],
    ['R/2026-12-31T00:30:00+02:00/P1M', ['2026-12-30T22', '2027-01-30T22', '2027-02-27T22', '2027-03-30T22']],
    ['R/2027-03-27T09:00:00+01:00[Europe/Berlin]/P1D', ['2027-03-27T08', '2027-03-28T07', '2027-03-29T07']],
    ['R/2027-03-27T08:00:00Z[Europe/Berlin]/P1D', ['2027-03-27T08', '2027-03-28T07']],
    ['R/2026-10-31T09:00:00@America/New_York/P1W', ['2026-10-31T13', '2026-11-07T14']],
    ['R/2027-03-27T20:00:00[Europe/Berlin]/PT12H', ['2027-03-27T19', '2027-03-28T07', '2027-03-28T19']],
    ['R3/2026-12-31T08:00:00[Asia/Tokyo]/P1M', ['2026-12-30T23', '2027-01-30T23', '2027-02-27T23']],
    ['R/P1M', ['2026-12-29T10', '2027-01-29T10', '2027-02-28T10', '2027-03-29T10']],
  ])('%s', (text, moments) => {
    expect(cycle(text, 9).slice(0, moments.length)).toEqual(moments);
  });

  it('ends after its repetitions', () => {
    expect(cycle('R3/2026-12-31T08:00:00[Asia/Tokyo]/P1M', 9)).toHaveLength(3);
  });

  it('is over with the months that were missed, and keeps its day', () => {
    const start = scheduleTimer('cycle', 'R9/2026-12-31T08:00:00Z/P1M', NOW);
    const next = start && nextOccurrence(start, Date.parse('2027-04-15T00:00:00Z'));
    expect(new Date(next?.dueAt ?? 0).toISOString()).toBe('2027-04-30T08:00:00.000Z');
    expect(next?.repetitions).toBe(4);
    const after = next && nextOccurrence(next, next.dueAt);
    expect(new Date(after?.dueAt ?? 0).toISOString()).toBe('2027-05-31T08:00:00.000Z');
  });

  it('goes on from where an older server left it', () => {
    const due = Date.parse('2026-11-30T00:00:00Z');
    expect(nextOccurrence({ dueAt: due, repetitions: -1, interval: 'P1M' }, due)?.dueAt).toBe(
      Date.parse('2026-12-30T00:00:00Z'),
    );
  });

  it.each([
    'R/2026-01-01T10:00:00[Nowhere/City]/P1D',
    'R/P0D',
    'R/-P1D',
    'R0/PT1H',
    'R/PT0.0001S',
    'R/x/P1D',
    'R/2026-02-30T00:00:00Z/P1D',
  ])('%s is none', (text) => {
    expect(scheduleTimer('cycle', text, NOW)).toBeNull();
  });
});

describe('a duration', () => {
  it.each(['-PT1H', '-P3Y', 'PT0S', 'P0D', '-P1DT2H'])('%s is over at once', (text) => {
    expect(scheduleTimer('duration', text, NOW)).toEqual({ dueAt: NOW, repetitions: 0, interval: null });
  });
});
