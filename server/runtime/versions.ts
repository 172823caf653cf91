/** Versions of one kind of definition, found by key, by number, and as the binding of a model means them. */
import type { Binding, Key } from '@countersign/engine';
import type { StoredVersion } from '../store/definition-rows.js';

/** An index of versions. */
export interface Versions<V extends StoredVersion> {
  add(version: V): void;
  /** Notes that a deployment holds a version that an earlier one made. */
  reuse(key: Key, deploymentKey: Key): void;
  byKey(key: Key): V | undefined;
  latest(id: string): V | undefined;
  numbered(id: string, version: number): V | undefined;
  /** The version that a binding means; `deploymentKey` is that of the process which asks. */
  find(id: string, binding: Binding, deploymentKey: Key): V | undefined;
  /** Everything that a deployment holds. */
  inDeployment(deploymentKey: Key): V[];
  /** Versions that can be meant without naming their number: the latest one of each id, and of each version tag. */
  current(): V[];
  all(): V[];
}

/** An empty index. */
export function createVersions<V extends StoredVersion>(): Versions<V> {
  const keys = new Map<Key, V>();
  const latest = new Map<string, V>();
  const numbered = new Map<string, Map<number, V>>();
  const tagged = new Map<string, Map<string, V>>();
  const deployed = new Map<Key, Map<string, V>>();
  const indexUnder = <K>(map: Map<K, Map<string, V>>, key: K, name: string, version: V): void => {
    const inner = map.get(key) ?? new Map<string, V>();
    map.set(key, inner.set(name, version));
  };
  const isNewer = (version: V, before: V | undefined): boolean => !before || before.version < version.version;

  return {
    add(version) {
      const { key, id, versionTag, deploymentKey } = version;
      keys.set(key, version);
      if (isNewer(version, latest.get(id))) latest.set(id, version);
      numbered.set(id, (numbered.get(id) ?? new Map<number, V>()).set(version.version, version));
      if (versionTag !== null && isNewer(version, tagged.get(id)?.get(versionTag))) {
        indexUnder(tagged, id, versionTag, version);
      }
      indexUnder(deployed, deploymentKey, id, version);
    },
    reuse(key, deploymentKey) {
      const version = keys.get(key);
      if (version) indexUnder(deployed, deploymentKey, version.id, version);
    },
    byKey: (key) => keys.get(key),
    latest: (id) => latest.get(id),
    numbered: (id, version) => numbered.get(id)?.get(version),
    find(id, binding, deploymentKey) {
      if (binding.kind === 'versionTag') return tagged.get(id)?.get(binding.versionTag);
      return binding.kind === 'deployment' ? deployed.get(deploymentKey)?.get(id) : latest.get(id);
    },
    inDeployment: (deploymentKey) => [...(deployed.get(deploymentKey)?.values() ?? [])],
    current: () => [
      ...new Set([...latest.values(), ...[...tagged.values()].flatMap((tags) => [...tags.values()])]),
    ],
    all: () => [...keys.values()],
  };
}
