/** Opens a bundle file for verification: random access to its entries, so that three of them can be read side by side. */
import type { Readable } from 'node:stream';
import type { BundleFiles } from '@countersign/engine';
import yauzl from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';

/** A bundle that is open; close it in the end. */
export interface OpenBundle extends BundleFiles {
  close(): void;
}

/** More entries than this are no bundle. */
const MOST_ENTRIES = 100_000;

/** Opens the zip archive at `path`. Throws where there is none or it is none. */
export async function openBundle(path: string): Promise<OpenBundle> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    // Sizes that the archive states are not relied on: what comes out is counted and hashed.
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true };
    yauzl.open(path, options, (error, opened) => {
      if (error) reject(error);
      else resolve(opened);
    });
  });
  const entries = await readEntries(zip);
  const byName = new Map(entries.map((entry) => [entry.fileName, entry]));
  return {
    names: entries.map(({ fileName }) => fileName),
    async *open(name) {
      const entry = byName.get(name);
      if (entry === undefined) throw new Error(`the bundle has no ${name}`);
      yield* await openEntry(zip, entry);
    },
    close() {
      zip.close();
    },
  };
}

function readEntries(zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('error', reject);
    zip.on('end', () => {
      resolve(entries);
    });
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      if (entries.length > MOST_ENTRIES) reject(new Error('The archive has too many entries for a bundle.'));
      else zip.readEntry();
    });
    zip.readEntry();
  });
}

function openEntry(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Uint8Array>> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream: Readable) => {
      if (error) reject(error);
      else resolve(stream as AsyncIterable<Uint8Array>);
    });
  });
}
