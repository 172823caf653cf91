/**
 * Secrets: named in a process as `{{secrets.NAME}}`, kept in the server's environment as
 * `COUNTERSIGN_SECRET_NAME`. A value is put in place just before it is used: it is in no variable, no row
 * and no log line.
 */

/** Looks a secret up by its name; undefined where there is none. */
export type Secrets = (name: string) => string | undefined;

/** A text with its secrets in place and the values that were put there, or the name of the missing one. */
export type SecretText =
  | { readonly ok: true; readonly text: string; readonly values: readonly string[] }
  | { readonly ok: false; readonly missing: string };

const REFERENCE = /\{\{\s*secrets\.([A-Za-z0-9_]+)\s*\}\}/g;
const PREFIX = 'COUNTERSIGN_SECRET_';

/** The secrets of an environment. An empty one is none. */
export function readSecrets(environment: Readonly<Record<string, string | undefined>>): Secrets {
  return (name) => environment[PREFIX + name] || undefined;
}

/** Puts secrets in place of their references. */
export function resolveSecrets(text: string, secrets: Secrets): SecretText {
  const values: string[] = [];
  let missing: string | undefined;
  const resolved = text.replace(REFERENCE, (_reference, name: string) => {
    const value = secrets(name);
    if (value === undefined) missing ??= name;
    else values.push(value);
    return value ?? '';
  });
  return missing === undefined ? { ok: true, text: resolved, values } : { ok: false, missing };
}

/** Whether a text is one reference and nothing else. */
export function isSecretReference(text: string): boolean {
  return /^\{\{\s*secrets\.[A-Za-z0-9_]+\s*\}\}$/.test(text.trim());
}

/** The sentence for a secret that is not set. */
export function missingSecret(name: string): string {
  return `The secret ${name} is not set. Start the server with ${PREFIX}${name}.`;
}

/** Takes secret values out of a text that others wrote, such as an error message, also where JSON escapes them. */
export function redact(text: string, values: readonly string[]): string {
  let redacted = text;
  // The longest first: one may be a part of another.
  for (const value of [...values].sort((one, other) => other.length - one.length)) {
    redacted = redacted.replaceAll(value, '***');
    if (redacted.includes('\\')) redacted = redacted.replace(escapedForm(value), '***');
  }
  return redacted;
}

/** The value as JSON may write it: each UTF-16 unit plain, by its number, or behind a backslash. */
function escapedForm(value: string): RegExp {
  const units = [...Array(value.length).keys()].map((at) => {
    const code = value.charCodeAt(at).toString(16).padStart(4, '0');
    const byNumber = code.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
    return `(?:\\\\?\\u${code}|\\\\u${byNumber})`;
  });
  return new RegExp(units.join(''), 'g');
}
