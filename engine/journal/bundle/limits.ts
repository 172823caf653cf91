/** How large the files of a bundle may be that are read as a whole. Rows, contents, persons, proof and models are read in parts and have no such limit. */

/** The most entries of an archive. */
export const MOST_BUNDLE_FILES = 100_000;

/** The most key statements of a bundle, and the most earlier checkpoints. */
export const MOST_NOTES = 1_000;

/** `manifest.json`, in bytes: 16 MiB. */
const LARGEST_MANIFEST = 2 ** 24;
/** Every other file that is read as a whole, such as a note or a time stamp: 64 KiB. */
const LARGEST_SMALL_FILE = 2 ** 16;

/** How many bytes a file may have that is read as a whole. */
export function largestSize(name: string): number {
  return name === 'manifest.json' ? LARGEST_MANIFEST : LARGEST_SMALL_FILE;
}

/** All bytes of a file. Throws as soon as it is larger than it may be, and reads no further. */
export async function readWhole(name: string, parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const largest = largestSize(name);
  let bytes = new Uint8Array(Math.min(largest, 2 ** 14));
  let length = 0;
  for await (const part of parts) {
    if (length + part.length > largest)
      throw new Error(`${name} has more than the ${largest} bytes that it may have`);
    if (length + part.length > bytes.length) {
      // Twice as much each time, so that a byte is copied once or twice and not once for every part.
      const longer = new Uint8Array(Math.min(largest, 2 * (length + part.length)));
      longer.set(bytes.subarray(0, length));
      bytes = longer;
    }
    bytes.set(part, length);
    length += part.length;
  }
  return bytes.subarray(0, length);
}
