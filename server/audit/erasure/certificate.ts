/**
 * The certificate of an erasure: what was erased, when and on which legal ground, signed by the log's key. It names
 * no person: pseudonyms and positions are enough to hold it against the audit trail.
 */
import { hash } from 'node:crypto';
import { canonicalJson } from '@countersign/engine';
import type { JsonObject, Key } from '@countersign/engine';
import type { Remaining } from '../../store/erasure/texts.js';

/** What a certificate states. */
export interface ErasureCertificate {
  readonly certificate: 'countersign erasure v1';
  readonly origin: string;
  readonly erasureKey: string;
  /** RFC 3339 in UTC: when it began, for the first time where it was stopped in the middle; and when it ended. */
  readonly begunAt: string;
  readonly at: string;
  readonly legalGround: string;
  /** Rows whose content is gone: their positions and the commitments that they keep. */
  readonly rows: readonly { readonly position: number; readonly commitment: string }[];
  /** Pseudonyms that nobody can resolve any more. */
  readonly pseudonyms: readonly string[];
  /** Where words that were named still stand, as far as the server can see: to be looked after by people. */
  readonly remaining: readonly Remaining[];
  /** Exports that left the house before: their receivers have to erase too. */
  readonly exports: readonly {
    readonly at: string;
    readonly format: string;
    readonly sha256: string | null;
  }[];
}

/** A certificate with its signature. */
export interface SignedCertificate {
  readonly certificate: ErasureCertificate;
  /** SHA-256 of the certificate's canonical JSON (RFC 8785), in hexadecimal. */
  readonly sha256: string;
  /** A signed note (C2SP signed-note) by the log's key. */
  readonly note: string;
}

/** Signs a certificate; `sign` makes a note of a text. */
export function signCertificate(
  certificate: ErasureCertificate,
  sign: (text: string) => string,
): SignedCertificate {
  const sha256 = hash('sha256', canonicalJson(certificate as unknown as JsonObject), 'hex');
  const { origin, erasureKey, at } = certificate;
  const text = `countersign erasure certificate v1\n${origin}\n${erasureKey}\n${sha256}\n${at}\n`;
  return { certificate, sha256, note: sign(text) };
}

/** A key as certificates have it. */
export function keyText(key: Key): string {
  return String(key);
}
