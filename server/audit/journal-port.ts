/** What the engine's journal needs of Node: SHA-256, Ed25519 and UTF-8. */
import { createHash, createPublicKey, hash, verify } from 'node:crypto';
import type { JournalPort } from '@countersign/engine';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The journal's port on Node. */
export const nodeJournalPort: JournalPort = {
  // A text and then its bytes: asking for a buffer takes Node three times as long.
  sha256: (bytes) => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1'),
  startSha256() {
    const running = createHash('sha256');
    return {
      update(bytes) {
        running.update(bytes);
      },
      digest: () => running.digest(),
    };
  },
  verifyEd25519(publicKey, message, signature) {
    try {
      const x = Buffer.from(publicKey).toString('base64url');
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
      return verify(null, message, key, signature);
    } catch {
      // Bytes that are no point of the curve are refused when the key is read.
      return false;
    }
  },
  encodeText: (text) => Buffer.from(text, 'utf8'),
  decodeText: (bytes) => decoder.decode(bytes),
};
