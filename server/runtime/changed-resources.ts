/** Which files of a deployment make new versions, and which are what is deployed already. */
import type { Key } from '@countersign/engine';
import type { StoredVersion } from '../store/definition-rows.js';
import { bindsToDeployment } from './definitions.js';
import type { DefinitionRegistry } from './definitions.js';
import type { ReadResource } from './resources.js';
import type { Versions } from './versions.js';

/** A version that a file is about: where it is looked up, and its id. */
type Part = readonly [versions: Pick<Versions<StoredVersion>, 'latest' | 'find'>, id: string];

/**
 * The files that differ from the latest version of what is in them, by name or checksum. A DMN file changes with what
 * it imports. A process that binds to its deployment changes with everything that it is deployed with.
 */
export function findChanged(
  resources: readonly ReadResource[],
  definitions: DefinitionRegistry,
): ReadonlySet<ReadResource> {
  const changed = new Set(resources.filter((resource) => !isLatest(resource, definitions)));
  const named = (name: string): ReadResource | undefined =>
    resources.find((resource) => resource.name === name);
  const importsChange = ({ dmn }: ReadResource): boolean => {
    if (!dmn || dmn.imports.length === 0) return false;
    const imported = dmn.imports.flatMap((name) => named(name) ?? []);
    const keys = imported.map(
      (resource) => resource.dmn && definitions.requirements.latest(resource.dmn.id)?.key,
    );
    const stored = definitions.requirements.latest(dmn.id)?.imports;
    return imported.some((resource) => changed.has(resource)) || keys.join() !== stored?.join();
  };
  const companyChanges = (resource: ReadResource): boolean =>
    resource.processes.some(({ model }) => {
      const deploymentKey = definitions.processes.latest(model.id)?.deploymentKey;
      if (deploymentKey === undefined || !bindsToDeployment(model)) return false;
      return resources.some((other) => changed.has(other) || !isHeldBy(other, deploymentKey, definitions));
    });
  for (let size = -1; size < changed.size;) {
    size = changed.size;
    for (const resource of resources) {
      if (!changed.has(resource) && (importsChange(resource) || companyChanges(resource)))
        changed.add(resource);
    }
  }
  return changed;
}

function parts({ processes, forms, generic, dmn }: ReadResource, definitions: DefinitionRegistry): Part[] {
  return [
    ...processes.map(({ model }): Part => [definitions.processes, model.id]),
    ...forms.map(({ id }): Part => [definitions.forms, id]),
    ...generic.map(({ id }): Part => [definitions.resources, id]),
    ...(dmn ? [dmn] : []).map(({ id }): Part => [definitions.requirements, id]),
    ...(dmn?.decisions ?? []).map(({ id }): Part => [definitions.decisions, id]),
  ];
}

function isLatest(resource: ReadResource, definitions: DefinitionRegistry): boolean {
  return parts(resource, definitions).every(([versions, id]) => {
    const latest = versions.latest(id);
    return latest?.checksum === resource.checksum && latest.resourceName === resource.name;
  });
}

/** Whether a deployment holds the latest version of everything in a file. */
function isHeldBy(resource: ReadResource, deploymentKey: Key, definitions: DefinitionRegistry): boolean {
  return parts(resource, definitions).every(
    ([versions, id]) =>
      versions.find(id, { kind: 'deployment' }, deploymentKey)?.key === versions.latest(id)?.key,
  );
}

/** The latest versions of everything in a file. */
export function latestOf(resource: ReadResource, definitions: DefinitionRegistry): StoredVersion[] {
  return parts(resource, definitions).flatMap(([versions, id]) => versions.latest(id) ?? []);
}
