/** What a bundle is written from: the rows in the order of the tree, the tree's hashes, the log's signatures. */
import type { BundleManifest, BundleModel, JsonObject, StoredLeaf } from '@countersign/engine';
import { describeDiffering } from '../proof/compare.js';
import type { DifferingRow } from '../proof/compare.js';
import type { LeafWithRow } from '../proof/tile-leaves.js';

/** The content of a row: what it is, that it was erased, or that this reader may not see it. */
export type LeafContent =
  { readonly content: JsonObject; readonly salt: string } | { readonly missing: 'erased' | 'withheld' };

/** A leaf of the tree, and the row that the database has for it. */
export interface CheckedLeaf extends LeafWithRow {
  /** Whether the bundle shows its row, if it is the one that was recorded. Throws TamperedRow. */
  isShown(row: StoredLeaf): boolean;
}

/** A row that the bundle shows. */
export interface ShownLeaf {
  readonly position: number;
  /** Null where the row has no commitment. */
  readonly content: LeafContent | null;
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
  /** The leaves whose rows are held against them, shown or not: of whole tiles, in rising order of their index. */
  leaves(): AsyncIterable<readonly CheckedLeaf[]>;
  /** The rows that `leaves` has shown, in the same order, with what contents there are now. */
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

/** A trail that is not what was recorded: the database was changed behind the server's back. No bundle is made of it. */
export class TamperedTrail extends Error {}

/** A row that does not fit the tables beside the journal. */
export class TamperedRow extends TamperedTrail {
  constructor(position: number, what: string) {
    super(`The audit row at position ${position} ${what}. ${NO_BUNDLE}`);
  }
}

/** A row that is not what the tree recorded. */
export class DifferentRow extends TamperedTrail {
  readonly row: DifferingRow;

  constructor(row: DifferingRow) {
    super(`${describeDiffering(row)} ${NO_BUNDLE}`);
    this.row = row;
  }
}

const NO_BUNDLE = 'No bundle can be made of this trail.';
