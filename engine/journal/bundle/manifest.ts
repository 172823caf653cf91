/**
 * The manifest of a bundle: what the bundle is about, and every file of it with size and hash. A signed note
 * beside it holds the manifest's own hash, so that no file can be changed, added or dropped.
 */
import type { JsonObject, JsonValue } from '../../model/json.js';

/** The names of a bundle's files. Models lie in `models/`, key statements in `keys/`, earlier checkpoints in `checkpoints/`, time stamps in `timestamps/`. */
export const BUNDLE_FILES = {
  manifest: 'manifest.json',
  signature: 'manifest.txt',
  checkpoint: 'checkpoint.txt',
  proof: 'proof.txt',
  rows: 'rows.jsonl',
  contents: 'contents.jsonl',
  persons: 'persons.jsonl',
  /** Stands in the place of a manifest where the server found that rows were tampered with. */
  failure: 'FAILED.txt',
} as const;

/** The value of the manifest's `format`. */
export const BUNDLE_FORMAT = 'countersign-bundle-1';

/** A file of a bundle: its bytes, and their SHA-256 in lower-case hexadecimal. */
export interface BundleFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** A BPMN file that rows of the bundle ran on. */
export interface BundleModel {
  readonly file: string;
  readonly processDefinitionKey: string;
  readonly processId: string;
  readonly version: number;
}

/** What a bundle has, counted. */
export interface BundleTotals {
  /** Rows in `rows.jsonl`. */
  readonly rows: number;
  /** Leaves of the range whose rows are not shown. */
  readonly hidden: number;
  /** Rows with content that is given, was erased, or is withheld from the reader. */
  readonly contents: number;
  readonly erased: number;
  readonly withheld: number;
  readonly persons: number;
}

/** What `manifest.json` says. */
export interface BundleManifest {
  readonly origin: string;
  /** When the bundle was made: RFC 3339 in UTC. */
  readonly made: string;
  /** What was asked for. */
  readonly filter: JsonObject;
  /** The leaves that the bundle is about: from `from` up to `to` without it. */
  readonly range: { readonly from: number; readonly to: number };
  readonly totals: BundleTotals;
  readonly models: readonly BundleModel[];
  /** Every file but the manifest and its signature, by name. */
  readonly files: Readonly<Record<string, BundleFile>>;
}

/** The text of a manifest. */
export function manifestText(manifest: BundleManifest): string {
  return `${JSON.stringify({ format: BUNDLE_FORMAT, ...manifest }, null, 2)}\n`;
}

/** The text that is signed for a manifest with this SHA-256 (lower-case hexadecimal). Its first line has spaces, so it is never a checkpoint. */
export function manifestNoteText(origin: string, sha256: string): string {
  return `countersign bundle manifest v1\n${origin}\n${sha256}\n`;
}

/** Reads a manifest. Throws where the text is none, saying what is wrong. */
export function parseManifest(text: string): BundleManifest {
  const value = objectOf(JSON.parse(text) as JsonValue, 'the manifest');
  if (value['format'] !== BUNDLE_FORMAT) {
    throw new Error(`its format is ${JSON.stringify(value['format'])} and not "${BUNDLE_FORMAT}"`);
  }
  const range = objectOf(value['range'], 'range');
  const totals = objectOf(value['totals'], 'totals');
  return {
    origin: textOf(value['origin'], 'origin'),
    made: textOf(value['made'], 'made'),
    filter: objectOf(value['filter'], 'filter'),
    range: { from: countOf(range['from'], 'range.from'), to: countOf(range['to'], 'range.to') },
    totals: {
      rows: countOf(totals['rows'], 'totals.rows'),
      hidden: countOf(totals['hidden'], 'totals.hidden'),
      contents: countOf(totals['contents'], 'totals.contents'),
      erased: countOf(totals['erased'], 'totals.erased'),
      withheld: countOf(totals['withheld'], 'totals.withheld'),
      persons: countOf(totals['persons'], 'totals.persons'),
    },
    models: listOf(value['models'], 'models').map((model, at) => modelOf(model, `models[${at}]`)),
    files: filesOf(objectOf(value['files'], 'files')),
  };
}

function modelOf(value: JsonValue, name: string): BundleModel {
  const model = objectOf(value, name);
  return {
    file: textOf(model['file'], `${name}.file`),
    processDefinitionKey: textOf(model['processDefinitionKey'], `${name}.processDefinitionKey`),
    processId: textOf(model['processId'], `${name}.processId`),
    version: countOf(model['version'], `${name}.version`),
  };
}

function filesOf(value: JsonObject): Record<string, BundleFile> {
  const entries = Object.entries(value).map(([name, property]) => {
    const file = objectOf(property, `files["${name}"]`);
    const bytes = countOf(file['bytes'], `files["${name}"].bytes`);
    return [name, { bytes, sha256: textOf(file['sha256'], `files["${name}"].sha256`) }] as const;
  });
  return Object.fromEntries(entries);
}

function objectOf(value: JsonValue | undefined, name: string): JsonObject {
  if (typeof value === 'object' && value !== null && !isList(value)) return value;
  throw new Error(`${name} is no object`);
}

function listOf(value: JsonValue | undefined, name: string): readonly JsonValue[] {
  if (typeof value === 'object' && value !== null && isList(value)) return value;
  throw new Error(`${name} is no list`);
}

function isList(value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function textOf(value: JsonValue | undefined, name: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`${name} is no text`);
}

function countOf(value: JsonValue | undefined, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${name} is no count`);
}
