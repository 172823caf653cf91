/**
 * A time-stamping authority of our own for tests: its certificates and its answers are made by OpenSSL, which speaks
 * RFC 3161 without a line of ours. It answers over HTTP; a test may spoil what it says.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

/** Whether this machine has OpenSSL. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** How a certificate of an authority is made. */
export interface AuthorityOptions {
  /** The lines of its extensions that differ from a good one. */
  readonly extendedKeyUsage?: string;
  /** When it is valid, `YYYYMMDDHHMMSSZ`; from now on for some days where absent. */
  readonly valid?: { readonly from: string; readonly to: string };
  /** The hash in the attribute that names the certificate: SHA-1 makes the one of RFC 3161 itself. */
  readonly essHash?: 'sha1' | 'sha256' | 'sha512';
  readonly key?: 'rsa' | 'ec';
  /** Who stands between root and stamps: an authority, or somebody who may not be one. */
  readonly between?: 'authority' | 'nobody';
}

/** An authority that stamps. */
export interface TestAuthority {
  /** PEM of its root, and of its own certificate. */
  readonly root: string;
  readonly certificate: string;
  /** Answers a request in DER. */
  answer(request: Uint8Array): Buffer;
  /** The token of a stamp on these bytes. */
  stamp(bytes: Uint8Array): Buffer;
  /** A request in words. */
  describe(request: Uint8Array): string;
  /** What a token has signed: the TSTInfo in DER. */
  contentOf(token: Uint8Array): Buffer;
  /** Signs a TSTInfo in DER whatever its certificate is good for; answers the token. */
  signAnyway(
    content: Uint8Array,
    options?: { readonly hash?: 'sha1'; readonly namesCertificate?: false },
  ): Buffer;
  remove(): void;
}

function openssl(folder: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}

/** The settings of `openssl ca` and `openssl ts` for an authority. */
function configuration({
  extendedKeyUsage = 'critical,timeStamping',
  essHash = 'sha256',
}: AuthorityOptions): string {
  return `
[ca]
default_ca = own
[own]
dir = .
database = index.txt
new_certs_dir = certs
serial = ca-serial
default_md = sha256
policy = any
unique_subject = no
default_days = 30
[any]
organizationName = optional
commonName = supplied
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[between]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign
[nobody]
basicConstraints = critical,CA:false
[stamps]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = ${extendedKeyUsage}
[tsa]
default_tsa = authority
[authority]
serial = ts-serial
signer_cert = tsa.pem
signer_key = tsa.key
certs = chain.pem
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = ${essHash}
ess_cert_id_chain = no
tsa_name = yes
`;
}

/** Makes an authority; `remove` it afterwards. */
export function createAuthority(options: AuthorityOptions = {}): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-tsa-'));
  mkdirSync(join(folder, 'certs'));
  writeFileSync(join(folder, 'conf'), configuration(options));
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'ca-serial'), '1000');
  writeFileSync(join(folder, 'ts-serial'), '01');
  const key = (name: string): void => {
    const kind =
      options.key === 'ec'
        ? ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']
        : ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
    openssl(folder, 'genpkey', ...kind, '-out', name);
  };
  const issue = (name: string, by: string, extensions: string, subject: string): void => {
    key(`${name}.key`);
    openssl(
      folder,
      'req',
      '-new',
      '-config',
      'conf',
      '-key',
      `${name}.key`,
      '-subj',
      subject,
      '-out',
      `${name}.csr`,
    );
    const { from, to } = options.valid ?? {};
    const valid = from && to ? ['-startdate', from, '-enddate', to] : [];
    const signer =
      by === name ? ['-selfsign', '-keyfile', `${by}.key`] : ['-cert', `${by}.pem`, '-keyfile', `${by}.key`];
    const ca = ['ca', '-batch', '-notext', '-config', 'conf', '-extensions', extensions];
    openssl(
      folder,
      ...ca,
      ...signer,
      ...(name === 'root' ? [] : valid),
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
    );
  };
  issue('root', 'root', 'root', '/O=Example/CN=Example Root');
  const { between } = options;
  if (between) {
    issue('between', 'root', between === 'nobody' ? 'nobody' : 'between', '/O=Example/CN=Example Between');
  }
  issue('tsa', between ? 'between' : 'root', 'stamps', '/O=Example/CN=Example Time Stamps');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  writeFileSync(join(folder, 'chain.pem'), read(between ? 'between.pem' : 'root.pem'));
  const put = (name: string, bytes: Uint8Array): void => {
    writeFileSync(join(folder, name), bytes);
  };
  return {
    root: read('root.pem'),
    certificate: read('tsa.pem'),
    answer(request) {
      put('request.tsq', request);
      const by = ['-config', 'conf', '-section', 'authority'];
      openssl(folder, 'ts', '-reply', ...by, '-queryfile', 'request.tsq', '-out', 'answer.tsr');
      return readFileSync(join(folder, 'answer.tsr'));
    },
    stamp(bytes) {
      put('stamped', bytes);
      openssl(folder, 'ts', '-query', '-data', 'stamped', '-sha256', '-cert', '-out', 'request.tsq');
      const by = ['-config', 'conf', '-section', 'authority'];
      openssl(folder, 'ts', '-reply', ...by, '-queryfile', 'request.tsq', '-token_out', '-out', 'token.der');
      return readFileSync(join(folder, 'token.der'));
    },
    describe(request) {
      put('request.tsq', request);
      openssl(folder, 'ts', '-query', '-in', 'request.tsq', '-text', '-out', 'request.txt');
      return read('request.txt');
    },
    contentOf(token) {
      put('token.der', token);
      openssl(
        folder,
        'cms',
        '-verify',
        '-noverify',
        '-inform',
        'DER',
        '-in',
        'token.der',
        '-out',
        'content.der',
      );
      return readFileSync(join(folder, 'content.der'));
    },
    signAnyway(content, { hash = 'sha256', namesCertificate = true } = {}) {
      put('content.der', content);
      const kind = [
        '-binary',
        '-nodetach',
        '-econtent_type',
        '1.2.840.113549.1.9.16.1.4',
        '-nosmimecap',
        '-md',
        hash,
      ];
      const by = ['-signer', 'tsa.pem', '-inkey', 'tsa.key', '-certfile', 'chain.pem'];
      const named = namesCertificate ? ['-cades'] : [];
      openssl(
        folder,
        'cms',
        '-sign',
        ...kind,
        ...named,
        ...by,
        '-in',
        'content.der',
        '-outform',
        'DER',
        '-out',
        'signed.der',
      );
      return readFileSync(join(folder, 'signed.der'));
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An authority that listens. */
export interface ListeningAuthority {
  readonly url: string;
  /** The requests that came, in DER. */
  readonly requests: readonly Buffer[];
  close(): Promise<void>;
}

/** What is said to a request; the response must be ended, or not. */
export type Reply = (request: Buffer, response: ServerResponse) => void;

/** Serves an authority on this machine. */
export async function serveAuthority(reply: Reply): Promise<ListeningAuthority> {
  const requests: Buffer[] = [];
  const http = createServer((request: IncomingMessage, response) => {
    void buffer(request).then((body) => {
      requests.push(body);
      reply(body, response);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/tsr`,
    requests,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}
