/** Bundles of a server with a witness: asked for right after rows were written, they carry its word on all of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatVerifierKey } from '@countersign/engine';
import { verify } from '../../server/cli/verify.js';
import { hasPython, judgeIndependently } from '../support/independent-verifier.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { serveWitness } from '../support/witness.js';
import type { TestWitness } from '../support/witness.js';

let folder: string;
let path: string;
let witness: TestWitness;
let server: TestServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-witnessed-'));
  path = join(folder, 'bundle.zip');
  witness = await serveWitness();
  const address = `${witness.url} ${formatVerifierKey(witness.key)}`;
  server = await startServer({
    settings: { COUNTERSIGN_AUDIT_WITNESS: address, COUNTERSIGN_LOG: 'silent' },
  });
});
afterEach(async () => {
  await server.close();
  witness.close();
  rmSync(folder, { recursive: true });
});

async function write(rows: number): Promise<void> {
  for (let count = 0; count < rows; count += 1) {
    await server.runtime?.broadcastSignal({ name: 'tick', variables: {} }, 'client:test');
  }
}

/** Takes a bundle of all rows; answers the key of the log. */
async function takeBundle(to = path): Promise<string> {
  const response = await fetch(`${server.url}/api/audit/bundle`);
  expect(response.status).toBe(200);
  writeFileSync(to, Buffer.from(await response.arrayBuffer()));
  const keys = await fetch(`${server.url}/api/audit/keys`);
  return ((await keys.json()) as { items: [{ key: string }] }).items[0].key;
}

/** What the terminal says of the bundle: its exit code and its line of the witnesses. */
async function verified(key: string, bundle = path): Promise<{ code: number; said: string | undefined }> {
  let out = '';
  const code = await verify(
    { bundle, key, witness: [formatVerifierKey(witness.key)] },
    {
      out: (text) => void (out += text),
      err: () => undefined,
      environment: {},
      isWatched: false,
      readInput: () => Promise.resolve(''),
    },
  );
  return { code, said: out.split('\n').find((line) => line.includes('witnesses')) };
}

function independently(key: string): { code: number | null; failed: string[] } {
  const { code, failed, error } = judgeIndependently(path, key, { witness: formatVerifierKey(witness.key) });
  expect(error).toBe('');
  return { code, failed };
}

const SEEN = /^ok .*witness\.example\/w1 cosigned the tree of \d+ rows at 2030-/;

it('has the word of the witness on all of its rows, time after time', async () => {
  for (const rows of [20, 1, 300]) {
    await write(rows);
    const key = await takeBundle();
    expect(await verified(key)).toEqual({ code: 0, said: expect.stringMatching(SEEN) as string });
    if (hasPython) expect(independently(key)).toEqual({ code: 0, failed: [] });
  }
});

it('has it also where several are asked for at once', async () => {
  await write(20);
  const paths = Array.from({ length: 4 }, (_, at) => join(folder, `bundle-${at}.zip`));
  const keys = await Promise.all(paths.map((one) => takeBundle(one)));
  for (const [at, one] of paths.entries()) {
    expect(await verified(keys[at], one)).toEqual({ code: 0, said: expect.stringMatching(SEEN) as string });
  }
});

it('comes while the witness is down, says what is missing, and has it later', async () => {
  witness.isUp = false;
  await write(20);
  expect(await verified(await takeBundle())).toEqual({
    code: 1,
    said: expect.stringContaining('did not cosign the checkpoint') as string,
  });
  witness.isUp = true;
  expect(await verified(await takeBundle())).toMatchObject({ code: 0 });
  witness.isUp = false;
  await write(20);
  const key = await takeBundle();
  expect(await verified(key)).toEqual({
    code: 1,
    said: expect.stringMatching(
      /^FAILED .* cosigned the tree of (\d+) rows; the rows from leaf \1 on have no witness yet/,
    ) as string,
  });
  if (hasPython) expect(independently(key)).toEqual({ code: 1, failed: ['witnesses'] });
  witness.isUp = true;
  expect(await verified(await takeBundle())).toMatchObject({ code: 0 });
});
