/** What the journal's proofs need from their surroundings: hashing, signatures and UTF-8. Node and browsers bring their own. */

/** A running SHA-256 over bytes that come in parts. */
export interface RunningHash {
  /** Takes the next bytes. */
  update(bytes: Uint8Array): void;
  /** The hash, 32 bytes; nothing may be added afterwards. */
  digest(): Uint8Array;
}

/** Computes SHA-256: 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The functions that the journal is given. All are synchronous, because a proof asks for millions of hashes. */
export interface JournalPort {
  readonly sha256: Sha256;
  /** Starts a SHA-256 over bytes that come in parts. */
  startSha256(): RunningHash;
  /** Whether `signature` (64 bytes) is the Ed25519 signature (RFC 8032) of `message` by `publicKey` (32 bytes); false for bytes that are no key. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** Text as UTF-8. */
  encodeText(text: string): Uint8Array;
  /** UTF-8 as text. Throws where the bytes are not UTF-8. */
  decodeText(bytes: Uint8Array): string;
}
