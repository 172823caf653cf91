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

/**
 * Reads a manifest. Throws where the text is none, saying what is wrong: it has the properties above and no others, and
 * names models and files as docs/audit-bundle.md does.
 */
export function parseManifest(text: string): BundleManifest {
  const parsed = JSON.parse(text) as JsonValue;
  // A name that is there twice, `1.0` and `\u0061` are not written again as they stand.
  if (JSON.stringify(parsed) !== withoutSpaces(text)) {
    throw new Error('manifest.json has a name twice, or a number or text that is not written as it must be');
  }
  const value = objectOf(parsed, 'the manifest');
  if (value['format'] !== BUNDLE_FORMAT) {
    throw new Error(`its format is ${JSON.stringify(value['format'])} and not "${BUNDLE_FORMAT}"`);
  }
  only(value, 'the manifest', ['format', 'origin', 'made', 'filter', 'range', 'totals', 'models', 'files']);
  const range = only(objectOf(value['range'], 'range'), 'range', ['from', 'to']);
  const counted = ['rows', 'hidden', 'contents', 'erased', 'withheld', 'persons'];
  const totals = only(objectOf(value['totals'], 'totals'), 'totals', counted);
  const models = listOf(value['models'], 'models').map((model, at) => modelOf(model, `models[${at}]`));
  const files = filesOf(objectOf(value['files'], 'files'));
  checkModelFiles(models, files);
  return {
    origin: textOf(value['origin'], 'origin'),
    made: textOf(value['made'], 'made', TIME),
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
    models,
    files,
  };
}

/** The text without the white space between its tokens. */
function withoutSpaces(text: string): string {
  return text.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\n\r]+/g, (_, quoted?: string) => quoted ?? '');
}

function only(value: JsonObject, name: string, properties: readonly string[]): JsonObject {
  const other = Object.keys(value).find((property) => !properties.includes(property));
  if (other === undefined) return value;
  throw new Error(`${name} has a property ${JSON.stringify(other)}, which this format has not`);
}

const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$/;
const DIGITS = /^(0|[1-9][0-9]*)$/;
const SHA256 = /^[0-9a-f]{64}$/;
const FILE_NAME =
  /^(checkpoint\.txt|proof\.txt|(rows|contents|persons)\.jsonl|checkpoints\/(0|[1-9][0-9]*)\.txt|timestamps\/(0|[1-9][0-9]*)\.tst|keys\/[0-9]{4}\.txt|models\/(0|[1-9][0-9]*)\.bpmn)$/;

function modelOf(value: JsonValue, name: string): BundleModel {
  const properties = ['file', 'processDefinitionKey', 'processId', 'version'];
  const model = only(objectOf(value, name), name, properties);
  const processDefinitionKey = textOf(model['processDefinitionKey'], `${name}.processDefinitionKey`, DIGITS);
  const file = textOf(model['file'], `${name}.file`);
  if (file !== `models/${processDefinitionKey}.bpmn`) {
    throw new Error(`${name}.file is not models/${processDefinitionKey}.bpmn, as its key says`);
  }
  return {
    file,
    processDefinitionKey,
    processId: textOf(model['processId'], `${name}.processId`),
    version: countOf(model['version'], `${name}.version`),
  };
}

function filesOf(value: JsonObject): Record<string, BundleFile> {
  const entries = Object.entries(value).map(([name, property]) => {
    if (!FILE_NAME.test(name)) throw new Error(`files names ${JSON.stringify(name)}, which no bundle has`);
    const file = only(objectOf(property, `files["${name}"]`), `files["${name}"]`, ['bytes', 'sha256']);
    const bytes = countOf(file['bytes'], `files["${name}"].bytes`);
    return [name, { bytes, sha256: textOf(file['sha256'], `files["${name}"].sha256`, SHA256) }] as const;
  });
  return Object.fromEntries(entries);
}

/** Each file of a model is told of once. One that is told of and not there is another matter: the check of models says it. */
function checkModelFiles(models: readonly BundleModel[], files: Readonly<Record<string, BundleFile>>): void {
  const told = new Set<string>();
  for (const { file } of models) {
    if (told.has(file)) throw new Error(`models has ${file} twice`);
    told.add(file);
  }
  const untold = Object.keys(files).find((name) => name.startsWith('models/') && !told.has(name));
  if (untold !== undefined) throw new Error(`models does not tell of ${untold}`);
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

function textOf(value: JsonValue | undefined, name: string, form?: RegExp): string {
  if (typeof value === 'string' && (form?.test(value) ?? true)) return value;
  throw new Error(`${name} is ${form === undefined ? 'no text' : 'not of the form that it must have'}`);
}

function countOf(value: JsonValue | undefined, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${name} is no count`);
}
