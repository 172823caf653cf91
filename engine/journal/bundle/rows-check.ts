/**
 * The rows of a bundle put back into the tree: `proof.txt` says which leaves are shown and gives the hashes of
 * the rest, `rows.jsonl` has the shown rows. One pass, with the hashes of a few rows in memory.
 */
import type { JsonObject } from '../../model/json.js';
import { sameBytes } from '../bytes.js';
import { hashLeaf } from '../leaf.js';
import type { LeafRow } from '../leaf.js';
import type { JournalPort } from '../port.js';
import { createFrontier, subtreeRoot } from '../tree.js';
import type { Frontier } from '../tree.js';
import type { ContentsCheck } from './contents-check.js';
import type { LineReader } from './line-reader.js';
import type { NumberedRow, NumbersCheck, NumbersFound } from './selection-check.js';
import { PROOF_TITLE, parseProofPart } from './proof-file.js';
import type { ProofPart } from './proof-file.js';

/** What came of putting the rows back into the tree. */
export interface RowsFound {
  /** The tree's size and root as the bundle's files give them. */
  readonly size: number;
  readonly root: Uint8Array;
  readonly rows: number;
  /** Leaves of the range that are not shown, and shown rows outside of it. */
  readonly hidden: number;
  readonly outside: number;
  /** The leaf after the last shown row. */
  readonly shownTo: number;
  /** The first thing that is wrong with the rows; undefined where they are what the proof says. */
  readonly problem: string | undefined;
  /** The root at each of the sizes asked for; without an entry where the bundle doesn't tell it. */
  readonly roots: ReadonlyMap<number, Uint8Array>;
  /** The SHA-256 of deployed files that shown rows state, by process definition key. */
  readonly checksums: ReadonlyMap<string, string>;
  readonly numbers: NumbersFound;
}

/** What the rows are held against. */
export interface RowsQuestion {
  readonly range: { readonly from: number; readonly to: number };
  /** Sizes at which the root is wanted. */
  readonly sizes: readonly number[];
  readonly contents: ContentsCheck;
  readonly numbers: NumbersCheck;
  /** Told now and then how many rows were read. */
  readonly progress: (rows: number) => void;
}

const PROGRESS_EVERY = 4096;

/** Reads both files to their ends. Throws where one is broken off or is not what the specification says. */
export async function checkRows(
  port: JournalPort,
  proof: LineReader,
  rows: LineReader,
  question: RowsQuestion,
): Promise<RowsFound> {
  const { range, contents, numbers, progress } = question;
  const sizes = new Set(question.sizes);
  const rising = [...sizes].sort((one, other) => one - other);
  const tree = createFrontier(port.sha256);
  const roots = new Map<number, Uint8Array>();
  const checksums = new Map<string, string>();
  let problem: string | undefined;
  let broken = 0;
  let count = 0;
  let hidden = 0;
  let outside = 0;
  let shownTo = 0;
  let passed = 0;

  const readRow = (line: Uint8Array | undefined): RowRead => {
    if (line === undefined) throw new Error(`rows.jsonl ends after ${count} rows, and the proof has more`);
    count += 1;
    if (count % PROGRESS_EVERY === 0) progress(count);
    const row = parseRow(port, line, count);
    noteChecksums(row, checksums);
    numbers.row(row);
    return row;
  };

  const addShown = async ({ level, hash }: ProofPart): Promise<void> => {
    const from = tree.size;
    const leaves: Uint8Array[] = [];
    for (let at = 0; at < 2 ** level; at += 1) {
      const line = rows.take() ?? (await rows.next());
      const { position, commitment } = readRow(line);
      leaves.push(hashLeaf(port.sha256, line ?? new Uint8Array(0)));
      if (commitment !== null) await contents.row(position, commitment);
    }
    // Each size is passed once, however many there are.
    while (rising.length > passed && rising[passed] <= from) passed += 1;
    for (; rising.length > passed && rising[passed] < from + leaves.length; passed += 1) {
      roots.set(rising[passed], rootWith(port, tree, leaves.slice(0, rising[passed] - from)));
    }
    const root = subtreeRoot(port.sha256, leaves);
    tree.append(root, level);
    shownTo = tree.size;
    outside += leaves.length - within(range, from, from + leaves.length);
    if (sameBytes(root, hash)) return;
    broken += leaves.length;
    problem ??= `lines ${count - leaves.length + 1} to ${count} of rows.jsonl (leaves ${from} to ${from + leaves.length - 1}) are not the rows that were recorded`;
  };

  const title = await proof.next();
  if (title === undefined || port.decodeText(title) !== PROOF_TITLE) {
    throw new Error(`proof.txt does not begin with "${PROOF_TITLE}"`);
  }
  for (let line = await proof.next(); line !== undefined; line = proof.take() ?? (await proof.next())) {
    if (sizes.has(tree.size)) roots.set(tree.size, tree.root());
    const part = parseProofPart(port.decodeText(line));
    if (part === undefined)
      throw new Error(`proof.txt has a line that is none: ${quote(port.decodeText(line))}`);
    if (part.isShown) {
      await addShown(part);
    } else {
      hidden += within(range, tree.size, tree.size + 2 ** part.level);
      tree.append(part.hash, part.level);
    }
  }
  if (sizes.has(tree.size)) roots.set(tree.size, tree.root());
  if ((await rows.next()) !== undefined)
    throw new Error(`rows.jsonl has more than the ${count} rows of the proof`);
  await contents.end();
  if (problem !== undefined && broken > 0) problem += `; ${broken} rows are in parts of the tree that differ`;
  const { size } = tree;
  return {
    ...{ size, root: tree.root(), rows: count, hidden, outside, shownTo, problem, roots, checksums },
    numbers: numbers.found(),
  };
}

function within(range: { readonly from: number; readonly to: number }, from: number, to: number): number {
  return Math.max(0, Math.min(range.to, to) - Math.max(range.from, from));
}

function rootWith(port: JournalPort, tree: Frontier, leaves: readonly Uint8Array[]): Uint8Array {
  const longer = createFrontier(port.sha256, tree.peaks());
  for (const leaf of leaves) longer.append(leaf);
  return longer.root();
}

type RowRead = Pick<LeafRow, 'position' | 'commitment' | 'type' | 'data'> & NumberedRow;

function parseRow(port: JournalPort, line: Uint8Array, number: number): RowRead {
  let row: Partial<RowRead>;
  try {
    row = JSON.parse(port.decodeText(line)) as Partial<RowRead>;
  } catch {
    throw new Error(`line ${number} of rows.jsonl is no JSON`);
  }
  const { position, commitment, type, data, rootKey, processInstanceKey, sequence } = row;
  const isPlaced = isTextOrNull(rootKey) && isTextOrNull(processInstanceKey) && isNumberOrNull(sequence);
  const isTold = typeof position === 'string' && typeof type === 'string' && isTextOrNull(commitment);
  if (!isPlaced || !isTold || !isObject(data)) {
    throw new Error(`line ${number} of rows.jsonl is no row`);
  }
  return { position, commitment, type, data, rootKey, processInstanceKey, sequence };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}

/** Takes the hashes of deployed processes out of the row of their deployment. */
function noteChecksums({ type, data }: RowRead, checksums: Map<string, string>): void {
  if (type !== 'deployment created' || !Array.isArray(data['processes'])) return;
  for (const process of data['processes'] as readonly JsonObject[]) {
    const { key, checksum } = process;
    if (typeof key === 'number' && typeof checksum === 'string') checksums.set(String(key), checksum);
  }
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
