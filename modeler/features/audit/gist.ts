/** What a row of the trail is about in a few words, so that a person need not open each one. */
import { writeJson } from '@countersign/engine';
import type { AuditRow } from '../../api/audit.js';

/** Characters of a value that fit beside the event. */
const LENGTH = 48;

/** The gist of a row: a variable with its value, a job's type, a reason; empty where the event says it all. */
export function gistOf({ type, data }: AuditRow): string {
  if (typeof data !== 'object' || data === null) return '';
  const { name, value, jobType, errorMessage, assignee } = data as Record<string, unknown>;
  if (type.startsWith('variable ') && typeof name === 'string')
    return shorten(`${name} = ${writeJson(value)}`);
  if (typeof errorMessage === 'string' && errorMessage !== '') return shorten(errorMessage);
  if (typeof jobType === 'string') return shorten(jobType);
  if (type === 'user task assigned' && typeof assignee === 'string') return shorten(assignee);
  return '';
}

function shorten(text: string): string {
  return text.length > LENGTH ? `${text.slice(0, LENGTH - 1)}…` : text;
}
