/** An object store outside, by its own protocol: it checks the signature and the lock as a stranger would. */
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putCheckpoint, readObjectStore } from '../../server/audit/anchors/object-store.js';

const SECRET = 'a-secret-of-forty-characters-for-the-test';
const AT = Date.UTC(2030, 0, 1, 9);
const CHECKPOINT = {
  size: 42,
  root: 'AAAA',
  at: AT,
  note: 'log\n42\nAAAA\n\n— log x\n',
  place: '42',
  waited: 1,
};

let http: Server;
let url: string;
let objects: Map<string, { body: string; headers: IncomingHttpHeaders }>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Whether a PUT is signed with the secret: AWS Signature Version 4, computed from its description. */
function isSigned(path: string, headers: IncomingHttpHeaders, body: string): boolean {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=writer\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const [, scope = '', names = '', signature] = pattern.exec(headers.authorization ?? '') ?? [];
  const [day, region, service, end] = scope.split('/');
  const signed = names.split(';');
  const lines = signed.map((name) => `${name}:${String(headers[name]).trim()}\n`).join('');
  const canonical = `PUT\n${path}\n\n${lines}\n${names}\n${sha256(body)}`;
  const text = `AWS4-HMAC-SHA256\n${String(headers['x-amz-date'])}\n${scope}\n${sha256(canonical)}`;
  const key = [region, service, end].reduce((former, part) => hmac(former, part), hmac(`AWS4${SECRET}`, day));
  return (
    hmac(key, text).toString('hex') === signature &&
    ['host', 'x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date'].every((name) =>
      signed.includes(name),
    )
  );
}

beforeEach(async () => {
  objects = new Map();
  http = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      const path = request.url ?? '';
      if (!isSigned(path, request.headers, body)) {
        response.writeHead(403).end('<Code>SignatureDoesNotMatch</Code>');
        return;
      }
      objects.set(path, { body, headers: request.headers });
      response.writeHead(200, { 'x-amz-version-id': 'v1' }).end();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((http.address() as AddressInfo).port)}/bucket/audit`;
});
afterEach(() => {
  http.close();
});

function addressWith(secretAccessKey: string) {
  return { url, region: 'eu-central-1', days: 10, credentials: { accessKeyId: 'writer', secretAccessKey } };
}

test('takes a checkpoint under a lock, and gives a receipt', async () => {
  const receipt = await putCheckpoint(addressWith(SECRET), CHECKPOINT);
  expect(JSON.parse(receipt)).toEqual({
    object: `${url}/000000000000042.json`,
    version: 'v1',
    retainUntil: '2030-01-11T09:00:00.000Z',
  });
  const object = objects.get('/bucket/audit/000000000000042.json');
  expect(JSON.parse(object?.body ?? '')).toEqual({
    at: '2030-01-01T09:00:00.000Z',
    size: 42,
    note: CHECKPOINT.note,
  });
  expect(object?.headers).toMatchObject({
    'x-amz-object-lock-mode': 'COMPLIANCE',
    'x-amz-object-lock-retain-until-date': '2030-01-11T09:00:00.000Z',
    'x-amz-content-sha256': sha256(object?.body ?? ''),
  });
});

test('refuses another secret, and the error says so without it', async () => {
  const failed: unknown = await putCheckpoint(addressWith('another'), CHECKPOINT).catch(
    (error: unknown) => error,
  );
  expect(String(failed)).toContain('answered 403');
  expect(String(failed)).toContain('SignatureDoesNotMatch');
  expect(String(failed)).not.toContain('another');
  expect(objects.size).toBe(0);
});

test('is read from its setting, or refused with what to write', () => {
  const variables: Record<string, string> = { AWS_ACCESS_KEY_ID: 'writer', AWS_SECRET_ACCESS_KEY: SECRET };
  const given = (name: string): string | undefined => variables[name];
  expect(readObjectStore(`${url}/ eu-central-1 10`, given)).toEqual(addressWith(SECRET));
  for (const wrong of ['bucket', `${url} eu-central-1`, `${url} eu-central-1 0`, 'ftp://a/b eu 1']) {
    expect(readObjectStore(wrong, given)).toMatchObject({ error: expect.stringContaining('days') as string });
  }
  expect(readObjectStore(`${url} eu-central-1 10`, () => undefined)).toMatchObject({
    error: expect.stringContaining('AWS_ACCESS_KEY_ID') as string,
  });
});
