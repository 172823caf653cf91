/** The vault of whoever is signed in at this browser. */
import { session } from './session.svelte.js';
import { openVault, sweepVaults, type Vault } from './vault.js';

let opened: { readonly key: string; readonly vault: Vault } | null = null;

/** The vault; null while nobody is signed in. */
export function vault(): Vault | null {
  const key = session()?.keepKey;
  if (!key) return null;
  if (opened?.key !== key) {
    sweepVaults(localStorage, Date.now());
    opened = { key, vault: openVault(key, localStorage) };
  }
  return opened.vault;
}
