/** What is kept in a browser is its owner's alone. */
import { describe, expect, it } from 'vitest';
import { openVault, sweepVaults } from './vault.js';

function memory(limit = Infinity): Storage {
  const held = new Map<string, string>();
  return {
    get length() {
      return held.size;
    },
    clear: () => held.clear(),
    getItem: (name) => held.get(name) ?? null,
    key: (at) => [...held.keys()][at] ?? null,
    removeItem: (name) => void held.delete(name),
    setItem: (name, value) => {
      if (value.length > limit) throw new DOMException('full', 'QuotaExceededError');
      held.set(name, value);
    },
  };
}

const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const typed = { note: 'Zwölf Säcke, nicht zehn', lines: [{ id: 1 }] };

describe('a vault', () => {
  it('gives back what was kept, after its page is gone', () => {
    const storage = memory();
    expect(openVault(keyOf(1), storage).keep('task:1', typed)).toBe(true);
    expect(openVault(keyOf(1), storage).read('task:1')).toEqual(typed);
    expect(openVault(keyOf(1), storage).read('task:2')).toBeUndefined();
  });

  it('gives nothing to somebody else, and shows them neither content nor name', () => {
    const storage = memory();
    openVault(keyOf(1), storage).keep('task:4711', typed);
    expect(openVault(keyOf(2), storage).read('task:4711')).toBeUndefined();
    const [name] = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '');
    expect(`${name} ${storage.getItem(name) ?? ''}`).not.toMatch(/4711|Zwölf|note/);
    const before = storage.getItem(name);
    openVault(keyOf(2), storage).forget('task:4711');
    expect(storage.getItem(name)).toBe(before);
  });

  it('reads nothing that was changed', () => {
    const storage = memory();
    const vault = openVault(keyOf(1), storage);
    vault.keep('a', typed);
    const name = storage.key(0) ?? '';
    const value = storage.getItem(name) ?? '';
    storage.setItem(name, `${value.slice(0, -6)}AAAA==`);
    expect(vault.read('a')).toBeUndefined();
    storage.setItem(name, 'nonsense');
    expect(vault.read('a')).toBeUndefined();
  });

  it('forgets, and says where nothing more can be kept', () => {
    const vault = openVault(keyOf(1), memory(200));
    expect(vault.keep('a', 'short')).toBe(true);
    vault.forget('a');
    expect(vault.read('a')).toBeUndefined();
    expect(vault.keep('b', 'long'.repeat(100))).toBe(false);
  });

  it('throws away what nobody came back for', () => {
    const storage = memory();
    openVault(keyOf(1), storage, () => 0).keep('old', 1);
    openVault(keyOf(2), storage, () => 89 * 86_400_000).keep('new', 2);
    storage.setItem('other', 'stays');
    sweepVaults(storage, 91 * 86_400_000);
    expect(storage.length).toBe(2);
    expect(openVault(keyOf(2), storage).read('new')).toBe(2);
  });
});
