/**
 * The test vectors of docs/audit-bundle.md: leaves, trees and notes (bundles have a test of their own). They stand in test/audit/vectors as files, so that verifiers of others can be held against them.
 * A change of the format shows here; `UPDATE_VECTORS=1` writes them again.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  SIGNATURE_TYPES,
  canonicalJson,
  commitmentOf,
  consistencyRanges,
  cosign,
  createFrontier,
  formatNote,
  formatVerifierKey,
  hashLeaf,
  inclusionRanges,
  leafOf,
  leafRow,
  parseNote,
  plainForm,
  pseudonymOf,
  toHex,
  writeJson,
} from '@countersign/engine';
import type { LeafRange } from '@countersign/engine';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { createTestLog, testSigner } from '../support/audit-log.js';
import { readBundleVectors } from '../support/bundle-vectors.js';

const folder = fileURLToPath(new URL('vectors', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/audit-bundle.md', import.meta.url));
const isUpdate = process.env['UPDATE_VECTORS'] === '1';
const log = createTestLog(42);

/** A vector as it stands in its file, written first where that is asked for. */
function stored(name: string, made: unknown): unknown {
  const path = join(folder, name);
  if (isUpdate) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** A content with whole numbers that no double shows. */
const WHOLE = {
  variables: { 'a/b': { 'c~d': [-9007199254740993n, 7] }, id: '12', orderId: 9223372036854775807n },
};

const LEAF_INPUTS = Array.from({ length: 11 }, (_, at) => `leaf ${at}`);
const LEAVES = LEAF_INPUTS.map((text) => hashLeaf(port.sha256, Buffer.from(text)));

/** The root over a range of the leaves, as a tree of their own. */
function rangeRoot({ from, to }: LeafRange): Uint8Array {
  const tree = createFrontier(port.sha256);
  for (const leaf of LEAVES.slice(from, to)) tree.append(leaf);
  return tree.root();
}

function proof(ranges: readonly LeafRange[]): string[] {
  return ranges.map((range) => toHex(rangeRoot(range)));
}

describe('the test vectors', () => {
  it('of leaves, commitments and pseudonyms hold', () => {
    const salt = port.sha256(Buffer.from('a salt'));
    const content = { variables: { amount: 12.5, note: 'Grüße' }, assignee: 'mary' };
    const made = {
      rows: [log.rows[0], log.rows[1], log.rows[6]].map((row) => {
        const { text, hash } = leafOf(port, row);
        return { row: leafRow(row), canonical: text, leaf: toHex(hash) };
      }),
      commitment: { salt: toHex(salt), content, commitment: commitmentOf(port, salt, content) },
      wholeNumbers: {
        salt: toHex(salt),
        content: plainForm(WHOLE),
        commitment: commitmentOf(port, salt, WHOLE),
      },
      pseudonym: { salt: toHex(salt), name: 'user:mary', pseudonym: pseudonymOf(port, salt, 'user:mary') },
    };
    expect(stored('leaves.json', made)).toEqual(JSON.parse(JSON.stringify(made)));
  });

  it('of trees and their proofs hold', () => {
    const made = {
      leaves: LEAF_INPUTS.map((text, at) => ({ text, hash: toHex(LEAVES[at]) })),
      roots: Array.from({ length: 12 }, (_, size) => toHex(rangeRoot({ from: 0, to: size }))),
      inclusion: [0, 3, 7, 10].map((index) => ({
        index,
        size: 11,
        proof: proof(inclusionRanges(index, 11)),
      })),
      consistency: [1, 4, 7, 10].map((first) => ({
        first,
        second: 11,
        proof: proof(consistencyRanges(first, 11)),
      })),
    };
    expect(stored('trees.json', made)).toEqual(made);
  });

  it('of checkpoints, keys and cosignatures hold', () => {
    const witness = testSigner('a witness', 'witness.example/w1', SIGNATURE_TYPES.cosignature);
    const checkpoint = log.checkpoint(42);
    const { text, signatures } = parseNote(checkpoint) ?? { text: '', signatures: [] };
    const line = cosign(port, text, witness.key, 1769851800, witness.sign);
    const made = {
      keys: log.signers.map(({ key }) => formatVerifierKey(key)),
      keyStatements: log.source().keyStatements,
      checkpoint,
      witness: formatVerifierKey(witness.key),
      cosigned: formatNote({ text, signatures: [...signatures, line] }),
    };
    expect(stored('notes.json', made)).toEqual(made);
  });
});

/** Text of the page between its marks, written first where that is asked for. */
function shown(name: string, made: string): string {
  const [begin, end] = [`<!-- vector:${name} -->\n`, `<!-- /vector:${name} -->`];
  const text = readFileSync(PAGE, 'utf8');
  const [before, rest] = text.split(begin);
  const [inside, after] = rest.split(end);
  if (isUpdate) writeFileSync(PAGE, `${before}${begin}\n${made}\n${end}${after}`);
  return isUpdate ? made : inside.trim();
}

function block(...lines: readonly string[]): string {
  return `\`\`\`text\n${lines.join('\n').trimEnd()}\n\`\`\``;
}

describe('the page', () => {
  it('shows a leaf', () => {
    const { text, hash } = leafOf(port, log.rows[6]);
    const made = block(text, '', `leaf hash  ${toHex(hash)}`);
    expect(shown('leaf', made)).toBe(made);
  });

  it('shows a commitment and a pseudonym', () => {
    const salt = port.sha256(Buffer.from('a salt'));
    const content = { variables: { amount: 12.5, note: 'Grüße' }, assignee: 'mary' };
    const made = block(
      `salt        ${toHex(salt)}`,
      `content     ${canonicalJson(content)}`,
      `commitment  ${commitmentOf(port, salt, content)}`,
      '',
      'name        user:mary',
      `pseudonym   ${pseudonymOf(port, salt, 'user:mary')}`,
    );
    expect(shown('commitment', made)).toBe(made);
  });

  it('shows a content with whole numbers beyond doubles', () => {
    const salt = port.sha256(Buffer.from('a salt'));
    const made = block(
      `meant       ${writeJson(WHOLE)}`,
      `salt        ${toHex(salt)}`,
      `content     ${canonicalJson(WHOLE)}`,
      `commitment  ${commitmentOf(port, salt, WHOLE)}`,
    );
    expect(shown('whole-numbers', made)).toBe(made);
  });

  it('shows a checkpoint and a key statement', () => {
    const checkpoint = block(log.checkpoint(42), `the key: ${formatVerifierKey(log.signers[1].key)}`);
    expect(shown('checkpoint', checkpoint)).toBe(checkpoint);
    const statement = block(log.source().keyStatements[1]);
    expect(shown('keys', statement)).toBe(statement);
  });

  it('lists the bundles', () => {
    const rows = readBundleVectors().map(({ file, what, failed }) => [
      `\`${file}\``,
      what,
      failed.join(', ') || 'none',
    ]);
    const all = [['bundle', 'what it is', 'checks that fail'], ...rows];
    const widths = [0, 1, 2].map((column) => Math.max(...all.map((cells) => cells[column].length)));
    const line = (cells: readonly string[]): string =>
      `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
    const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
    const made = [line(all[0]), rule, ...rows.map(line)].join('\n');
    expect(shown('bundles', made)).toBe(made);
  });
});
