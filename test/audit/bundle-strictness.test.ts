/**
 * A bundle is held to the letter of docs/audit-bundle.md even where the log's own key signed something looser, so that two
 * verifiers never differ: each case is signed by the log, and refused by ours and by the stranger's (Python) alike.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { formatVerifierKey, manifestNoteText, verifyBundle } from '@countersign/engine';
import type { BundleCheckName } from '@countersign/engine';
import { openBundle } from '../../server/audit/bundle/open-bundle.js';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { ORIGIN, createTestLog, noteBy } from '../support/audit-log.js';
import { corrupted } from '../support/bundle-corruptions.js';
import { VECTORS, verifyVector } from '../support/bundle-vectors.js';
import { entriesOf, zipOf } from '../support/zip-entries.js';

const STRANGER = fileURLToPath(new URL('independent-verifier.py', import.meta.url));
const hasPython = spawnSync('python3', ['-c', 'import hashlib, zipfile']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'countersign-strict-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const log = createTestLog(42);
const [, second] = log.signers;
const key = formatVerifierKey(second.key);
const genuine = await entriesOf(readFileSync(join(VECTORS, 'genuine.zip')));
const filtered = await entriesOf(readFileSync(join(VECTORS, 'genuine-filtered.zip')));

type Files = Map<string, Buffer>;

function replace(name: string, from: string | RegExp, to: string) {
  return (files: Files): void => {
    const text = String(files.get(name));
    if (text.replace(from, to) === text) throw new Error(`${name} has no ${String(from)}.`);
    files.set(name, Buffer.from(text.replace(from, to)));
  };
}

function move(from: string, to: string) {
  return (files: Files): void => {
    files.set(to, files.get(from) ?? Buffer.alloc(0));
    files.delete(from);
  };
}

/** The manifest as it stands, signed by the log. */
function sign(files: Files): void {
  const sha256 = createHash('sha256')
    .update(files.get('manifest.json') ?? '')
    .digest('hex');
  files.set('manifest.txt', Buffer.from(noteBy(manifestNoteText(ORIGIN, sha256), second)));
}

async function write(files: Files): Promise<string> {
  const file = join(folder, 'bundle.zip');
  writeFileSync(file, await zipOf(files));
  return file;
}

/** Both verifiers on a bundle: the checks that fail. */
async function judge(file: string): Promise<{ ours: string[]; strangers: string[] | undefined }> {
  const { failed } = await verifyVector({ file: relative(VECTORS, file), key });
  const { stdout, stderr } = spawnSync('python3', [STRANGER, file, key], { encoding: 'utf8' });
  if (hasPython) expect(stderr).toBe('');
  return {
    ours: failed,
    strangers: hasPython ? stdout.split('\n').filter((line) => line !== '') : undefined,
  };
}

const FIRST_CONTENT = /^\{"content":\{/;
const LOOSE: [string, BundleCheckName, ReadonlyMap<string, Buffer>, (files: Files) => void][] = [
  ['a content with a space', 'contents', genuine, replace('contents.jsonl', FIRST_CONTENT, '{"content": {')],
  [
    'a content with a property more',
    'contents',
    genuine,
    replace('contents.jsonl', FIRST_CONTENT, '{"a":1,"content":{'),
  ],
  [
    'a content that is there twice',
    'contents',
    genuine,
    replace('contents.jsonl', FIRST_CONTENT, '{"content":{},"content":{'),
  ],
  ['a content with an escape', 'contents', genuine, replace('contents.jsonl', '"amount"', '"\\u0061mount"')],
  ['a content with a longer number', 'contents', genuine, replace('contents.jsonl', '21.25', '21.250')],
  [
    'an erased content with a salt',
    'contents',
    genuine,
    replace('contents.jsonl', '"position":"27"}', `"position":"27","salt":"${'0'.repeat(64)}"}`),
  ],
  ['a person with a space', 'persons', genuine, replace('persons.jsonl', '{"name":', '{ "name":')],
  [
    'a person with a property more',
    'persons',
    genuine,
    replace('persons.jsonl', '{"name":', '{"age":3,"name":'),
  ],
  ['a level with a zero before it', 'rows', genuine, replace('proof.txt', 'rows 4', 'rows 04')],
  ['key statements that begin at two', 'keys', genuine, move('keys/0001.txt', 'keys/0000.txt')],
  [
    'a checkpoint named after another size',
    'earlier checkpoints',
    filtered,
    move('checkpoints/10.txt', 'checkpoints/11.txt'),
  ],
  [
    'a checkpoint of a former key, from after its time',
    'earlier checkpoints',
    filtered,
    (files) => {
      const [text] = log.checkpoint(22).split('\n\n');
      files.set('checkpoints/22.txt', Buffer.from(noteBy(`${text}\n`, log.signers[0])));
    },
  ],
  [
    'a file that no bundle has',
    'manifest',
    genuine,
    (files) => void files.set('notes.txt', Buffer.from('?')),
  ],
  [
    'a model that the models do not tell of',
    'manifest',
    genuine,
    (files) => void files.set('models/4.bpmn', Buffer.from('?')),
  ],
  [
    'no key statements',
    'keys',
    genuine,
    (files) => {
      files.delete('keys/0001.txt');
      files.delete('keys/0002.txt');
    },
  ],
];

const LOOSE_MANIFESTS: [string, BundleCheckName, (files: Files) => void][] = [
  ['a name twice', 'manifest', replace('manifest.json', '"origin"', '"origin": "other",\n  "origin"')],
  ['a property more', 'manifest', replace('manifest.json', '"origin"', '"more": 1,\n  "origin"')],
  ['a count with a fraction', 'manifest', replace('manifest.json', '"rows": 42', '"rows": 42.0')],
  ['an escape', 'manifest', replace('manifest.json', '"approval"', '"\\u0061pproval"')],
  [
    'a model under another name',
    'manifest',
    replace('manifest.json', '"file": "models/3.bpmn"', '"file": "rows.jsonl"'),
  ],
  ['no time', 'manifest', replace('manifest.json', /"made": "[^"]*"/, '"made": "today"')],
  [
    'a range that goes beyond the tree',
    'rows',
    (files) => {
      replace('manifest.json', '"to": 42', '"to": 50')(files);
      replace('manifest.json', '"hidden": 0', '"hidden": 8')(files);
    },
  ],
];

describe('a bundle that the log signed', () => {
  it.each(LOOSE)('with %s fails', async (_what, check, files, change) => {
    const signed = corrupted(files, { name: '', what: '', failed: [], change, signedAgain: 'log' }, log);
    const { ours, strangers } = await judge(await write(signed));
    expect(ours).toContain(check);
    if (check !== 'manifest') expect(ours).not.toContain('manifest');
    if (strangers !== undefined) expect(new Set(strangers)).toEqual(new Set(ours.filter(isAsked(strangers))));
    expect(strangers ?? [check]).toContain(check);
  });

  it.each(LOOSE_MANIFESTS)('with a manifest that has %s fails', async (_what, check, change) => {
    const files = new Map(genuine);
    change(files);
    sign(files);
    const { ours, strangers } = await judge(await write(files));
    expect(ours).toContain(check);
    if (strangers !== undefined) expect(new Set(strangers)).toEqual(new Set(ours));
  });
});

/** After rows that can't be put into the tree ours leaves what follows from it unmade; the stranger makes some of it. */
function isAsked(strangers: readonly string[]): (name: string) => boolean {
  return (name) => !strangers.includes('tree') || strangers.includes(name);
}

describe('the archive of a bundle', () => {
  /** Changes bytes of an entry in the central directory: offsets are those of APPNOTE 4.3.12. */
  const changeDirectory = async (
    name: string,
    change: (zip: Buffer, at: number) => void,
  ): Promise<string> => {
    const file = await write(new Map(genuine));
    const zip = readFileSync(file);
    const at = zip.lastIndexOf(Buffer.from(name)) - 46;
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    change(zip, at);
    writeFileSync(file, zip);
    return file;
  };

  it('with a wrong CRC-32 fails, though the file is the one of the manifest', async () => {
    const file = await changeDirectory('persons.jsonl', (zip, at) => void (zip[at + 16] ^= 1));
    expect((await judge(file)).ours).toEqual(['files', 'persons']);
  });

  it('with an encrypted file fails', async () => {
    const file = await changeDirectory('persons.jsonl', (zip, at) => void (zip[at + 8] |= 1));
    expect((await judge(file)).ours).toEqual(['files', 'persons']);
  });

  it('whose entries overlap is not read', async () => {
    const first = readFileSync(await write(new Map(genuine))).lastIndexOf('rows.jsonl') - 46;
    const file = await changeDirectory('persons.jsonl', (zip, at) => {
      zip.copy(zip, at + 42, first + 42, first + 46);
    });
    await expect(openBundle(file)).rejects.toThrow(/its entries .* overlap/);
    expect((await judge(file)).ours).toEqual(['archive']);
  });

  it.each([
    ['before it', (zip: Buffer) => Buffer.concat([Buffer.from('PK'), zip])],
    ['before it that are an archive themselves', (zip: Buffer) => Buffer.concat([zip, zip])],
    ['behind it', (zip: Buffer) => Buffer.concat([zip, Buffer.alloc(7)])],
    [
      'in a comment',
      (zip: Buffer) => Buffer.concat([zip.subarray(0, -2), Buffer.from([4, 0]), Buffer.from('more')]),
    ],
    [
      'between its directory and its end',
      (zip: Buffer) => Buffer.concat([zip.subarray(0, -22), Buffer.from('more'), zip.subarray(-22)]),
    ],
  ])('with bytes %s is not read', async (_where, change) => {
    const file = await write(new Map(genuine));
    writeFileSync(file, change(readFileSync(file)));
    await expect(openBundle(file)).rejects.toThrow();
    expect((await judge(file)).ours).toEqual(['archive']);
  });

  it('whose names leave the archive is not read', async () => {
    const file = await changeDirectory('persons.jsonl', (zip, at) => void zip.write('..\\', at + 46));
    await expect(openBundle(file)).rejects.toThrow();
    expect((await judge(file)).ours).toEqual(['archive']);
  });
});

describe('a file that is read as a whole', () => {
  /** A file without an end, and how much of it was asked for. */
  const endless = async (name: string) => {
    const bundle = await openBundle(await write(new Map(genuine)));
    const part = new Uint8Array(2 ** 16).fill(0x20);
    let given = 0;
    try {
      const verdict = await verifyBundle(
        port,
        {
          names: bundle.names,
          async *open(wanted) {
            if (wanted !== name) {
              yield* bundle.open(wanted);
              return;
            }
            for (; given < 2 ** 30; given += part.length) yield await Promise.resolve(part);
          },
        },
        { key: second.key },
      );
      return { given, said: verdict.checks.find((check) => check.name === 'manifest')?.said };
    } finally {
      bundle.close();
    }
  };

  it.each([
    ['manifest.json', 2 ** 24],
    ['manifest.txt', 2 ** 16],
  ])('%s is read no further than it may be large', async (name, largest) => {
    const { given, said } = await endless(name);
    expect(said).toBe(`${name} has more than the ${largest} bytes that it may have`);
    expect(given).toBeLessThanOrEqual(largest);
  });

  it('such as a key statement may not be larger, though it is one and the log signed for its size', async () => {
    const change = (files: Files): void => {
      const line = String(files.get('keys/0002.txt')).split('\n').at(-2);
      replace('keys/0002.txt', /$/, `${line}\n`.repeat(600))(files);
    };
    const signed = corrupted(genuine, { name: '', what: '', failed: [], change, signedAgain: 'log' }, log);
    const bundle = await openBundle(await write(signed));
    const verdict = await verifyBundle(port, bundle, { key: second.key });
    bundle.close();
    expect(verdict.checks[0].said).toBe('keys/0002.txt has more than the 65536 bytes that it may have');
  });
});
