import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { PLAIN_MEANINGS } from './plain-bpmn.js';
import { RULE_GROUPS } from './table.js';

const page = fileURLToPath(new URL('../../docs/camunda-7.md', import.meta.url));
const START =
  '<!-- the tables are made from the rules: UPDATE_DOCS=1 npx vitest run engine/camunda7/page -->';
const WORDS = { mapped: 'mapped', decide: 'to decide', none: 'no counterpart' } as const;

function nameOf(key: string): string {
  const [type, property] = key.split('#');
  return `\`camunda:${property ?? type.charAt(0).toLowerCase() + type.slice(1)}\``;
}

function tables(): string {
  const groups = Object.entries(RULE_GROUPS).map(([heading, rules]) => {
    const rows = Object.entries(rules)
      .filter(([, { convert }]) => convert !== undefined)
      .map(([key, { outcomes, meaning }]) => {
        return `| ${nameOf(key)} | ${outcomes.map((outcome) => WORDS[outcome]).join(', ')} | ${meaning} |`;
      });
    return [
      `### ${heading}`,
      '',
      '| in the file | outcome | what becomes of it |',
      '| --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  const plain = Object.entries(PLAIN_MEANINGS).map(([what, meaning]) => `| ${what} | ${meaning} |`);
  return [
    ...groups,
    ['### Plain BPMN', '', '| in the file | what becomes of it |', '| --- | --- |', ...plain].join('\n'),
  ].join('\n\n');
}

describe('docs/camunda-7.md', () => {
  it('has the rules as they are', async () => {
    const text = readFileSync(page, 'utf8');
    const head = text.slice(0, text.indexOf(START) + START.length);
    const made = await format(`${head}\n\n${tables()}\n`, {
      ...(await resolveConfig(page)),
      parser: 'markdown',
    });
    if (process.env.UPDATE_DOCS === '1') writeFileSync(page, made);
    expect(readFileSync(page, 'utf8')).toBe(made);
  });
});
