/** How times, durations, numbers and JSON are written, the same on every page. */
import { readJson, writeJson } from '@countersign/engine';

const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const withYear = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const exact = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'long',
});
const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const timeOnly = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const plain = new Intl.NumberFormat('en-US');

/** A time of today as hours and minutes, else with its day, and the year where it is another. */
export function shortTime(iso: string | null): string {
  if (!iso) return '–';
  const date = new Date(iso);
  const now = new Date();
  if (date.toDateString() === now.toDateString()) return `Today ${timeOnly.format(date)}`;
  return date.getFullYear() === now.getFullYear() ? dayAndTime.format(date) : withYear.format(date);
}

/** Time of day to the millisecond. */
export function clockTime(iso: string): string {
  return clock.format(new Date(iso));
}

/** A time in full, with its zone. */
export function fullTime(iso: string | null): string {
  return iso ? exact.format(new Date(iso)) : '';
}

function units(large: number, unit: string, small: number, smallUnit: string): string {
  return small ? `${large} ${unit} ${small} ${smallUnit}` : `${large} ${unit}`;
}

/** A length of time in its two largest useful units; `ms` may be fractional. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return units(minutes, 'min', Math.floor(seconds % 60), 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return units(hours, 'h', minutes % 60, 'min');
  return units(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** The time between two instants; the second defaults to now. */
export function between(from: string, to: string | null): string {
  return duration((to ? new Date(to).getTime() : Date.now()) - new Date(from).getTime());
}

/** A whole number with separators. */
export function count(value: number): string {
  return plain.format(value);
}

/** Money; small amounts keep the digits that matter. */
export function money(value: { amount: number; currency: string } | null): string {
  if (!value) return '–';
  const digits = value.amount !== 0 && Math.abs(value.amount) < 0.1 ? 4 : 2;
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: value.currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  }).format(value.amount);
}

/** JSON text made readable; text that isn't JSON stays as it is. */
export function pretty(json: string): string {
  try {
    return writeJson(readJson(json), 2);
  } catch {
    return json;
  }
}

/** What people type as a value, as JSON text: itself where it reads as JSON, else a text. */
export function asJson(typed: string): string {
  try {
    return writeJson(readJson(typed));
  } catch {
    return writeJson(typed);
  }
}

/** A size in bytes for people. */
export function bytes(size: number): string {
  return size < 1024 ? `${size} B` : `${(size / 1024).toFixed(1)} kB`;
}
