/** An answer that breaks off: by our failure it is in the log, by a caller that hung up it is not. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { answerError } from './failures.js';

interface Line {
  readonly msg: string;
  readonly level: number;
}

let server: Server;
afterEach(() => server.close());

/** A server whose answers come from `parts`; answers its address, and the next line of its log. */
async function start(parts: () => AsyncGenerator<string>): Promise<{ url: string; line: Promise<Line> }> {
  let tell: (line: Line) => void = () => undefined;
  const line = new Promise<Line>((resolve) => (tell = resolve));
  const lines = new Writable({
    write(chunk: Buffer, _encoding, done) {
      tell(JSON.parse(chunk.toString()) as Line);
      done();
    },
  });
  const fail = answerError(pino({ level: 'debug' }, lines));
  server = createServer((request, response) => {
    pipeline(Readable.from(parts()), response).catch((error: unknown) => {
      fail(error, request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, line };
}

test('an answer that the server broke off is in the log as an error', async () => {
  const { url, line } = await start(async function* () {
    yield await Promise.resolve('a beginning');
    throw new Error('no more');
  });
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  expect(await line).toMatchObject({ level: 50, msg: 'an answer broke off by a defect' });
});

test('a caller that hung up is not', async () => {
  const caller = new AbortController();
  const { url, line } = await start(async function* () {
    for (;;) yield await Promise.resolve('more and more '.repeat(1000));
  });
  await fetch(url, { signal: caller.signal });
  caller.abort();
  expect(await line).toMatchObject({ level: 20, msg: 'the caller went away' });
});
