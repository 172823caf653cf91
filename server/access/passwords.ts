/**
 * Password hashes: scrypt (RFC 7914) with N = 2^15, r = 8, p = 1 and a random salt of 16 bytes,
 * written `scrypt$15$8$1$<salt>$<hash>` in Base64url.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const LOG_N = 15;
const BLOCK = 8;
const PARALLEL = 1;
const LENGTH = 32;

/** Hashes a password for storing. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, LOG_N, BLOCK, PARALLEL);
  return ['scrypt', LOG_N, BLOCK, PARALLEL, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a password is the one that was hashed; false for a hash it cannot read. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [kind, logN, block, parallel, salt, hash] = stored.split('$');
  if (kind !== 'scrypt' || !salt || !hash) return false;
  const expected = Buffer.from(hash, 'base64url');
  const given = await derive(
    password,
    Buffer.from(salt, 'base64url'),
    Number(logN),
    Number(block),
    Number(parallel),
  );
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function derive(
  password: string,
  salt: Buffer,
  logN: number,
  block: number,
  parallel: number,
): Promise<Buffer> {
  const cost = 2 ** logN;
  // scrypt needs 128 * N * r bytes; the default limit is below that.
  const maxmem = 256 * cost * block;
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      LENGTH,
      { N: cost, r: block, p: parallel, maxmem },
      (error, key) => {
        if (error) reject(error);
        else resolve(key);
      },
    );
  });
}
