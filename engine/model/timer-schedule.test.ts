import { describe, expect, it } from 'vitest';
import { scheduleTimer } from './timer-schedule.js';

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

  it('with seconds asks for both days, without for either', () => {
    expect(first('0 0 0 13 * FRI')).toBe('2027-08-13T00:00:00.000Z');
    expect(first('0 0 13 * FRI')).toBe('2026-12-04T00:00:00.000Z');
  });

  it.each(['0 0 0 30 2 *', '61 * * * *', '0 0 9 ? * NOPE', '* * * *', '0 */0 * * * *'])(
    '%s is not valid',
    (cycle) => {
      expect(first(cycle)).toBeNull();
    },
  );
});
