/**
 * Settings: read once from the environment, checked, and handed on as one frozen object.
 * Every setting has a default and a line in the README; a wrong one is refused with what to write instead.
 */
import { SIGNATURE_TYPES, parseVerifierKey } from '@countersign/engine';
import { readObjectStore } from '../audit/anchors/object-store.js';
import type { ObjectStoreAddress } from '../audit/anchors/object-store.js';
import { readTimeStampAddress } from '../audit/anchors/time-stamps.js';
import type { TimeStampAddress } from '../audit/anchors/time-stamps.js';
import type { WitnessAddress } from '../audit/anchors/witness.js';
import { nodeJournalPort } from '../audit/journal-port.js';
import { readDefaultModel } from '../agents/default-model.js';
import type { DefaultModel } from '../agents/default-model.js';
import { readModelPrices } from '../agents/prices.js';
import type { ModelPrices } from '../agents/prices.js';
import { readJobRates } from '../jobs/rates.js';
import type { JobRates } from '../jobs/rates.js';
import { filesBeside, readDatabase } from './database-url.js';
import { isLoopback } from './loopback.js';
import { unknownSettings } from './unknown.js';

/** Who may use the server: `demo` has demo accounts, `none` is open; both are for this machine alone. */
export type Authentication = 'demo' | 'none';

/** Which parts run: everything, nothing, or the named ones. */
export type Choice = 'all' | 'none' | readonly string[];

/** The settings of one server. */
export interface Settings {
  /** TCP port, 0 to 65535; 0 lets the system choose. */
  readonly port: number;
  readonly host: string;
  /** The path of a SQLite file, as given (relative to the working directory), or the address of a PostgreSQL database: it may hold a password. */
  readonly database: string;
  readonly authentication: Authentication;
  readonly workers: Choice;
  readonly samples: 'all' | 'none';
  readonly environment: 'development' | 'production';
  /** Whether agents may answer from a simulation; in production only where it is allowed by name. */
  readonly allowSimulated: boolean;
  /** The model of agent tasks that name no provider; null: those are simulated. */
  readonly model: DefaultModel | null;
  /** Prices of models that stand on no public list, or that were agreed otherwise. */
  readonly modelPrices: ModelPrices;
  /** Bytes; the most that one uploaded file or one JSON body may have. */
  readonly uploadLimit: number;
  /** Characters of JSON that one variable may have. */
  readonly variableLimit: number;
  /** How many jobs of a type workers are given in a time. */
  readonly jobRates: JobRates;
  readonly logLevel: LogLevel;
  /** Whether callers may pin the clock: `controlled`, for tests. */
  readonly clock: 'system' | 'controlled';
  /** The file of the key that signs the audit trail's checkpoints. */
  readonly auditKeyFile: string;
  /** The witness that cosigns checkpoints; null for none. */
  readonly auditWitness: WitnessAddress | null;
  /** The object store that checkpoints are locked in, with a secret to write there; null for none. */
  readonly auditObjectStore: ObjectStoreAddress | null;
  /** The authority that stamps checkpoints with its time; null for none. */
  readonly auditTimeStamps: TimeStampAddress | null;
  /** The folder below which scheduled exports are written; null where none may be. */
  readonly exportFolder: string | null;
  /** The file that checkpoints are added to. */
  readonly auditCheckpointFile: string;
}

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Settings, or everything that is wrong with them: one sentence each. */
export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly errors: readonly string[] };

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
/** The built-in workers, by the names that COUNTERSIGN_WORKERS takes. */
const WORKERS = ['agent'];

/** Reads the settings from environment variables; reports every wrong one at once. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): SettingsResult {
  const errors: string[] = [];
  const known = new Set<string>();
  const given = (name: string): string | undefined => {
    known.add(name);
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  const oneOf = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = given(name) ?? fallback;
    const found = allowed.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    errors.push(`${name} is "${value}". Use ${allowed.map((word) => `"${word}"`).join(' or ')}.`);
    return fallback;
  };
  const integer = (name: string, fallback: number, from: number, to: number): number => {
    const value = given(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,12}$/.test(value) ? Number(value) : NaN;
    if (number >= from && number <= to) return number;
    errors.push(`${name} is "${value}". Use a whole number from ${String(from)} to ${String(to)}.`);
    return fallback;
  };

  const host = given('HOST') ?? '127.0.0.1';
  const authentication = oneOf('COUNTERSIGN_AUTH', ['demo', 'none'], 'demo');
  if (!isLoopback(host)) {
    errors.push(
      `HOST is "${host}", which other machines can reach, but COUNTERSIGN_AUTH=${authentication} lets in ` +
        'whoever can connect. Set HOST to 127.0.0.1.',
    );
  }
  const database = readDatabase(given('COUNTERSIGN_DATABASE_URL') ?? 'sqlite:data/countersign.db');
  if (!database.ok) errors.push(database.error);

  const witnessText = given('COUNTERSIGN_AUDIT_WITNESS');
  const witness = witnessText === undefined ? null : readWitness(witnessText);
  if (witness === undefined) {
    errors.push(
      'COUNTERSIGN_AUDIT_WITNESS is no witness. Use its address and its key with a space between them, such as ' +
        '"https://witness.example.org witness.example.org+4a5b6c7d+BAAA…".',
    );
  }
  const storeText = given('COUNTERSIGN_AUDIT_S3');
  const objectStore = storeText === undefined ? null : readObjectStore(storeText, given);
  if (objectStore && 'error' in objectStore) errors.push(objectStore.error);
  const authorityText = given('COUNTERSIGN_AUDIT_TSA');
  const authority = authorityText === undefined ? null : readTimeStampAddress(authorityText);
  if (authority && 'error' in authority) errors.push(authority.error);
  const besideDatabase = database.ok ? filesBeside(database.database) : '';

  const environmentName = oneOf('COUNTERSIGN_ENV', ['development', 'production'], 'development');
  const simulated = oneOf(
    'COUNTERSIGN_SIMULATED',
    ['allow', 'refuse'],
    environmentName === 'production' ? 'refuse' : 'allow',
  );
  const prices = readModelPrices(given('COUNTERSIGN_MODEL_PRICES') ?? '{}');
  if (!prices.ok) errors.push(`COUNTERSIGN_MODEL_PRICES: ${prices.error}`);
  const modelText = given('COUNTERSIGN_MODEL');
  const hasKey = given('COUNTERSIGN_SECRET_MODEL_KEY') !== undefined;
  const model =
    modelText === undefined
      ? null
      : readDefaultModel(modelText, hasKey ? '{{secrets.MODEL_KEY}}' : undefined);
  if (modelText !== undefined && !model) {
    errors.push(
      `COUNTERSIGN_MODEL is "${modelText}". Use a model and its address, such as "llama3.2@http://localhost:11434/v1".`,
    );
  }
  const workers = readChoice(given('COUNTERSIGN_WORKERS'));
  const unknown = typeof workers === 'string' ? [] : workers.filter((name) => !WORKERS.includes(name));
  if (unknown.length > 0) {
    const allowed = WORKERS.map((name) => `"${name}"`).join(', ');
    errors.push(
      `COUNTERSIGN_WORKERS names "${unknown.join(', ')}". Use "all", "none" or names of built-in workers: ${allowed}.`,
    );
  }

  const ratesText = given('COUNTERSIGN_JOB_RATES') ?? '';
  const jobRates = readJobRates(ratesText);
  if (!jobRates) {
    errors.push(
      `COUNTERSIGN_JOB_RATES is "${ratesText}". Use job types with a number for each s, min or h, ` +
        'such as "mail=10/s,charge=100/min".',
    );
  }

  const settings: Settings = {
    port: integer('PORT', 8080, 0, 65_535),
    host,
    database: database.ok ? database.database : '',
    authentication,
    workers,
    samples: oneOf('COUNTERSIGN_SAMPLES', ['all', 'none'], 'all'),
    environment: environmentName,
    allowSimulated: simulated === 'allow',
    model,
    modelPrices: prices.ok ? prices.prices : {},
    variableLimit: integer('COUNTERSIGN_VARIABLE_LIMIT_MB', 4, 1, 1000) * 1024 * 1024,
    uploadLimit: integer('COUNTERSIGN_UPLOAD_LIMIT_MB', 10, 1, 1000) * 1024 * 1024,
    jobRates: jobRates ?? {},
    auditWitness: witness ?? null,
    auditObjectStore: objectStore && !('error' in objectStore) ? objectStore : null,
    auditTimeStamps: authority && !('error' in authority) ? authority : null,
    exportFolder: given('COUNTERSIGN_EXPORT_FOLDER') ?? null,
    auditKeyFile: given('COUNTERSIGN_AUDIT_KEY_FILE') ?? `${besideDatabase}.signing-key.pem`,
    auditCheckpointFile: given('COUNTERSIGN_AUDIT_CHECKPOINT_FILE') ?? `${besideDatabase}.checkpoints.jsonl`,
    logLevel: oneOf('COUNTERSIGN_LOG', LOG_LEVELS, 'info'),
    clock: oneOf('COUNTERSIGN_CLOCK', ['system', 'controlled'], 'system'),
  };
  errors.push(...unknownSettings(environment, known));
  return errors.length > 0 ? { ok: false, errors } : { ok: true, settings: Object.freeze(settings) };
}

function readChoice(value: string | undefined): Choice {
  if (value === undefined || value === 'all') return 'all';
  if (value === 'none') return 'none';
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Whether a choice includes the named part. */
export function chooses(choice: Choice, name: string): boolean {
  return choice === 'all' || (choice !== 'none' && choice.includes(name));
}

/** A witness from its address and its key; undefined where the text is none. */
function readWitness(text: string): WitnessAddress | undefined {
  const [url, keyText = '', ...rest] = text.split(/\s+/);
  const key = parseVerifierKey(nodeJournalPort, keyText);
  const isAddress = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  return isAddress && rest.length === 0 && key?.type === SIGNATURE_TYPES.cosignature
    ? { url, key }
    : undefined;
}
