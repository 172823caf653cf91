/** What the engine's journal needs, in a browser: hashing and signatures that answer at once, which WebCrypto does not. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { JournalPort } from '@countersign/engine';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The journal's port in a browser. */
export const browserPort: JournalPort = {
  sha256: (bytes) => sha256(bytes),
  startSha256() {
    const running = sha256.create();
    return {
      update(bytes) {
        running.update(bytes);
      },
      digest: () => running.digest(),
    };
  },
  verifyEd25519(publicKey, message, signature) {
    try {
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    } catch {
      // Bytes that are no point of the curve, or of another length.
      return false;
    }
  },
  encodeText: (text) => encoder.encode(text),
  decodeText: (bytes) => decoder.decode(bytes),
};
