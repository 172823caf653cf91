/** What a bundle is written from: the rows in the order of the tree, the tree's hashes, the log's signatures. */
import type { BundleManifest, BundleModel, JsonObject, StoredLeaf } from '@countersign/engine';

/** The content of a row: what it is, that it was erased, or that this reader may not see it. */
export type LeafContent =
  { readonly content: JsonObject; readonly salt: string } | { readonly missing: 'erased' | 'withheld' };

/** A row that the bundle shows, and what the tree has of it. */
export interface ShownLeaf {
  /** Its place in the tree, from 0. */
  readonly index: number;
  /** The leaf hash that the tree has. */
  readonly recorded: Uint8Array;
  /** The row's position by the tree. */
  readonly position: number;
  /** The row as it is stored; undefined where the database has none at that position. */
  readonly row: StoredLeaf | undefined;
  /** Present where the row has a commitment. */
  readonly content: LeafContent | undefined;
}

/** A model file of a bundle. */
export interface ModelFile extends Omit<BundleModel, 'file'> {
  readonly bytes: Uint8Array;
}

/** A person behind a pseudonym; the salt in hexadecimal. */
export interface NamedPerson {
  readonly pseudonym: string;
  readonly name: string;
  readonly salt: string;
}

/** Everything that a bundle is made of. */
export interface BundleSource {
  readonly origin: string;
  /** What was asked for, as the manifest tells it. */
  readonly filter: JsonObject;
  /** The leaves the bundle is about. */
  readonly range: BundleManifest['range'];
  /** The checkpoint that the rows are proven under: its size and its note. */
  readonly checkpoint: { readonly size: number; readonly note: string };
  /** Earlier checkpoints that go with it, of rising size. */
  readonly earlier: readonly { readonly size: number; readonly note: string }[];
  /** Time stamps of that checkpoint or of earlier ones: the tokens in DER, of rising size. */
  readonly timeStamps: readonly { readonly size: number; readonly token: Uint8Array }[];
  /** The notes of the log's key statements, the first key's first. */
  readonly keyStatements: readonly string[];
  /** The root of a complete subtree of the tree. */
  subtree(level: number, index: number): Promise<Uint8Array>;
  /** The shown rows in rising order of their index. Called twice: for the rows, and for their contents. */
  shown(): AsyncIterable<readonly ShownLeaf[]>;
  /** Who stands behind a pseudonym; undefined where that was erased or the reader may not know. */
  person(pseudonym: string): Promise<NamedPerson | undefined>;
  /** The models of process definitions, those that there are. */
  models(processDefinitionKeys: readonly number[]): Promise<readonly ModelFile[]>;
  /** Signs a text as the log; answers the note. */
  sign(text: string): string | Promise<string>;
  /** The clock, in milliseconds since the epoch. */
  now(): number;
}

/** A row that is not what the tree recorded: the database was changed behind the server's back. No bundle is made of it. */
export class TamperedRow extends Error {
  readonly position: number;

  constructor(position: number, what: string) {
    super(`The audit row at position ${position} ${what}. No bundle can be made that holds it.`);
    this.position = position;
  }
}
