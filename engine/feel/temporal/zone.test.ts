import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { FeelDate, NANOS_PER_SECOND } from './values.js';
import { offsetAtInstant, offsetAtLocal, offsetZone, parseZone } from './zone.js';

/** Zones with changes by an hour, by half an hour, twice a year around Ramadan, and by a whole day. */
const ZONES = [
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/St_Johns',
];
const HOUR = 3600;

describe.each(ZONES)('offsets of %s', (id) => {
  const zone = { id, offset: null };

  it('agree with the library at instants all over the years, and around each change', () => {
    const start = Date.UTC(1950, 0, 1) / 1000;
    for (let at = start; at < Date.UTC(2060, 0, 1) / 1000; at += 11 * 24 * HOUR + 1234) {
      const expected = (seconds: number): number =>
        Math.round(
          Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(id).offsetNanoseconds /
            NANOS_PER_SECOND,
        );
      expect(offsetAtInstant(zone, at)).toBe(expected(at));
    }
    const change = Temporal.Instant.from('2011-12-01T00:00:00Z')
      .toZonedDateTimeISO(id)
      .getTimeZoneTransition('next');
    if (change === null) return;
    const moment = Math.floor(change.epochMilliseconds / 1000);
    for (const distance of [-HOUR, -1, 0, 1, HOUR]) {
      const direct = Temporal.Instant.fromEpochMilliseconds((moment + distance) * 1000).toZonedDateTimeISO(
        id,
      );
      expect(offsetAtInstant(zone, moment + distance)).toBe(
        Math.round(direct.offsetNanoseconds / NANOS_PER_SECOND),
      );
      const local = direct.toPlainDateTime();
      const seconds = local.hour * HOUR + local.minute * 60 + local.second;
      const resolved = local.toZonedDateTime(id);
      expect(
        offsetAtLocal(zone, new FeelDate(local.year, local.month, local.day), seconds * NANOS_PER_SECOND),
      ).toBe(Math.round(resolved.offsetNanoseconds / NANOS_PER_SECOND));
    }
  });
});

describe('reading zones', () => {
  it.each<[string, number | null | undefined]>([
    ['Z', 0],
    ['+05:30', 19_800],
    ['-00:00', 0],
    ['+18:00', 64_800],
    ['+18:01', undefined],
    ['+5:00', undefined],
    ['@Europe/Paris', null],
    ['@Europe/Nowhere', undefined],
    ['@', undefined],
  ])('%s', (text, offset) => {
    expect(parseZone(text)?.offset).toBe(offset);
  });

  it('writes offsets with seconds where there are any', () => {
    expect(offsetZone(-(2 * HOUR + 45 * 60 + 55))?.id).toBe('-02:45:55');
  });

  it('holds in years no library knows', () => {
    const zone = { id: 'Europe/Paris', offset: null };
    expect(offsetAtLocal(zone, new FeelDate(999_999_999, 7, 1), 0)).toBe(2 * HOUR);
    expect(offsetAtLocal(zone, new FeelDate(-999_999_999, 7, 1), 0)).toBe(
      offsetAtLocal(zone, new FeelDate(1700, 1, 1), 0),
    );
  });
});
