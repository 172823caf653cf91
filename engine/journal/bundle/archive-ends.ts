/**
 * Where the archive of a bundle begins and ends. Readers of zip disagree about bytes before the first file or behind the
 * end record: some skip them, some take them for the archive. A bundle has none, so that all readers see one and the same.
 */

const END_BYTES = 22;
const END = 0x06054b50;
const LOCATOR_BYTES = 20;
const LOCATOR = 0x07064b50;
const END_64_BYTES = 56;
const END_64 = 0x06064b50;
const LARGE = 0xffffffff;

/** An archive as it lies. */
export interface ArchiveBytes {
  readonly size: number;
  /** The bytes from one place up to another without it, both within the archive. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/**
 * Throws where the archive has bytes before its first file, whose place the reader of the archive says, between its
 * central directory and the end records (APPNOTE.TXT 4.3), or behind these, a comment too.
 */
export async function checkArchiveEnds(archive: ArchiveBytes, firstFile: number | undefined): Promise<void> {
  if (firstFile !== undefined && firstFile !== 0)
    throw new Error(`it has ${firstFile} bytes before its first file`);
  if (archive.size < END_BYTES) throw new Error('it is shorter than the end of an archive');
  const at = archive.size - END_BYTES;
  const end = viewOf(await archive.read(at, archive.size));
  if (end.getUint32(0, true) !== END || end.getUint16(20, true) !== 0)
    throw new Error('it does not end with the end of an archive, or has a comment');
  const directory = { bytes: end.getUint32(12, true), from: end.getUint32(16, true) };
  const isLarge = directory.bytes === LARGE || directory.from === LARGE;
  const last = isLarge ? await readLargeEnd(archive, at, directory) : at;
  if (directory.from + directory.bytes !== last)
    throw new Error('it has bytes that belong to nothing beside its central directory');
}

/** Reads the end records of zip64; answers where they begin. */
async function readLargeEnd(
  archive: ArchiveBytes,
  at: number,
  directory: { bytes: number; from: number },
): Promise<number> {
  const from = at - LOCATOR_BYTES - END_64_BYTES;
  const bytes = from < 0 ? undefined : viewOf(await archive.read(from, at));
  if (bytes?.getUint32(0, true) !== END_64 || bytes.getUint32(END_64_BYTES, true) !== LOCATOR)
    throw new Error('its end records are not those of zip64');
  directory.bytes = Number(bytes.getBigUint64(40, true));
  directory.from = Number(bytes.getBigUint64(48, true));
  return from;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
