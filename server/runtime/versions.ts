/**
 * Versions of one kind of definition, found by key, by number, and as the binding of a model means them. One that was
 * deleted is found by its key alone, and its number is not given again.
 */
import type { Binding, Key } from '@countersign/engine';
import type { StoredVersion } from '../store/definition-rows.js';

/** An index of versions. */
export interface Versions<V extends StoredVersion> {
  add(version: V): void;
  /** Notes that a deployment holds a version that an earlier one made. */
  reuse(key: Key, deploymentKey: Key): void;
  /** Notes that a version was deleted. Nothing happens where that is known, or the key is none of these. */
  remove(key: Key): void;
  isRemoved(key: Key): boolean;
  byKey(key: Key): V | undefined;
  latest(id: string): V | undefined;
  /** The number of the next version. */
  next(id: string): number;
  numbered(id: string, version: number): V | undefined;
  /** The version that a binding means; `deploymentKey` is that of the process which asks. */
  find(id: string, binding: Binding, deploymentKey: Key): V | undefined;
  /** Everything that a deployment holds. */
  inDeployment(deploymentKey: Key): V[];
  /** Versions that can be meant without naming their number: the latest one of each id, and of each version tag. */
  current(): V[];
  /** Those that can be meant when the one of this key is gone, and could not before. */
  successorsOf(key: Key): V[];
  all(): V[];
}

/** An empty index. */
export function createVersions<V extends StoredVersion>(): Versions<V> {
  const keys = new Map<Key, V>();
  const removed = new Set<Key>();
  const highest = new Map<string, number>();
  const latest = new Map<string, V>();
  const numbered = new Map<string, Map<number, V>>();
  const tagged = new Map<string, Map<string, V>>();
  const deployed = new Map<Key, Map<string, V>>();
  const indexUnder = <K>(map: Map<K, Map<string, V>>, key: K, name: string, version: V): void => {
    const inner = map.get(key) ?? new Map<string, V>();
    map.set(key, inner.set(name, version));
  };
  const isNewer = (version: V, before: V | undefined): boolean => !before || before.version < version.version;

  /** Lets bindings mean a version, where none means a newer one. */
  const offer = (version: V): void => {
    const { id, versionTag } = version;
    if (isNewer(version, latest.get(id))) latest.set(id, version);
    if (versionTag !== null && isNewer(version, tagged.get(id)?.get(versionTag))) {
      indexUnder(tagged, id, versionTag, version);
    }
  };

  return {
    add(version) {
      const { key, id, deploymentKey } = version;
      keys.set(key, version);
      highest.set(id, Math.max(version.version, highest.get(id) ?? 0));
      numbered.set(id, (numbered.get(id) ?? new Map<number, V>()).set(version.version, version));
      offer(version);
      indexUnder(deployed, deploymentKey, id, version);
    },
    reuse(key, deploymentKey) {
      const version = keys.get(key);
      if (version && !removed.has(key)) indexUnder(deployed, deploymentKey, version.id, version);
    },
    remove(key) {
      const version = keys.get(key);
      if (!version || removed.has(key)) return;
      const { id } = version;
      removed.add(key);
      numbered.get(id)?.delete(version.version);
      latest.delete(id);
      tagged.delete(id);
      for (const other of numbered.get(id)?.values() ?? []) offer(other);
      for (const held of deployed.values()) if (held.get(id)?.key === key) held.delete(id);
    },
    isRemoved: (key) => removed.has(key),
    byKey: (key) => keys.get(key),
    latest: (id) => latest.get(id),
    next: (id) => (highest.get(id) ?? 0) + 1,
    numbered: (id, version) => numbered.get(id)?.get(version),
    find(id, binding, deploymentKey) {
      if (binding.kind === 'versionTag') return tagged.get(id)?.get(binding.versionTag);
      return binding.kind === 'deployment' ? deployed.get(deploymentKey)?.get(id) : latest.get(id);
    },
    inDeployment: (deploymentKey) => [...(deployed.get(deploymentKey)?.values() ?? [])],
    current: () => [
      ...new Set([...latest.values(), ...[...tagged.values()].flatMap((tags) => [...tags.values()])]),
    ],
    successorsOf(key) {
      const version = keys.get(key);
      const others = [...(numbered.get(version?.id ?? '')?.values() ?? [])]
        .filter((other) => other.key !== key)
        .sort((one, other) => other.version - one.version);
      const sameTag = others.find(
        ({ versionTag }) => versionTag !== null && versionTag === version?.versionTag,
      );
      return [...new Set([...others.slice(0, 1), ...(sameTag ? [sameTag] : [])])];
    },
    all: () => [...keys.values()],
  };
}
