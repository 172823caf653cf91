/**
 * The contents of a bundle's rows against the commitments in them. `contents.jsonl` has a line for every row
 * with a commitment, in the order of the rows: the content and its salt, or why it is missing.
 */
import { canonicalJson, unicodeJson } from '../canonical-json.js';
import { fromHex } from '../bytes.js';
import { SALT_BYTES, commitmentOfText, pseudonymOf } from '../leaf.js';
import type { JournalPort } from '../port.js';
import type { JsonObject } from '../../model/json.js';
import type { LineReader } from './line-reader.js';

/** Why a bundle has a row without its content: it was erased, or this reader may not see it. */
export type MissingContent = 'erased' | 'withheld';

/** What was found in `contents.jsonl`. */
export interface ContentCounts {
  given: number;
  erased: number;
  withheld: number;
  /** Contents that are not what the row commits to, or not there at all; and the first of them in words. */
  wrong: number;
  firstProblem: string | undefined;
}

/** Compares rows with the lines of `contents.jsonl`, one after another. */
export interface ContentsCheck {
  readonly counts: ContentCounts;
  /** Takes the next line, which must belong to this row. */
  row(position: string, commitment: string): Promise<void>;
  /** Notes a line that belongs to no row. */
  end(): Promise<void>;
}

/** Starts the comparison. */
export function checkContents(port: JournalPort, lines: LineReader): ContentsCheck {
  const counts: ContentCounts = { given: 0, erased: 0, withheld: 0, wrong: 0, firstProblem: undefined };
  const problem = (text: string): void => {
    counts.wrong += 1;
    counts.firstProblem ??= text;
  };
  const judge = (line: Uint8Array, position: string, commitment: string): void => {
    const text = port.decodeText(line);
    const entry = JSON.parse(text) as Partial<ContentEntry>;
    if (entry.position !== position) {
      return problem(
        `where the content of row ${position} belongs stands that of row ${String(entry.position)}`,
      );
    }
    if (entry.missing === 'erased' || entry.missing === 'withheld') {
      if (`${text}\n` === missingContentLine(position, entry.missing)) counts[entry.missing] += 1;
      else problem(notCanonical(position));
      return;
    }
    const { content, salt: digits } = entry;
    const salt = saltOf(digits);
    if (salt === undefined || typeof content !== 'object' || content === null) {
      return problem(`the content of row ${position} has no salt of ${SALT_BYTES} bytes`);
    }
    const canonical = canonicalJson(content);
    if (text !== `{"content":${canonical},"position":"${position}","salt":"${String(digits)}"}`)
      return problem(notCanonical(position));
    if (commitmentOfText(port, salt, canonical) !== commitment) {
      return problem(`the content of row ${position} is not what the row commits to`);
    }
    counts.given += 1;
  };

  return {
    counts,
    async row(position, commitment) {
      const line = lines.take() ?? (await lines.next());
      if (line === undefined) return problem(`the content of row ${position} is missing`);
      try {
        judge(line, position, commitment);
      } catch (error) {
        problem(`the content of row ${position} can't be read: ${reason(error)}`);
      }
    },
    async end() {
      if ((await lines.next()) !== undefined) problem('there is a content that belongs to no row');
    },
  };
}

function notCanonical(position: string): string {
  return `the line of row ${position} in contents.jsonl is not in canonical form`;
}

/** The bytes of a salt; undefined where the value is none. */
function saltOf(value: unknown): Uint8Array | undefined {
  const salt = typeof value === 'string' ? fromHex(value) : undefined;
  return salt?.length === SALT_BYTES ? salt : undefined;
}

interface ContentEntry {
  readonly position: string;
  readonly content: JsonObject | null;
  readonly salt: unknown;
  readonly missing: MissingContent;
}

/**
 * The line of a content that is given, in its plain form; the salt is its bytes in hexadecimal. A lone surrogate, which contents of old may
 * have, stands in it as U+FFFD: that is the text the commitment was taken of.
 */
export function contentLine(position: string, content: JsonObject, salt: string): string {
  return `{"content":${unicodeJson(content)},"position":"${position}","salt":"${salt}"}\n`;
}

/** The line of a content that is not given. */
export function missingContentLine(position: string, missing: MissingContent): string {
  return `${canonicalJson({ missing, position })}\n`;
}

/** The line of a person: who stands behind a pseudonym, and the salt in hexadecimal. */
export function personLine(pseudonym: string, name: string, salt: string): string {
  return `${unicodeJson({ name, pseudonym, salt })}\n`;
}

/** How many persons `persons.jsonl` names, and the first that it names falsely. */
export async function checkPersons(
  port: JournalPort,
  lines: LineReader,
): Promise<{ count: number; problem: string | undefined }> {
  let count = 0;
  let problem: string | undefined;
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    count += 1;
    try {
      problem ??= problemOfPerson(port, port.decodeText(line), count);
    } catch (error) {
      problem ??= `line ${count} can't be read: ${reason(error)}`;
    }
  }
  return { count, problem };
}

function problemOfPerson(port: JournalPort, text: string, count: number): string | undefined {
  const { name, pseudonym, salt: digits } = JSON.parse(text) as Record<string, unknown>;
  const salt = saltOf(digits);
  if (typeof name !== 'string' || salt === undefined || pseudonymOf(port, salt, name) !== pseudonym)
    return `line ${count}: ${String(pseudonym)} is not the pseudonym of the person it names`;
  if (`${text}\n` === personLine(pseudonym, name, String(digits))) return undefined;
  return `line ${count} of persons.jsonl is not in canonical form`;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
