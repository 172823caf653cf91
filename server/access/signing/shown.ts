/**
 * What somebody is shown of a user task before they decide, and the hashes that bind a signature to it. Each hash is
 * the SHA-256 of canonical JSON (RFC 8785), in hexadecimal.
 */
import { createHash } from 'node:crypto';
import { unicodeJson } from '@countersign/engine';
import type { JsonObject, JsonValue } from '@countersign/engine';

/** The record that a signature is bound to. */
export interface TaskRecord {
  readonly userTaskKey: string;
  readonly processDefinitionKey: string;
  readonly elementId: string;
  /** The deployed form; null where the task has none. */
  readonly form: {
    readonly formKey: string;
    readonly formId: string;
    readonly version: number;
  } | null;
  readonly variables: JsonObject;
  readonly evidence: JsonObject;
}

/** Hashes of a record and of its parts. Who signs hands them back, so that it can be said what has changed. */
export interface Shown {
  readonly record: string;
  readonly form: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly evidence: string;
}

/** The parts of a record that differ from what was shown; `gone` counts variables that are not there any more. */
export interface Changes {
  readonly form: boolean;
  readonly variables: readonly string[];
  readonly gone: number;
  readonly evidence: boolean;
}

/** The hashes of a record. */
export function hashRecord(record: TaskRecord): Shown {
  const { form, variables, evidence } = record;
  const hashes = Object.entries(variables).map(
    ([name, value]) => [name, hashOf({ value: value ?? null })] as const,
  );
  return {
    record: hashOf(record as unknown as JsonObject),
    form: hashOf(form),
    variables: Object.fromEntries(hashes),
    evidence: hashOf(evidence),
  };
}

/** What has changed since `shown`; null where the record is the same. Names of variables are those of `now` alone. */
export function changesSince(shown: Shown, now: Shown): Changes | null {
  if (shown.record === now.record) return null;
  const before = new Map(Object.entries(shown.variables));
  const names = Object.keys(now.variables);
  return {
    form: shown.form !== now.form,
    variables: names.filter((name) => before.get(name) !== now.variables[name]),
    gone: [...before.keys()].filter((name) => !Object.hasOwn(now.variables, name)).length,
    evidence: shown.evidence !== now.evidence,
  };
}

/** Variables named in a sentence, at most. */
const MOST_NAMES = 5;

/** The changes as a sentence that says what to do. */
export function describeChanges({ form, variables, gone, evidence }: Changes): string {
  const names = variables.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  const more = variables.length - names.length;
  const parts = [
    ...(names.length > 0
      ? [`variables (${names.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''})`]
      : []),
    ...(gone > 0 ? [`variables that are gone (${String(gone)})`] : []),
    ...(evidence ? ['the evidence'] : []),
    ...(form ? ['the form'] : []),
  ];
  const what = parts.length > 0 ? parts.join(', ') : 'the task itself';
  return `The task is not any more what you were shown. Changed since: ${what}. Look at it again, then decide.`;
}

function hashOf(value: JsonValue): string {
  return createHash('sha256').update(unicodeJson(value)).digest('hex');
}
