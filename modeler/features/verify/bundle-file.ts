/** A dropped bundle as the engine reads it: the files of a zip archive, each as a stream, nothing of it kept. */
import { BlobReader, ZipReader, configure } from '@zip.js/zip.js/index-native.js';
import type { FileEntry } from '@zip.js/zip.js/index-native.js';
import { MOST_BUNDLE_FILES, checkArchiveEnds } from '@countersign/engine';
import type { BundleFiles } from '@countersign/engine';

// This is a worker already, and the browser inflates by itself.
configure({ useWebWorkers: false, useCompressionStream: true });

/** Opens the archive. Throws where the file is none. */
export async function openBundleFile(file: Blob): Promise<BundleFiles> {
  const reader = new ZipReader(new BlobReader(file), {
    checkCrc32: true,
    checkOverlappingEntry: true,
    filenameValidation: 'strict',
  });
  const all = await reader.getEntries();
  if (all.length > MOST_BUNDLE_FILES) throw new Error('the archive has too many entries for a bundle');
  await checkArchiveEnds(
    {
      size: file.size,
      read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()),
    },
    all.map(({ offset }) => offset).sort((one, other) => one - other)[0],
  );
  const entries = all.filter((entry): entry is FileEntry => !entry.directory);
  const byName = new Map(entries.map((entry) => [entry.filename, entry]));
  return {
    // A folder is an entry as well, and no bundle has one.
    names: all.map(({ filename }) => filename),
    open(name) {
      const entry = byName.get(name);
      if (entry === undefined) throw new Error(`the bundle has no ${name}`);
      return partsOf(entry);
    },
  };
}

async function* partsOf(entry: FileEntry): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const written = entry.getData(writable);
  const reader = readable.getReader();
  // What goes wrong does not always end the stream, a wrong CRC-32 for one: it is ended here, and thrown below.
  written.catch(() => reader.cancel().catch(() => undefined));
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
    await written;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
