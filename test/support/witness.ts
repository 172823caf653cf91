/** A witness outside for tests, by its own protocol (C2SP tlog-witness): it checks what it is sent as a stranger would, and cosigns. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  SIGNATURE_TYPES,
  cosign,
  formatSignature,
  fromBase64,
  parseCheckpoint,
  verifierKey,
  verifyConsistency,
} from '@countersign/engine';
import type { Checkpoint, VerifierKey } from '@countersign/engine';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';

/** A witness that listens. */
export interface TestWitness {
  readonly url: string;
  readonly key: VerifierKey;
  /** Whether it answers; it cuts connections off otherwise. */
  isUp: boolean;
  close(): void;
}

/** Starts a witness that has seen nothing yet. It says that it cosigns in March 2030. */
export async function serveWitness(): Promise<TestWitness> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  const key = verifierKey(
    port,
    'witness.example/w1',
    Buffer.from(x ?? '', 'base64url'),
    SIGNATURE_TYPES.cosignature,
  );
  let seen: Checkpoint | undefined;

  const answer = (body: string): [number, string] => {
    const [head, ...rest] = body.split('\n\n');
    const [old, ...proof] = head.split('\n');
    const read = parseCheckpoint(rest.join('\n\n'));
    if (!read) return [400, 'no checkpoint'];
    if (old !== `old ${seen?.size ?? 0}`) return [409, `${seen?.size ?? 0}\n`];
    const hashes = proof.map((line) => fromBase64(line) ?? new Uint8Array());
    if (seen && !verifyConsistency(port.sha256, seen, read.checkpoint, hashes)) {
      return [422, 'the tree does not grow from the one before'];
    }
    seen = read.checkpoint;
    const line = cosign(port, read.note.text, key, 1_900_000_000, (message) =>
      sign(null, message, privateKey),
    );
    return [200, formatSignature(line)];
  };

  const http = createServer((request, response) => {
    void text(request).then((body) => {
      if (!witness.isUp) return response.destroy();
      const [status, said] = answer(body);
      response.writeHead(request.url === '/add-checkpoint' ? status : 404).end(said);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const witness: TestWitness = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    key,
    isUp: true,
    close() {
      http.close();
      http.closeAllConnections();
    },
  };
  return witness;
}
