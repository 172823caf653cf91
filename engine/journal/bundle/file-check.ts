/** Reads the files of a bundle and holds each against the manifest while it is read: its size and its SHA-256. */
import { toHex } from '../bytes.js';
import type { JournalPort } from '../port.js';
import { readWhole } from './limits.js';
import type { BundleFile } from './manifest.js';

/** The files of a bundle as they lie in its archive. */
export interface BundleFiles {
  /** Every name in the archive, a name twice where it is there twice. */
  readonly names: readonly string[];
  /** The bytes of a file in parts. A part must not change after it was given. */
  open(name: string): AsyncIterable<Uint8Array>;
}

/** The text of a file that is read as a whole. Throws where it is not there, too large, or not UTF-8. */
export async function readText(port: JournalPort, files: BundleFiles, name: string): Promise<string> {
  if (!files.names.includes(name)) throw new Error(`the bundle has no ${name}`);
  return textOf(port, name, files.open(name));
}

async function textOf(port: JournalPort, name: string, parts: AsyncIterable<Uint8Array>): Promise<string> {
  const bytes = await readWhole(name, parts);
  try {
    return port.decodeText(bytes);
  } catch {
    throw new Error(`${name} is no UTF-8`);
  }
}

async function readThrough(parts: AsyncGenerator<Uint8Array>): Promise<void> {
  while ((await parts.next()).done !== true);
}

/** Files that are checked as they are read. */
export interface CheckedFiles {
  /** The bytes of a file that the manifest has. Throws where the archive has it not. Ends early where the file is longer than the manifest says. */
  open(name: string): AsyncIterable<Uint8Array>;
  /** The text of a file. */
  text(name: string): Promise<string>;
  /** All bytes of a small file. */
  bytes(name: string): Promise<Uint8Array>;
  /** Reads what was not read to its end, and says everything that is not as the manifest says. */
  problems(): Promise<string[]>;
}

/** Checks the files of a bundle against the manifest's list; `unlisted` are the files that need not be in it. */
export function checkFiles(
  port: JournalPort,
  files: BundleFiles,
  listed: Readonly<Record<string, BundleFile>>,
  unlisted: readonly string[],
): CheckedFiles {
  const found = new Map<string, BundleFile>();
  const names = new Set(files.names);

  async function* open(name: string): AsyncGenerator<Uint8Array> {
    const expected = listed[name] as BundleFile | undefined;
    if (expected === undefined || !names.has(name)) throw new Error(`the bundle has no ${name}`);
    const hash = port.startSha256();
    let bytes = 0;
    for await (const part of files.open(name)) {
      bytes += part.length;
      if (bytes > expected.bytes) break;
      hash.update(part);
      yield part;
    }
    found.set(name, { bytes, sha256: toHex(hash.digest()) });
  }

  const problemOf = async (name: string, expected: BundleFile): Promise<string | undefined> => {
    if (!names.has(name)) return `${name} is missing`;
    try {
      if (!found.has(name)) await readThrough(open(name));
    } catch (error) {
      return `${name} can't be read: ${error instanceof Error ? error.message : String(error)}`;
    }
    const is = found.get(name);
    if (is?.bytes !== expected.bytes)
      return `${name} has not the ${expected.bytes} bytes that the manifest says`;
    return is.sha256 === expected.sha256 ? undefined : `${name} has another SHA-256 than the manifest says`;
  };

  return {
    open,
    text: (name) => textOf(port, name, open(name)),
    bytes: (name) => readWhole(name, open(name)),
    async problems() {
      const known = new Set([...Object.keys(listed), ...unlisted]);
      const problems = files.names
        .filter((name) => !known.has(name))
        .map((name) => `${name} is not in the manifest`);
      const seen = new Set<string>();
      const twice = files.names.filter((name) => seen.size === seen.add(name).size);
      problems.push(...twice.map((name) => `${name} is there twice`));
      for (const [name, expected] of Object.entries(listed)) {
        const problem = await problemOf(name, expected);
        if (problem !== undefined) problems.push(problem);
      }
      return problems;
    },
  };
}
