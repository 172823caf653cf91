/**
 * Every expression in the corpus beside the checkout, in the samples and in the TCK, evaluated by us and by `feelin` with the
 * same variables: the same value, wherever feelin is right. Where it isn't, the expression is listed with the reason.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, unaryTest } from 'feelin';
import { describe, expect, it } from 'vitest';
import { compileExpression, compileUnaryTests, scopeOf } from '@countersign/engine';
import { KNOWN_DIFFERENCES, type Difference } from './feelin-differences.js';

const ROOT = join(import.meta.dirname, '../..');
const CORPUS = join(ROOT, '../shared/corpus');
const NOW = Date.now();

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : /\.(bpmn|dmn)$/.test(name) ? [path] : [];
  });
}

function decode(text: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text
    .replace(/&#x([0-9a-fA-F]+);/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => entities[name]);
}

/** Texts of expressions: attributes and bodies that begin with `=` in BPMN, texts of literal expressions in DMN. */
function expressionsIn(path: string): string[] {
  const xml = readFileSync(path, 'utf8');
  if (path.endsWith('.bpmn'))
    return [...xml.matchAll(/(?:="\s*=([^"]*)"|>\s*=([^<]*)<)/g)].map(([, attribute, body]) =>
      decode(attribute ?? body).trim(),
    );
  return [
    ...xml.matchAll(
      /<(?:\w+:)?literalExpression[^>]*>\s*(?:<!--[\s\S]*?-->\s*)?<(?:\w+:)?text>(?:<!\[CDATA\[)?([\s\S]*?)(?:\]\]>)?<\/(?:\w+:)?text>/g,
    ),
  ].map(([, text]) => decode(text).trim());
}

/** A few sets of values for the variables of an expression. */
function contextsFor(names: readonly string[]): Record<string, unknown>[] {
  const values: unknown[][] = [
    [3, 12, 0.5],
    ['abc', 'de', ''],
    [true, false, true],
    [[1, 2, 3], ['x'], []],
    [{ id: 1, name: 'n', total: 12 }, { x: 1 }, {}],
  ];
  const contexts = values.map((row) =>
    Object.fromEntries(names.map((name, index) => [name, row[index % row.length]])),
  );
  return names.length === 0 ? [{}] : [{}, ...contexts];
}

/** Numbers to 12 digits, as feelin computes in doubles; temporal values by their text. */
function plain(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) => {
      if (typeof part === 'number') return Number(part.toPrecision(12));
      if (typeof part === 'function' || part === undefined) return null;
      if (typeof part === 'object' && part !== null && 'iso' in part) return part.iso;
      return part;
    }) ?? 'null'
  );
}

/** Values that the run itself makes differ: the clock, and functions, which have no JSON. */
const INCOMPARABLE = /\b(now|today)\(\)|^\s*function\b/;

function compareOn(source: string): Difference | null {
  if (INCOMPARABLE.test(source)) return null;
  const result = compileExpression(source);
  const contexts = contextsFor(result.ok ? result.expression.names : []);
  for (const context of contexts) {
    const ours = plain(result.ok ? result.expression.evaluateToJson(scopeOf(context), NOW).value : null);
    let theirs: string;
    try {
      theirs = plain(evaluate(source, context, 'camunda').value);
    } catch {
      theirs = 'null';
    }
    if (ours !== theirs) return { source, context: JSON.stringify(context), ours, theirs };
  }
  return null;
}

/** Texts of the conditions of decision tables. */
function testsIn(path: string): string[] {
  if (!path.endsWith('.dmn')) return [];
  const xml = readFileSync(path, 'utf8');
  return [
    ...xml.matchAll(
      /<(?:\w+:)?inputEntry[^>]*>\s*<(?:\w+:)?text>(?:<!\[CDATA\[)?([\s\S]*?)(?:\]\]>)?<\/(?:\w+:)?text>/g,
    ),
  ]
    .map(([, text]) => decode(text).trim())
    .filter((text) => text !== '');
}

const TESTED: readonly unknown[] = [0, 3, 12, 100.5, -7, 'abc', 'High', 'DECLINE', '', true, false];

/** A condition holds or it doesn't: feelin gives no null. */
function compareTestsOn(source: string): Difference | null {
  const result = compileUnaryTests(source);
  for (const context of contextsFor(result.ok ? result.expression.names : [])) {
    for (const input of TESTED) {
      const given = { ...context, '?': input };
      const ours = result.ok && result.expression.evaluate(scopeOf(given), NOW).value === true;
      let theirs = false;
      try {
        theirs = unaryTest(source, given, 'camunda').value === true;
      } catch {
        theirs = false;
      }
      if (ours !== theirs)
        return { source, context: JSON.stringify(given), ours: String(ours), theirs: String(theirs) };
    }
  }
  return null;
}

describe.each([
  ['the samples', join(ROOT, 'processes')],
  ['the corpus', CORPUS],
])('expressions of %s', (what, folder) => {
  const files = filesUnder(folder);
  it.skipIf(files.length === 0)(
    files.length === 0 ? `skipped: ${what} are not here` : 'have the same value as in feelin',
    () => {
      const sources = [...new Set(files.flatMap(expressionsIn))];
      const conditions = [...new Set(files.flatMap(testsIn))];
      const differences = [
        ...sources.flatMap((source) => compareOn(source) ?? []),
        ...conditions.flatMap((source) => compareTestsOn(source) ?? []),
      ];
      const unexplained = differences.filter((one) => !KNOWN_DIFFERENCES.some(({ applies }) => applies(one)));
      if (process.env.FEELIN_REPORT) for (const one of unexplained) console.log(JSON.stringify(one));
      if (process.env.FEELIN_REPORT)
        console.log(
          `${what}: ${sources.length} expressions, ${conditions.length} conditions, ${differences.length} differences, ${unexplained.length} unexplained`,
        );
      expect(unexplained).toEqual([]);
    },
  );
});
