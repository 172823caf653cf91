/** What a row of the trail is about in a few words, so that a person need not open each one. */
import { writeJson } from '@countersign/engine';
import type { AuditRow } from '../../api/audit.js';
import { t } from '../../text/en.js';

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
  return shorten(accessGist(type, data as Record<string, unknown>));
}

/** Whom and what a change of access is about. */
function accessGist(type: string, data: Record<string, unknown>): string {
  const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
  if (type.startsWith('account ')) return text('username');
  if (type === 'access entry changed') return t.audit.access.entry(text('kind'), text('id'), text('change'));
  if (type === 'built-in role written') return t.audit.access.role(text('roleId'), text('outcome'));
  if (type === 'membership changed') {
    const added = data.change === 'added';
    return t.audit.access.member(text('memberId'), text('containerType'), text('containerId'), added);
  }
  if (type !== 'authorization changed') return '';
  const { ownerId, resourceType } = (data.after ?? data.before ?? {}) as Record<string, unknown>;
  return t.audit.access.grant(String(ownerId), String(resourceType), data.after !== null);
}

function shorten(text: string): string {
  return text.length > LENGTH ? `${text.slice(0, LENGTH - 1)}…` : text;
}
