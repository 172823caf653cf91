/**
 * Writes a bundle as a stream: a zip archive with rows, contents, proof, checkpoints, keys, models and a signed
 * manifest, as docs/audit-bundle.md specifies it. A bundle of a million rows takes the memory of a few: only the
 * proof, some bytes a row, waits in a temporary file until the rows are through.
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { BUNDLE_FILES, manifestNoteText, manifestText, toHex } from '@countersign/engine';
import type { BundleFile, BundleManifest, BundleModel } from '@countersign/engine';
import type { ZipFile } from 'yazl';
import { nodeJournalPort } from '../journal-port.js';
import { writeContents, writePersons } from './contents-entry.js';
import { noRowsWritten, writeRows } from './rows-entry.js';
import { TamperedTrail } from './source.js';
import type { BundleSource } from './source.js';

/** What a written bundle has, once it is at its end. */
export interface BundleWritten {
  /** Null where there is none, because the bundle failed. */
  readonly manifest: BundleManifest | null;
  /** Why it failed: `TamperedTrail`, or whatever the source threw. */
  readonly failure: Error | null;
}

type Parts = AsyncIterable<string | Uint8Array>;

interface Archive {
  readonly zip: ZipFile;
  readonly signal: AbortSignal;
}

/**
 * The bytes of a bundle. Its return value is what the manifest says. Where a row in the database is not the recorded
 * one, or the source throws, the archive ends with a file that says so and has no manifest: it does not verify, and
 * tells why.
 */
export async function* writeBundle(source: BundleSource): AsyncGenerator<Uint8Array, BundleWritten> {
  // Loaded with the first bundle: a start need not wait for it.
  const { default: yazl } = await import('yazl');
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bundle-'));
  const zip = new yazl.ZipFile();
  const output = new PassThrough();
  zip.outputStream.pipe(output);
  const fail = (error: unknown): void => {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  };
  const reading = new AbortController();
  zip.on('error', fail);
  const made = addEntries(source, { zip, signal: reading.signal }, join(folder, 'proof'));
  made.catch(fail);
  try {
    for await (const part of output) yield part as Uint8Array;
    return await made;
  } finally {
    // A reader that goes away ends the reading of the rows as well.
    reading.abort();
    output.destroy();
    await made.catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Adds all files, and where that fails one that says so. A reader that went away needs none. */
async function addEntries(source: BundleSource, archive: Archive, proofPath: string): Promise<BundleWritten> {
  const made = new Date(source.now());
  try {
    return { manifest: await addFiles(source, archive, proofPath, made), failure: null };
  } catch (error) {
    if (archive.signal.aborted) throw error;
    const failure = error instanceof Error ? error : new Error(String(error));
    // What a database says of its failure is for the log.
    const said = failure instanceof TamperedTrail ? failure.message : FAILED;
    await addEntry(archive, BUNDLE_FILES.failure, one(`${said}\n`), made);
    archive.zip.end();
    return { manifest: null, failure };
  }
}

const FAILED =
  'The server failed while it wrote this bundle: it is not whole. The log of the server says why.';

/** Adds the files one after another; the manifest comes last, because it says what the others are. */
async function addFiles(
  source: BundleSource,
  archive: Archive,
  proofPath: string,
  made: Date,
): Promise<BundleManifest> {
  const files: Record<string, BundleFile> = {};
  const add = async (name: string, parts: Parts): Promise<void> => {
    files[name] = await addEntry(archive, name, parts, made);
  };

  const rows = noRowsWritten();
  const proof = createWriteStream(proofPath, { mode: 0o600 });
  try {
    await add(
      BUNDLE_FILES.rows,
      writeRows(source, rows, async (lines) => {
        if (!proof.write(lines)) await once(proof, 'drain');
      }),
    );
  } finally {
    proof.end();
  }
  await finished(proof);
  await add(BUNDLE_FILES.proof, createReadStream(proofPath));

  const contents = { contents: 0, erased: 0, withheld: 0, persons: 0 };
  await add(BUNDLE_FILES.contents, writeContents(source, contents));
  await add(BUNDLE_FILES.persons, writePersons(source, rows.pseudonyms, contents));
  await add(BUNDLE_FILES.checkpoint, one(source.checkpoint.note));
  for (const { size, note } of source.earlier) await add(`checkpoints/${size}.txt`, one(note));
  for (const { size, token } of source.timeStamps) await add(`timestamps/${size}.tst`, one(token));
  for (const [at, note] of source.keyStatements.entries()) {
    await add(`keys/${String(at + 1).padStart(4, '0')}.txt`, one(note));
  }
  const models: BundleModel[] = [];
  for (const { bytes, ...model } of await source.models([...rows.processDefinitionKeys])) {
    const file = `models/${model.processDefinitionKey}.bpmn`;
    await add(file, one(bytes));
    models.push({ file, ...model });
  }

  const { origin, filter, range } = source;
  const totals = { rows: rows.rows, hidden: range.to - range.from - rows.inRange, ...contents };
  const manifest = { origin, made: made.toISOString(), filter, range, totals, models, files: { ...files } };
  const text = manifestText(manifest);
  const hash = toHex(nodeJournalPort.sha256(nodeJournalPort.encodeText(text)));
  await add(BUNDLE_FILES.manifest, one(text));
  await add(BUNDLE_FILES.signature, one(await source.sign(manifestNoteText(origin, hash))));
  archive.zip.end();
  return manifest;
}

async function* one(part: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
  yield await Promise.resolve(part);
}

/**
 * Adds a file; answers its size and hash once it is written through. Where its parts throw, it ends with those before, so
 * that the archive can go on, and the error is thrown then.
 */
async function addEntry(
  { zip, signal }: Archive,
  name: string,
  parts: Parts,
  mtime: Date,
): Promise<BundleFile> {
  const hash = nodeJournalPort.startSha256();
  let bytes = 0;
  let failed: { readonly error: unknown } | null = null;
  const entry = Readable.from(
    (async function* () {
      try {
        for await (const part of parts) {
          signal.throwIfAborted();
          const chunk = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
          hash.update(chunk);
          bytes += chunk.length;
          if (chunk.length > 0) yield chunk;
        }
      } catch (error) {
        failed = { error };
      }
    })(),
    { objectMode: false, highWaterMark: 2 ** 18, signal },
  );
  zip.addReadStream(entry, name, { mtime, compressionLevel: 4 });
  await finished(entry);
  const end = failed as { readonly error: unknown } | null;
  if (end !== null) throw end.error;
  return { bytes, sha256: toHex(hash.digest()) };
}
