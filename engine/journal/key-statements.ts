/**
 * Key rotation. Each signing key of a log is announced by a key statement, a signed note:
 *
 *     countersign key statement v1
 *     <origin>
 *     <number of the key, from 1>
 *     <the key, NAME+ID+BASE64>
 *     <size of the tree when the key took over>
 *     <time, RFC 3339 in UTC>
 *
 * It is signed by the new key, which shows that somebody has it, and from the second on by the former key,
 * which hands over. Whoever trusts a key trusts the keys it was followed by. Its first line has spaces and
 * an origin has none, so no statement is ever a checkpoint.
 */
import { formatVerifierKey, parseNote, parseVerifierKey, sameKey, verifyNote } from './note.js';
import type { Note, VerifierKey } from './note.js';
import type { JournalPort } from './port.js';

const TITLE = 'countersign key statement v1';

const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$/;

/** What a key statement says. */
export interface KeyStatement {
  readonly origin: string;
  /** 1 for the log's first key. */
  readonly number: number;
  readonly key: VerifierKey;
  /** The tree's size when the key took over: larger trees are signed by it and no longer by its predecessor. */
  readonly size: number;
  /** RFC 3339 in UTC. */
  readonly at: string;
}

/** The text of a key statement, to be signed. */
export function keyStatementText({ origin, number, key, size, at }: KeyStatement): string {
  return `${TITLE}\n${origin}\n${number}\n${formatVerifierKey(key)}\n${size}\n${at}\n`;
}

/** The key statement that a note is, with the note; undefined where it is none. Says nothing about its signatures. */
export function parseKeyStatement(
  port: JournalPort,
  text: string,
): { note: Note; statement: KeyStatement } | undefined {
  const note = parseNote(text);
  const lines = note?.text.split('\n') ?? [];
  const [title, origin, number, keyText, size, at, rest] = lines;
  if (note === undefined || lines.length !== 7 || title !== TITLE || rest !== '') return undefined;
  // Around a key that somebody types there may be white space, not here.
  const key = keyText.trim() === keyText ? parseVerifierKey(port, keyText) : undefined;
  const isCount = (digits: string): boolean => /^(0|[1-9][0-9]{0,14})$/.test(digits);
  if (key === undefined || !isCount(number) || !isCount(size) || !TIME.test(at)) return undefined;
  return { note, statement: { origin, number: Number(number), key, size: Number(size), at } };
}

/** A log's keys in their order, as its statements tell. */
export interface KeyChain {
  readonly statements: readonly KeyStatement[];
  /** What is wrong with the chain; empty where every statement is signed as it must be. */
  readonly problems: readonly string[];
}

/** Reads and verifies the key statements of a log, each the text of a note, in their order. Whether a key of it is trusted is another question. */
export function readKeyChain(port: JournalPort, origin: string, notes: readonly string[]): KeyChain {
  const statements: KeyStatement[] = [];
  const problems: string[] = [];
  notes.forEach((text, at) => {
    const read = parseKeyStatement(port, text);
    if (read === undefined) return void problems.push(`key statement ${at + 1} is no key statement`);
    const former = statements.at(-1);
    problems.push(...problemsOf(port, read, former, origin, at + 1));
    statements.push(read.statement);
  });
  return { statements, problems };
}

function problemsOf(
  port: JournalPort,
  { note, statement }: { note: Note; statement: KeyStatement },
  former: KeyStatement | undefined,
  origin: string,
  number: number,
): string[] {
  const problems: string[] = [];
  const called = `key statement ${number}`;
  if (statement.origin !== origin) problems.push(`${called} is of another log, ${statement.origin}`);
  else if (statement.key.name !== origin)
    problems.push(`${called} announces a key of another name, ${statement.key.name}`);
  if (statement.number !== number) problems.push(`${called} says that it is number ${statement.number}`);
  if (!isSignedBy(port, note, statement.key)) {
    problems.push(`${called} is not signed by the key it announces`);
  }
  if (former === undefined) return problems;
  if (!isSignedBy(port, note, former.key)) {
    problems.push(`${called} is not signed by the former key`);
  }
  if (statement.size < former.size) problems.push(`${called} hands over before its predecessor took over`);
  return problems;
}

function isSignedBy(port: JournalPort, note: Note, key: VerifierKey): boolean {
  const { signed, forged } = verifyNote(port, note, [key]);
  return signed.length > 0 && forged.length === 0;
}

/** The keys that someone who trusts `pinned` may trust: it and those that followed it. A chain with problems adds none. */
export function trustedKeys(chain: KeyChain, pinned: VerifierKey): VerifierKey[] {
  const at = chain.statements.findIndex(({ key }) => sameKey(key, pinned));
  if (at === -1 || chain.problems.length > 0) return [pinned];
  return chain.statements.slice(at).map(({ key }) => key);
}

/** The size above which a key signs no longer, because another took over; undefined for the latest key and for strangers. */
export function retiredAt(chain: KeyChain, key: VerifierKey): number | undefined {
  const at = chain.statements.findIndex((statement) => sameKey(statement.key, key));
  return at === -1 ? undefined : chain.statements[at + 1]?.size;
}
