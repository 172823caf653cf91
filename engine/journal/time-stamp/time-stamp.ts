/** Time stamps by RFC 3161. What reads certificates is large, and loaded with the first stamp. */
import type { TimeStamp, TimeStampQuestion } from './token.js';

export type { TimeStamp, TimeStampQuestion } from './token.js';

/** A request in DER for a SHA-256, with the certificate of the authority; `nonce` has 8 random bytes or more. */
export async function timeStampRequest(digest: Uint8Array, nonce: Uint8Array): Promise<Uint8Array> {
  const request = await import('./request.js');
  return request.timeStampRequest(digest, nonce);
}

/** The token in an authority's answer, in DER. Throws where there is none, saying why. */
export async function readTimeStampResponse(answer: Uint8Array): Promise<Uint8Array> {
  const request = await import('./request.js');
  return request.readTimeStampResponse(answer);
}

/** Checks a token in DER. Throws where it proves nothing, saying why. Revocation is not asked for. */
export async function checkTimeStamp(token: Uint8Array, question: TimeStampQuestion): Promise<TimeStamp> {
  const { checkTimeStamp: check } = await import('./token.js');
  return check(token, question);
}

/** The names of those whose certificates a PEM file has. Throws where the text has none, or one that can't be read. */
export async function certificateNames(pem: string): Promise<readonly string[]> {
  const { nameOf, readCertificates } = await import('./certificates.js');
  return readCertificates(pem).map(nameOf);
}
