/**
 * Time stamps by RFC 3161: an authority that is OpenSSL itself is believed, and an answer that was spoiled in any way
 * is not. Where there is no OpenSSL, this says so and is skipped.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  parseVerifierKey,
  verifyBundle,
  checkTimeStamp,
  fromBase64,
  readTimeStampResponse,
  timeStampRequest,
} from '@countersign/engine';
import type { BundleVerdict } from '@countersign/engine';
import {
  askTimeStamp,
  openTimeStampAuthority,
  readTimeStampAddress,
} from '../../server/audit/anchors/time-stamps.js';
import { openBundle } from '../../server/audit/bundle/open-bundle.js';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { startServer } from '../support/server.js';
import { createAuthority, hasOpenssl, serveAuthority } from '../support/time-stamp-authority.js';
import type { AuthorityOptions, Reply, TestAuthority } from '../support/time-stamp-authority.js';

const NOTE = 'log.example\n42\na946o5gXhT227QiW069BCtcRKau8TY5GGaW3l0tL4As=\n\n— log.example AAAA\n';
const stamped = Buffer.from(NOTE);
const nonce = Buffer.alloc(16, 7);

describe('the setting', () => {
  it('is an address and a file', () => {
    expect(readTimeStampAddress('https://tsa.example.org/tsr  /etc/tsa root.pem')).toEqual({
      url: 'https://tsa.example.org/tsr',
      certificateFile: '/etc/tsa root.pem',
    });
    expect(readTimeStampAddress('http://127.0.0.1:318/ tsa.pem')).toMatchObject({
      url: 'http://127.0.0.1:318/',
    });
  });

  it.each([
    'https://tsa.example.org',
    'http://tsa.example.org tsa.pem',
    'ftp://x tsa.pem',
    'https://a:b@x tsa.pem',
  ])('that is %s is refused with what to write', (text) => {
    expect(readTimeStampAddress(text)).toEqual({
      error: expect.stringContaining('a PEM file with') as string,
    });
  });

  it('names a file that has certificates', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-tsa-file-'));
    const certificateFile = join(folder, 'tsa.pem');
    const open = () => openTimeStampAuthority({ url: 'https://tsa.example.org', certificateFile });
    await expect(open()).rejects.toThrow(/COUNTERSIGN_AUDIT_TSA: .*no such file.*Use the address/s);
    writeFileSync(certificateFile, 'hello');
    await expect(open()).rejects.toThrow(/BEGIN CERTIFICATE/);
    writeFileSync(certificateFile, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    await expect(open()).rejects.toThrow(/certificate 1 in it can't be read/);
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(!hasOpenssl)('an authority (needs openssl)', () => {
  const made: TestAuthority[] = [];
  const authority = (options?: AuthorityOptions): TestAuthority => {
    const one = createAuthority(options);
    made.push(one);
    return one;
  };
  let good: TestAuthority;
  let other: TestAuthority;
  beforeAll(() => {
    good = authority();
    other = authority();
  });
  afterAll(() => {
    for (const one of made) one.remove();
  });

  const request = (bytes: Buffer = stamped): Promise<Uint8Array> =>
    timeStampRequest(port.sha256(bytes), nonce);
  const token = async (by: TestAuthority): Promise<Uint8Array> =>
    readTimeStampResponse(by.answer(await request()));

  it('is asked for SHA-256 with a nonce and the certificate', async () => {
    const text = good.describe(await request());
    expect(text).toContain('Hash Algorithm: sha256');
    expect(text).toContain('Certificate required: yes');
    expect(text).toContain('Nonce: 0x47070707070707070707070707070707');
  });

  it.each<[string, AuthorityOptions]>([
    ['with RSA', {}],
    ['with ECDSA', { key: 'ec' }],
    ['under an authority between', { between: 'authority' }],
    ['that names its certificate by SHA-1, as RFC 3161 had it', { essHash: 'sha1' }],
    ['that names its certificate by SHA-512', { essHash: 'sha512' }],
  ])('%s is believed by its root, and by its own certificate', async (_name, options) => {
    const one = authority(options);
    const given = await token(one);
    for (const certificates of [one.root, one.certificate, other.root + one.root]) {
      const stamp = await checkTimeStamp(given, { stamped, certificates, nonce });
      expect(stamp.authority).toBe('Example Time Stamps');
      expect(Math.abs(stamp.at.getTime() - Date.now())).toBeLessThan(600_000);
    }
  });

  it.each<[string, AuthorityOptions, RegExp]>([
    [
      'expired before it stamped',
      { valid: { from: '20200101000000Z', to: '20210101000000Z' } },
      /valid from 2020-01-01T00:00:00.000Z to 2021-01-01T00:00:00.000Z only/,
    ],
    ['is not valid yet', { valid: { from: '20480101000000Z', to: '20490101000000Z' } }, /valid from 2048/],
    [
      'may do other things too',
      { extendedKeyUsage: 'critical,timeStamping,codeSigning' },
      /not for time stamping alone/,
    ],
    ['says so without insisting', { extendedKeyUsage: 'timeStamping' }, /not for time stamping alone/],
    ['is from somebody who may not give any', { between: 'nobody' }, /no certificate that you trust/],
  ])('whose certificate %s is not believed', async (_name, options, why) => {
    const one = authority(options);
    const given = one.signAnyway(good.contentOf(await token(good)));
    await expect(checkTimeStamp(given, { stamped, certificates: one.root, nonce })).rejects.toThrow(why);
  });

  it('is not believed where its signature is over SHA-1, or names no certificate', async () => {
    const content = good.contentOf(await token(good));
    const question = { stamped, certificates: good.root, nonce };
    const judge = (options: Parameters<TestAuthority['signAnyway']>[1]) =>
      checkTimeStamp(good.signAnyway(content, options), question);
    await expect(judge({})).resolves.toMatchObject({ authority: 'Example Time Stamps' });
    await expect(judge({ hash: 'sha1' })).rejects.toThrow(/hash 1.3.14.3.2.26/);
    await expect(judge({ namesCertificate: false })).rejects.toThrow(/ESSCertID/);
  });

  it('is not believed where anything else than a time stamp was signed', async () => {
    const question = { stamped, certificates: good.root };
    await expect(checkTimeStamp(good.signAnyway(Buffer.from('hello')), question)).rejects.toThrow();
    await expect(checkTimeStamp(Buffer.from('hello'), question)).rejects.toThrow(/no time stamp token/);
  });

  it('that is not trusted is not believed', async () => {
    await expect(
      checkTimeStamp(await token(good), { stamped, certificates: other.root, nonce }),
    ).rejects.toThrow(/no certificate that you trust/);
  });

  it('that stamped other bytes, or answers another request, is not believed', async () => {
    const given = await token(good);
    const question = { stamped, certificates: good.root, nonce };
    await expect(checkTimeStamp(given, { ...question, stamped: Buffer.from('other') })).rejects.toThrow(
      /TSTInfo verification is failed/,
    );
    await expect(checkTimeStamp(given, { ...question, nonce: Buffer.alloc(16, 8) })).rejects.toThrow(/nonce/);
  });

  it('is not believed with a byte changed in what counts of its token', async () => {
    const one = authority({ key: 'ec' });
    const given = Buffer.from(await token(one));
    const content = one.contentOf(given);
    const certificate = Buffer.from(one.certificate.replace(/-----.*-----|\s/g, ''), 'base64');
    const pieces = {
      content,
      certificate,
      'hash of the content': Buffer.from(port.sha256(content)),
      'hash of the certificate': Buffer.from(port.sha256(certificate)),
      signature: given.subarray(-32),
    };
    for (const [name, piece] of Object.entries(pieces)) {
      const from = given.lastIndexOf(piece);
      expect(from, name).toBeGreaterThan(0);
      for (let at = from; at < from + piece.length; at += name === 'certificate' ? 23 : 3) {
        const changed = Uint8Array.from(given);
        changed[at] ^= 0x01;
        const question = { stamped, certificates: one.root, nonce };
        await expect(checkTimeStamp(changed, question), `byte ${at} of the ${name}`).rejects.toThrow();
      }
    }
  });

  it('is not believed where its answer is cut off anywhere', async () => {
    const answer = good.answer(await request());
    for (let length = 0; length < answer.length; length += 61) {
      await expect(readTimeStampResponse(answer.subarray(0, length))).rejects.toThrow(
        /no time stamp response/,
      );
    }
    await expect(readTimeStampResponse(Buffer.concat([answer, Buffer.of(0)]))).rejects.toThrow(
      /no time stamp/,
    );
  });

  it('that refuses is heard', async () => {
    const refused = good.answer(await timeStampRequest(Buffer.alloc(20), nonce));
    await expect(readTimeStampResponse(refused)).rejects.toThrow(/the authority refused with status 2: /);
  });

  describe('over HTTP', () => {
    async function ask(reply: Reply, patience?: number): Promise<string> {
      const served = await serveAuthority(reply);
      try {
        return await askTimeStamp({ url: served.url, certificates: good.root }, { note: NOTE }, patience);
      } finally {
        await served.close();
      }
    }

    it('stamps the bytes of the note, to be kept as a token', async () => {
      const receipt = await ask((body, response) => response.end(good.answer(body)));
      const stamp = await checkTimeStamp(fromBase64(receipt) ?? Buffer.alloc(0), {
        stamped,
        certificates: good.root,
      });
      expect(stamp.authority).toBe('Example Time Stamps');
    });

    it('stamps the checkpoints of a server, whose bundles carry the stamp along', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'countersign-stamped-'));
      const certificates = join(folder, 'tsa.pem');
      writeFileSync(certificates, good.root);
      let isUp = false;
      const served = await serveAuthority((body, response) => {
        if (isUp) response.end(good.answer(body));
        else response.writeHead(503).end();
      });
      const settings = { COUNTERSIGN_AUDIT_TSA: `${served.url} ${certificates}` };
      const database = join(folder, 'test.db');
      const verdict = async (url: string): Promise<BundleVerdict> => {
        const [{ key }] = (
          (await (await fetch(`${url}/api/audit/keys`)).json()) as { items: [{ key: string }] }
        ).items;
        const path = join(folder, 'bundle.zip');
        writeFileSync(path, Buffer.from(await (await fetch(`${url}/api/audit/bundle`)).arrayBuffer()));
        const bundle = await openBundle(path);
        const trusted = parseVerifierKey(port, key);
        if (!trusted) throw new Error('no key');
        const verified = await verifyBundle(port, bundle, { key: trusted, timeStampCertificates: good.root });
        bundle.close();
        return verified;
      };
      const stamps = (verified: BundleVerdict) => verified.checks.find(({ name }) => name === 'time stamps');

      // The authority is down: commands and bundles go on, without a stamp.
      const first = await startServer({ database, settings });
      await first.runtime?.broadcastSignal({ name: 'tick', variables: {} }, 'client:test');
      await vi.waitUntil(() => served.requests.length > 0, { timeout: 10_000 });
      expect(stamps(await verdict(first.url))).toMatchObject({
        result: 'failed',
        said: 'the bundle has none',
      });
      await first.close();

      isUp = true;
      const second = await startServer({ database, settings });
      await second.runtime?.broadcastSignal({ name: 'tick', variables: {} }, 'client:test');
      const stamped = await vi.waitUntil(
        async () => {
          const verified = await verdict(second.url);
          return stamps(verified)?.result === 'ok' ? verified : undefined;
        },
        { timeout: 20_000, interval: 200 },
      );
      expect(stamped?.isGenuine).toBe(true);
      expect(stamps(stamped)?.said).toMatch(/^\d+ rows existed at .*, says Example Time Stamps/);
      await second.close();
      await served.close();
      rmSync(folder, { recursive: true });
    }, 60_000);

    it('that gives an answer to another request is not believed', async () => {
      const old = good.answer(await request());
      await expect(ask((_body, response) => response.end(old))).rejects.toThrow(/is not believed: the nonce/);
    });

    it('that sends ten megabytes is cut off', async () => {
      await expect(ask((_body, response) => response.end(Buffer.alloc(10_000_000)))).rejects.toThrow(
        /more than 65536 bytes/,
      );
    });

    it('that hangs, before or within its answer, is given up', async () => {
      await expect(ask(() => undefined, 50)).rejects.toThrow(/timeout/i);
      await expect(ask((_body, response) => void response.write('0'), 50)).rejects.toThrow(/timeout/i);
    });

    it('that sends us elsewhere, or fails, is not followed', async () => {
      await expect(
        ask((_body, response) => response.writeHead(307, { Location: 'http://127.0.0.1:1/' }).end()),
      ).rejects.toThrow();
      await expect(ask((_body, response) => response.writeHead(503).end('busy'))).rejects.toThrow(
        /answered 503/,
      );
    });
  });
});
