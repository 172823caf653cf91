/**
 * Contents of audit rows: the table `audit_content`. A row of `audit` keeps a commitment to its content, the
 * SHA-256 of 32 random bytes and the content's canonical JSON. Whoever has both can check it; once the bytes and
 * the content are deleted, nobody can tell what it was, and every proof about the row still holds.
 */
import { randomFillSync } from 'node:crypto';
import {
  CONTENTS,
  SALT_BYTES,
  commitmentOf,
  joinContent,
  splitContent,
  standInForContent,
  toUnicode,
  readJson,
  writeJson,
} from '@countersign/engine';
import type { Fields, JsonObject, SplitData } from '@countersign/engine';
import { nodeJournalPort } from '../audit/journal-port.js';
import { createBulkInsert } from './bulk-insert.js';
import type { Database, SqlValue } from './database.js';
import { SERVER_CONTENTS } from './journal-contents.js';

const ENGINE_FIELDS = CONTENTS as Readonly<Record<string, Fields | undefined>>;
const SERVER_FIELDS = SERVER_CONTENTS as Readonly<Record<string, Fields | undefined>>;

/** Every event type that a row can have. */
export const ROW_TYPES: ReadonlySet<string> = new Set([
  ...Object.keys(CONTENTS),
  ...Object.keys(SERVER_CONTENTS),
]);

/** The content fields of each event type: the engine's and the server's, where both use its name. */
const FIELDS: ReadonlyMap<string, Fields> = new Map(
  [...ROW_TYPES]
    .map((type) => [type, { ...ENGINE_FIELDS[type], ...SERVER_FIELDS[type] }] as const)
    .filter(([, fields]) => Object.keys(fields).length > 0),
);

/** Event types that can have content. */
export const TYPES_WITH_CONTENT: readonly string[] = [...FIELDS.keys()];

/** Takes the content out of an event's data; null where there is none. */
export function splitRow(type: string, data: JsonObject): SplitData {
  const fields = FIELDS.get(type);
  return fields ? splitContent(data, fields) : { data, content: null };
}

/** A row's data and content as they are stored. */
export interface StoredData {
  readonly type: string;
  readonly data: string;
  readonly commitment: string | null;
  /** Null where the row has no content, and where it was erased. */
  readonly content: string | null;
}

/** Whether the row's content was erased. */
export function isErased({ commitment, content }: Pick<StoredData, 'commitment' | 'content'>): boolean {
  return commitment !== null && content === null;
}

/** The data as it was appended; with stand-ins where its content was erased. */
export function dataOf(row: StoredData): JsonObject {
  const data = readJson(row.data) as JsonObject;
  if (row.content !== null) return joinContent(data, readJson(row.content) as JsonObject);
  const fields = row.commitment === null ? undefined : FIELDS.get(row.type);
  return fields ? standInForContent(data, fields) : data;
}

/** A content as it is stored, and what its row keeps of it. */
export interface SealedContent {
  /** 32 random bytes in hexadecimal. */
  readonly salt: string;
  readonly text: string;
  readonly commitment: string;
}

const salts = Buffer.alloc(256 * SALT_BYTES);
let nextSalt = salts.length;

/** 32 random bytes, good until the next are asked for; taken from the system many at a time, because each call costs. */
function freshSalt(): Buffer {
  if (nextSalt === salts.length) {
    randomFillSync(salts);
    nextSalt = 0;
  }
  nextSalt += SALT_BYTES;
  return salts.subarray(nextSalt - SALT_BYTES, nextSalt);
}

/** How JSON.stringify writes a lone surrogate; a backslash in a text may look the same. */
const MAY_BE_NO_UNICODE = /\\ud[89a-f]/;

/**
 * Seals a content with fresh random bytes. Its text keeps the order of fields, which a replay depends on, and is the
 * one that is committed to: where it is no Unicode, it is made so.
 */
export function sealContent(content: JsonObject): SealedContent {
  const salt = freshSalt();
  const commitment = commitmentOf(nodeJournalPort, salt, content);
  const text = writeJson(content);
  return {
    salt: salt.toString('hex'),
    text: MAY_BE_NO_UNICODE.test(text) ? writeJson(toUnicode(content)) : text,
    commitment,
  };
}

/** Contents that wait to be written with their rows. */
export interface PendingContents {
  /** Seals the content of the row at `position`; answers the commitment. */
  add(position: number, content: SealedContent): void;
  /** What is to be written, row by row in the order of the columns. */
  values(): SqlValue[];
  flush(): void;
  clear(): void;
}

/** The columns of `audit_content`, in the order they are written. */
export const CONTENT_COLUMNS = ['position', 'salt', 'content'] as const;

/** Adds contents to the table on `connection`. */
export function createPendingContents(connection: Database): PendingContents {
  const bulk = createBulkInsert(connection, 'audit_content', CONTENT_COLUMNS);
  let added: SqlValue[] = [];
  return {
    add(position, { salt, text }) {
      added.push(position, salt, text);
    },
    values: () => added,
    flush() {
      if (added.length === 0) return;
      const values = added;
      added = [];
      bulk.insert(values);
    },
    clear() {
      added = [];
    },
  };
}
