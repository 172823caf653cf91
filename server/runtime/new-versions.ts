/** The versions that changed files make: numbered, known by their keys, and not yet what a binding means. */
import type { Key } from '@countersign/engine';
import type { DefinitionRows } from '../store/definition-rows.js';
import type {
  DeployedDecisionVersion,
  DeployedProcessVersion,
  DeployedRequirementsVersion,
  DeployedVersion,
} from '../store/journal-events.js';
import type { Batch } from './batch.js';
import type { DefinitionRegistry } from './definitions.js';
import type { LoadedRequirements } from './loaded-decisions.js';
import type { ReadProcess, ReadResource } from './resources.js';

/** New versions, in the shape of the journal. */
export interface NewVersions {
  readonly processes: { readonly version: DeployedProcessVersion; readonly process: ReadProcess }[];
  readonly forms: DeployedVersion[];
  readonly resources: DeployedVersion[];
  readonly requirements: DeployedRequirementsVersion[];
  readonly decisions: DeployedDecisionVersion[];
}

interface FileOf {
  readonly resourceKey: Key;
  readonly resourceName: string;
  readonly checksum: string;
}

/** Makes versions of everything in the changed files of `resources`, and stores the files. */
export function makeVersions(
  batch: Batch,
  deploymentKey: Key,
  resources: readonly ReadResource[],
  changed: ReadonlySet<ReadResource>,
  definitions: DefinitionRegistry,
  rows: DefinitionRows,
): NewVersions {
  const made: NewVersions = { processes: [], forms: [], resources: [], requirements: [], decisions: [] };
  const dmnFiles = new Map<string, { readonly key: Key; readonly loaded: LoadedRequirements }>();

  const store = ({ name, checksum, content }: ReadResource): FileOf => {
    const resourceKey = batch.nextKey();
    rows.insertResource({ key: resourceKey, deploymentKey, name, checksum, content });
    return { resourceKey, resourceName: name, checksum };
  };

  const makeProcess = (process: ReadProcess, of: FileOf): void => {
    const { model } = process;
    const key = batch.nextKey();
    const version = definitions.processes.next(model.id);
    definitions.add({ key, processId: model.id, version, deploymentKey, model });
    batch.onRollback(() => definitions.remove(key));
    const names = { name: model.name ?? null, versionTag: model.versionTag ?? null };
    const startFormId = model.startFormId ?? null;
    made.processes.push({ process, version: { key, id: model.id, version, ...of, ...names, startFormId } });
  };

  /** Makes a DMN file after those that it imports; answers with the one in use where it is unchanged. */
  const makeDmn = (
    resource: ReadResource,
  ): { readonly key: Key; readonly loaded: LoadedRequirements } | undefined => {
    const { dmn } = resource;
    const known = dmnFiles.get(resource.name);
    if (known || !dmn) return known;
    if (!changed.has(resource)) return inUse(definitions, dmn.id);
    const imported = dmn.imports.flatMap((name) => {
      const other = resources.find((candidate) => candidate.name === name);
      return (other && makeDmn(other)) ?? [];
    });
    const of = store(resource);
    const key = batch.nextKey();
    const version = definitions.requirements.next(dmn.id);
    const imports = imported.map((file) => file.key);
    made.requirements.push({ key, id: dmn.id, version, versionTag: null, name: dmn.name, imports, ...of });
    const decisions = dmn.decisions.map(({ id, name, versionTag }): DeployedDecisionVersion => {
      const number = definitions.decisions.next(id);
      return { key: batch.nextKey(), id, version: number, versionTag, name, requirementsKey: key, ...of };
    });
    made.decisions.push(...decisions);
    const loaded = definitions.loadedDecisions.add(key, {
      model: dmn.model,
      dmn: dmn.dmn,
      imports: imported.map((file) => file.loaded),
      decisions,
    });
    batch.onRollback(() => definitions.loadedDecisions.remove(key));
    const file = { key, loaded };
    dmnFiles.set(resource.name, file);
    return file;
  };

  for (const resource of resources) {
    if (!changed.has(resource)) continue;
    if (resource.dmn) {
      makeDmn(resource);
      continue;
    }
    const of = store(resource);
    for (const process of resource.processes) makeProcess(process, of);
    for (const { id, versionTag } of resource.forms) {
      const version = definitions.forms.next(id);
      made.forms.push({ key: batch.nextKey(), id, version, versionTag, ...of });
    }
    for (const { id, versionTag } of resource.generic) {
      const version = definitions.resources.next(id);
      made.resources.push({ key: batch.nextKey(), id, version, versionTag, ...of });
    }
  }
  return made;
}

function inUse(definitions: DefinitionRegistry, requirementsId: string) {
  const key = definitions.requirements.latest(requirementsId)?.key;
  const loaded = key === undefined ? undefined : definitions.loadedDecisions.file(key);
  return key === undefined || !loaded ? undefined : { key, loaded };
}
