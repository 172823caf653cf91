/** A zip archive as a map of its files, to be changed and packed again. */
import { rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';
import { openBundle } from '../../server/audit/bundle/open-bundle.js';

/** The files of an archive by name, in their order. */
export type ZipEntries = ReadonlyMap<string, Buffer>;

/** Packs files. `twice` names files that are packed a second time. */
export async function zipOf(entries: ZipEntries, twice: readonly string[] = []): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  const mtime = new Date(Date.UTC(2026, 0, 31));
  for (const [name, bytes] of entries) zip.addBuffer(bytes, name, { mtime });
  for (const name of twice) zip.addBuffer(entries.get(name) ?? Buffer.alloc(0), name, { mtime });
  zip.end();
  return buffer(zip.outputStream);
}

/** Unpacks an archive. */
export async function entriesOf(zip: Buffer): Promise<Map<string, Buffer>> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-zip-'));
  try {
    const path = join(folder, 'archive.zip');
    writeFileSync(path, zip);
    const open = await openBundle(path);
    const entries = new Map<string, Buffer>();
    for (const name of open.names) {
      const parts: Uint8Array[] = [];
      for await (const part of open.open(name)) parts.push(part);
      entries.set(name, Buffer.concat(parts));
    }
    open.close();
    return entries;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
