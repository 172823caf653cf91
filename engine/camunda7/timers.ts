/**
 * Fixed values of timers. Camunda 7 reads a date or a cron expression in the time zone of its server, which the file does not
 * say, and counts the days of the week from Sunday = 1 (Quartz, to version 7.23).
 */
import type { PlainAnswer } from './plain-bpmn.js';
import { hasExpression } from './juel/index.js';
import { elementOf, ownerOf, textOf, type TreeElement } from './tree.js';

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A date, or a date and time, without an offset or a zone. */
const LOCAL = /^\d{4}-?\d\d-?\d\d(?:T[\d:.,]+)?$/;

const KINDS = { timeDate: 'timer date', timeCycle: 'timer cycle' };

/** Answers for the date or the cycle of a timer, where its value is fixed. */
export function convertFixedTimer(definition: TreeElement): PlainAnswer[] {
  return Object.entries(KINDS).flatMap(([property, found]) => {
    const expression = elementOf(definition, property);
    const value = textOf(expression, 'body').trim();
    if (!expression || value === '' || value.startsWith('=') || hasExpression(value)) return [];
    const target = ownerOf(definition);
    if (property === 'timeDate') return LOCAL.test(value) ? [zoneNeeded(target, found, value, value)] : [];
    if (/^R/i.test(value)) {
      return value
        .split('/')
        .slice(1)
        .some((part) => LOCAL.test(part))
        ? [zoneNeeded(target, found, value, value)]
        : [];
    }
    return convertCron(expression, target, found, value);
  });
}

function convertCron(
  expression: TreeElement,
  target: TreeElement,
  found: string,
  value: string,
): PlainAnswer[] {
  const parts = value.split(/\s+/);
  if (parts.length < 6) return [zoneNeeded(target, found, value, value)];
  const days = nameDays(parts[5]);
  if (days === null) {
    const message = `Camunda 7 counts the days of the week from Sunday = 1, and "${parts[5]}" cannot be written with names.`;
    const suggestion = 'Name the days: SUN, MON, TUE, WED, THU, FRI or SAT. Then look at the time zone too.';
    return [{ target, found, value, outcome: 'decide', message, suggestion }];
  }
  const becomes = parts.map((part, index) => (index === 5 ? days : part)).join(' ');
  expression.body = becomes;
  const named: PlainAnswer = {
    target,
    found,
    value,
    outcome: 'mapped',
    becomes,
    message:
      'Camunda 7 counts the days of the week from Sunday = 1. They are named now, so that they stay the same.',
  };
  return [...(becomes === value ? [] : [named]), zoneNeeded(target, found, value, becomes)];
}

function zoneNeeded(target: TreeElement, found: string, value: string, becomes: string): PlainAnswer {
  const isCron = /\s/.test(becomes);
  const example = isCron
    ? `${becomes} [Europe/Berlin]`
    : becomes.replace(
        /\d{4}-?\d\d-?\d\d(?:T[\d:.,]+)?/,
        (date) => `${date}${date.includes('T') ? '' : 'T00:00:00'}[Europe/Berlin]`,
      );
  return {
    target,
    found,
    value,
    outcome: 'decide',
    becomes,
    message: 'It has no time zone; Camunda 7 reads it in the zone of its server. It is taken as UTC.',
    suggestion: `Write the zone that is meant, such as ${example}, or leave it where UTC is meant.`,
  };
}

/** The days of the week of a Quartz expression by their names; null where they cannot be told. */
function nameDays(field: string): string | null {
  const named = field.split(',').map(namePart);
  return named.includes(null) ? null : named.join(',');
}

function namePart(part: string): string | null {
  if (!/\d/.test(part) || /^\*\/\d+$/.test(part)) return part;
  const nth = /^(\w+)#(\d)$/.exec(part);
  if (nth) return withDay(nth[1], (day) => `${DAYS[day]}#${nth[2]}`);
  const last = /^(\d)L$/i.exec(part);
  if (last) return withDay(last[1], (day) => `${DAYS[day]}L`);
  const range = /^(\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
  if (!range) return null;
  const [, first, end, step] = range as unknown as [string, string, string | undefined, string | undefined];
  return withDay(first, (from) => {
    // A step without an end goes on to Saturday, as Quartz has it.
    const to = dayOf(end ?? (step === undefined ? first : '7'));
    const by = Number(step ?? 1);
    if (to === null || by < 1) return null;
    const length = (to - from + 7) % 7;
    if (by === 1 && length > 1 && to > from) return `${DAYS[from]}-${DAYS[to]}`;
    const days = Array.from(
      { length: Math.floor(length / by) + 1 },
      (_, index) => DAYS[(from + index * by) % 7],
    );
    return days.join(',');
  });
}

function withDay(text: string, write: (day: number) => string | null): string | null {
  const day = dayOf(text);
  return day === null ? null : write(day);
}

/** 0 for Sunday. */
function dayOf(text: string): number | null {
  if (/^[1-7]$/.test(text)) return Number(text) - 1;
  const named = DAYS.indexOf(text.toUpperCase());
  return named < 0 ? null : named;
}
