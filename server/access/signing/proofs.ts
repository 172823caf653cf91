/**
 * Re-authentication: who signs gives the password again and gets a proof, which is good once, for one task and for two
 * minutes. Wrong passwords count against the limit of the sign-in.
 */
import { createHash, randomBytes } from 'node:crypto';
import { saveProof, takeProof } from '../../store/queries/signing-proofs.js';
import type { Store } from '../../store/store.js';
import type { Access, NotIn } from '../access.js';

/** Milliseconds that a proof is good for. */
export const PROOF_LENGTH = 2 * 60 * 1000;

/** A proof, or why there is none. */
export type ProofResult = { readonly ok: true; readonly proof: string; readonly expiresAt: number } | NotIn;

/** Gives and takes proofs. */
export interface SigningProofs {
  /** Checks the password; `address` is where the request came from. */
  give(
    who: { readonly username: string; readonly userTaskKey: number },
    password: string,
    address: string,
  ): Promise<ProofResult>;
  /** Takes a proof: whether it is good for this person and this task. It is good for nothing afterwards. */
  take(who: { readonly username: string; readonly userTaskKey: number }, proof: string): Promise<boolean>;
}

/** Proofs in the store; `now` in milliseconds (the system's, never a pinned clock). */
export function createSigningProofs(
  { knex }: Store,
  access: Pick<Access, 'confirm'>,
  now: () => number = Date.now,
): SigningProofs {
  return {
    async give({ username, userTaskKey }, password, address) {
      const confirmed = await access.confirm(username, password, address);
      if (!confirmed.ok) return confirmed;
      const proof = randomBytes(32).toString('base64url');
      const expiresAt = now() + PROOF_LENGTH;
      await saveProof(knex, { tokenHash: hashOf(proof), username, userTaskKey }, expiresAt, now());
      return { ok: true, proof, expiresAt };
    },
    take: ({ username, userTaskKey }, proof) =>
      takeProof(knex, { tokenHash: hashOf(proof), username, userTaskKey }, now()),
  };
}

function hashOf(proof: string): string {
  return createHash('sha256').update(proof).digest('base64url');
}
