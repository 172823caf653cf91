/**
 * `countersign verify BUNDLE --key KEY`: whether a bundle is genuine, one line for each check. It needs neither a
 * server nor a database: whoever has the bundle and the log's key can run it.
 */
import { readFile } from 'node:fs/promises';
import {
  SIGNATURE_TYPES,
  certificateNames,
  parseVerifierKey,
  verifyBundle,
  writeJson,
} from '@countersign/engine';
import type { BundleCheck, BundleTrust, BundleVerdict, VerifierKey } from '@countersign/engine';
import { openBundle } from '../audit/bundle/open-bundle.js';
import { nodeJournalPort } from '../audit/journal-port.js';
import { CliFailure, EXIT } from './exit-codes.js';
import type { ExitCode } from './exit-codes.js';
import { createProgress } from './terminal.js';
import type { Terminal } from './terminal.js';

/** What `verify` is asked with. Keys are `NAME+ID+BASE64`, or files that hold one. */
export interface VerifyOptions {
  readonly bundle: string;
  readonly key: string;
  /** A file with a checkpoint that the bundle's log must continue. */
  readonly checkpoint?: string;
  /** Keys of witnesses that must have cosigned. */
  readonly witness?: readonly string[];
  /** A PEM file with certificates of authorities whose time stamps the bundle must have. */
  readonly tsa?: string;
  readonly json?: boolean;
}

const WORDS = { ok: 'ok', failed: 'FAILED', none: '-' } as const;

/** Verifies a bundle and prints what was found. Answers 0 where it is genuine and 1 where it is not. Throws CliFailure (2) where it can't be asked. */
export async function verify(options: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const trust: BundleTrust = {
    key: await readKey(options.key, '--key', SIGNATURE_TYPES.ed25519),
    witnesses: await Promise.all(
      (options.witness ?? []).map((key) => readKey(key, '--witness', SIGNATURE_TYPES.cosignature)),
    ),
    ...(options.tsa !== undefined && { timeStampCertificates: await readCertificateFile(options.tsa) }),
    ...(options.checkpoint !== undefined && { checkpoint: await readTextFile(options.checkpoint) }),
  };
  const progress = createProgress(terminal);
  const verdict = await verifyFile(options.bundle, trust, (rows) => {
    progress.update(`${rows} rows …`);
  });
  progress.done();
  print(options, verdict, terminal);
  return verdict.isGenuine ? EXIT.ok : EXIT.failed;
}

async function verifyFile(
  path: string,
  trust: BundleTrust,
  progress: (rows: number) => void,
): Promise<BundleVerdict> {
  const bundle = await openBundle(path).catch((error: unknown) => {
    throw new CliFailure(`${path} can't be opened as a bundle: ${reason(error)}.`, EXIT.usage);
  });
  try {
    return await verifyBundle(nodeJournalPort, bundle, trust, progress);
  } finally {
    bundle.close();
  }
}

function print({ bundle, json }: VerifyOptions, verdict: BundleVerdict, terminal: Terminal): void {
  if (json === true) {
    terminal.out(`${writeJson(verdict, 2)}\n`);
    return;
  }
  terminal.out(verdict.checks.map(line).join(''));
  terminal.out(`${bundle} ${conclusion(verdict)}\n`);
}

function conclusion({ isGenuine, isComplete }: BundleVerdict): string {
  if (!isGenuine) return 'is NOT what the log recorded, or not by the key you trust. See what FAILED above.';
  const genuine = 'is genuine: the log recorded these rows, and nothing of them was changed since.';
  return isComplete
    ? `${genuine} Nothing of what was asked for is missing.`
    : `${genuine} It does NOT prove that nothing is missing of what was asked for: see "selection" above.`;
}

function line({ name, result, said }: BundleCheck): string {
  return `${WORDS[result].padEnd(6)}  ${name.padEnd(19)}  ${said}\n`;
}

async function readKey(given: string, option: string, type: number): Promise<VerifierKey> {
  const inline = parseVerifierKey(nodeJournalPort, given);
  const key =
    inline ?? parseVerifierKey(nodeJournalPort, given.includes('+') ? '' : await readTextFile(given));
  if (key?.type === type) return key;
  const kind = type === SIGNATURE_TYPES.ed25519 ? 'a log' : 'a witness';
  throw new CliFailure(
    `${option}: "${given}" is no key of ${kind}. A key looks like NAME+0123abcd+BASE64, or is a file with one.`,
    EXIT.usage,
  );
}

async function readCertificateFile(path: string): Promise<string> {
  const text = await readTextFile(path);
  await certificateNames(text).catch((error: unknown) => {
    throw new CliFailure(`--tsa: ${path} is no PEM file of certificates: ${reason(error)}.`, EXIT.usage);
  });
  return text;
}

async function readTextFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new CliFailure(`${path} can't be read: ${reason(error)}.`, EXIT.usage);
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
