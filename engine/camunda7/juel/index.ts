/** Values of Camunda 7 files, with or without expressions in them, as values of the zeebe dialect. */
import { parseJuel } from './parse.js';
import { readTemplate } from './template.js';
import { feelText, writeFeel } from './to-feel.js';
import { failure, type Outcome } from './tree.js';

export { feelText } from './to-feel.js';
export type { Outcome } from './tree.js';

/** A value of the file: fixed text, or FEEL without its leading "=". */
export interface TranslatedValue {
  readonly kind: 'text' | 'feel';
  readonly text: string;
}

/**
 * Translates a value that may hold `${...}` or `#{...}`. A text around or between expressions makes the whole a
 * text, in which a variable that is null is empty, as in JUEL. Fails with a sentence where FEEL has no words for it.
 */
export function translateValue(source: string): Outcome<TranslatedValue> {
  const parts = readTemplate(source);
  if (!parts.ok) return parts;
  const written: string[] = [];
  for (const part of parts.value) {
    const feel =
      part.kind === 'text'
        ? { ok: true as const, value: feelText(part.text) }
        : translateExpression(part.text);
    if (!feel.ok) return feel;
    written.push(feel.value);
  }
  const [first] = parts.value;
  if (parts.value.length === 1) {
    return {
      ok: true,
      value: first.kind === 'text' ? { kind: 'text', text: first.text } : { kind: 'feel', text: written[0] },
    };
  }
  const texts = parts.value.map(({ kind }, index) =>
    kind === 'text' ? written[index] : `string(${written[index]})`,
  );
  return { ok: true, value: { kind: 'feel', text: `string join([${texts.join(', ')}])` } };
}

/**
 * Translates a list written with commas, such as `sales, ${region}Managers`. Without an expression it stays a text;
 * one expression alone may give the whole list.
 */
export function translateList(source: string): Outcome<TranslatedValue> {
  const parts = readTemplate(source);
  if (!parts.ok) return parts;
  if (parts.value.length === 1) return translateValue(source.trim());
  const items: string[] = [''];
  for (const { kind, text } of parts.value) {
    const [first, ...rest] = kind === 'text' ? text.split(',') : [`\${${text}}`];
    items[items.length - 1] += first;
    items.push(...rest);
  }
  const written: string[] = [];
  for (const item of items.map((text) => text.trim()).filter((text) => text !== '')) {
    const value = translateValue(item);
    if (!value.ok) return value;
    written.push(value.value.kind === 'text' ? feelText(value.value.text) : value.value.text);
  }
  return { ok: true, value: { kind: 'feel', text: `[${written.join(', ')}]` } };
}

/** Translates what stands between the braces of an expression. */
export function translateExpression(source: string): Outcome<string> {
  const tree = parseJuel(source);
  return tree.ok ? writeFeel(tree.value) : failure(tree.reason);
}

/** Whether a text holds an expression. A text that cannot be taken apart holds one that is broken. */
export function hasExpression(source: string): boolean {
  const parts = readTemplate(source);
  return !parts.ok || parts.value.some(({ kind }) => kind === 'expression');
}
