/**
 * What somebody typed and has not sent, kept in this browser: sealed under a key that the server gives to this person
 * alone, under a name that tells nobody what it is. Others who sign in here can neither read it nor see whose it is.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { readJson, writeJson } from '@countersign/engine';

/** What opens a person's things. */
export interface Vault {
  /** Keeps a value; false where the browser takes no more. */
  keep(name: string, value: unknown): boolean;
  /** A kept value, as it is after JSON; undefined where there is none. */
  read(name: string): unknown;
  forget(name: string): void;
}

const PREFIX = 'countersign.kept.';
const NONCE_BYTES = 24;
/** What nobody came back for is thrown away after so long. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** Opens the vault of whoever has this key, 32 bytes in base64. Nothing is thrown where the browser keeps nothing. */
export function openVault(base64: string, storage: Storage, now: () => number = Date.now): Vault {
  const key = fromBase64(base64);
  const addressOf = (name: string): string =>
    PREFIX + toBase64(hmac(sha256, key, new TextEncoder().encode(name)).slice(0, 16));

  return {
    keep(name, value) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const plain = new TextEncoder().encode(writeJson(value));
      const sealed = toBase64(xchacha20poly1305(key, nonce).encrypt(plain));
      try {
        storage.setItem(addressOf(name), `${now()} ${toBase64(nonce)} ${sealed}`);
        return true;
      } catch {
        return false;
      }
    },
    read(name) {
      const [, nonce, sealed] = (storage.getItem(addressOf(name)) ?? '').split(' ');
      if (!nonce || !sealed) return undefined;
      try {
        const plain = xchacha20poly1305(key, fromBase64(nonce)).decrypt(fromBase64(sealed));
        return readJson(new TextDecoder().decode(plain));
      } catch {
        return undefined;
      }
    },
    forget: (name) => storage.removeItem(addressOf(name)),
  };
}

/** Throws away what was kept for too long, whoever kept it. */
export function sweepVaults(storage: Storage, now: number): void {
  const names = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '');
  for (const name of names.filter((one) => one.startsWith(PREFIX))) {
    const keptAt = Number((storage.getItem(name) ?? '').split(' ')[0]);
    if (!(now - keptAt < KEPT_MS)) storage.removeItem(name);
  }
}
