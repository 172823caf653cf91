/** Opens a bundle file for verification: random access to its entries, so that three of them can be read side by side. */
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { MOST_BUNDLE_FILES, checkArchiveEnds } from '@countersign/engine';
import type { BundleFiles } from '@countersign/engine';
import yauzl from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';

/** A bundle that is open; close it in the end. */
export interface OpenBundle extends BundleFiles {
  close(): void;
}

/** A local header without the name and the extra fields after it. */
const LOCAL_HEADER_BYTES = 30;

/** Opens the zip archive at `path`. Throws where there is none or it is none. */
export async function openBundle(path: string): Promise<OpenBundle> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    // Sizes that the archive states are not relied on: what comes out is counted and hashed.
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true };
    yauzl.open(path, options, (error, opened) => {
      if (error) reject(error);
      else resolve(opened);
    });
  });
  const entries = await readEntries(zip)
    .then(refuseOverlaps)
    .then(async (read) => {
      await checkEnds(path, read);
      return read;
    })
    .catch((error: unknown) => {
      zip.close();
      throw error;
    });
  const byName = new Map(entries.map((entry) => [entry.fileName, entry]));
  return {
    names: entries.map(({ fileName }) => fileName),
    async *open(name) {
      const entry = byName.get(name);
      if (entry === undefined) throw new Error(`the bundle has no ${name}`);
      let checksum = 0;
      for await (const part of await openEntry(zip, entry)) {
        checksum = crc32(part, checksum);
        yield part;
      }
      if (checksum !== entry.crc32) throw new Error('its CRC-32 is not the one that the archive states');
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
      if (entries.length > MOST_BUNDLE_FILES)
        reject(new Error('The archive has too many entries for a bundle.'));
      else zip.readEntry();
    });
    zip.readEntry();
  });
}

async function checkEnds(path: string, entries: readonly Entry[]): Promise<void> {
  const first = entries.map((entry) => entry.relativeOffsetOfLocalHeader).sort((one, other) => one - other);
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (from: number, to: number): Promise<Uint8Array> => {
      const { buffer } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
      return buffer;
    };
    await checkArchiveEnds({ size, read }, first.at(0));
  } finally {
    await file.close();
  }
}

/** Entries that share bytes are how a small archive is made to unpack to an endless one. */
function refuseOverlaps(entries: readonly Entry[]): readonly Entry[] {
  const inOrder = [...entries].sort(
    (one, other) => one.relativeOffsetOfLocalHeader - other.relativeOffsetOfLocalHeader,
  );
  inOrder.slice(1).forEach((entry, at) => {
    const before = inOrder[at];
    const end = before.relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + before.compressedSize;
    if (end > entry.relativeOffsetOfLocalHeader)
      throw new Error(`its entries ${before.fileName} and ${entry.fileName} overlap`);
  });
  return entries;
}

function openEntry(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Uint8Array>> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream: Readable) => {
      if (error) reject(error);
      else resolve(stream as AsyncIterable<Uint8Array>);
    });
  });
}
