/**
 * Calendar arithmetic without calendar code of our own: the Gregorian calendar repeats every 400 years (146,097
 * days, a whole number of weeks), so every date is moved into the years 2000 to 2399, computed with the platform's
 * `Date` in UTC, and moved back.
 */
import { FeelDate, MAX_YEAR } from './values.js';

const CYCLE_YEARS = 400;
const CYCLE_DAYS = 146_097;
const MILLIS_PER_DAY = 86_400_000;
const BASE_YEAR = 2000;
const BASE_DAYS = Date.UTC(BASE_YEAR, 0, 1) / MILLIS_PER_DAY;

/** Remainder with the sign of the divisor. */
export function floorModulo(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

/** Days since 1970-01-01. */
export function epochDays(date: FeelDate): number {
  const cycle = Math.floor((date.year - BASE_YEAR) / CYCLE_YEARS);
  return (
    Date.UTC(date.year - cycle * CYCLE_YEARS, date.month - 1, date.day) / MILLIS_PER_DAY + cycle * CYCLE_DAYS
  );
}

/** The date a number of days after 1970-01-01; null outside the years FEEL knows. */
export function dateOfEpochDays(days: number): FeelDate | null {
  const cycle = Math.floor((days - BASE_DAYS) / CYCLE_DAYS);
  const moved = new Date((days - cycle * CYCLE_DAYS) * MILLIS_PER_DAY);
  const year = moved.getUTCFullYear() + cycle * CYCLE_YEARS;
  if (!(Math.abs(year) <= MAX_YEAR)) return null;
  return new FeelDate(year, moved.getUTCMonth() + 1, moved.getUTCDate());
}

/** Number of days of a month (1 to 12). */
export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(BASE_YEAR + floorModulo(year, CYCLE_YEARS), month, 0)).getUTCDate();
}

/** The date of these fields, or null where there is no such date. */
export function dateOf(year: number, month: number, day: number): FeelDate | null {
  if (!Number.isInteger(year) || !Number.isInteger(month) || !Number.isInteger(day)) return null;
  if (Math.abs(year) > MAX_YEAR || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month))
    return null;
  return new FeelDate(year, month, day);
}

/** The date months later, its day cut to the length of the month; null outside the years FEEL knows. */
export function addMonths(date: FeelDate, months: number): FeelDate | null {
  const index = date.year * 12 + (date.month - 1) + months;
  const year = Math.floor(index / 12);
  const month = floorModulo(index, 12) + 1;
  if (!(Math.abs(year) <= MAX_YEAR)) return null;
  return new FeelDate(year, month, Math.min(date.day, daysInMonth(year, month)));
}

/** Day of the week, Monday 1 to Sunday 7. */
export function weekday(date: FeelDate): number {
  return floorModulo(epochDays(date) + 3, 7) + 1;
}

/** Day of the year from 1. */
export function dayOfYear(date: FeelDate): number {
  return epochDays(date) - epochDays(new FeelDate(date.year, 1, 1)) + 1;
}

/** Week of the year as ISO 8601 counts: the week belongs to the year of its Thursday. */
export function weekOfYear(date: FeelDate): number {
  const thursday = dateOfEpochDays(epochDays(date) + 4 - weekday(date));
  return thursday === null ? 1 : Math.floor((dayOfYear(thursday) - 1) / 7) + 1;
}

/** Negative, zero or positive by order of date. */
export function compareDates(left: FeelDate, right: FeelDate): number {
  return left.year - right.year || left.month - right.month || left.day - right.day;
}
