/**
 * Deployment: several resources as one unit. A resource that is the latest version of everything in it
 * already, by name and checksum, changes nothing. The start events of a new version take over from those
 * of the version before, in the same transaction.
 */
import type { Actor, Key } from '@countersign/engine';
import type { DefinitionRows, StoredVersion } from '../store/definition-rows.js';
import { serverEvent } from '../store/journal-events.js';
import type { DeployedVersion } from '../store/journal-events.js';
import type { Batch } from './batch.js';
import { findChanged, latestOf } from './changed-resources.js';
import type { Clock } from './clock.js';
import type { DefinitionRegistry, DeployedVersions } from './definitions.js';
import type {
  Deployed,
  DeploymentCheck,
  DeploymentResult,
  DeployRequest,
  VersionChange,
} from './deployments.js';
import { RunAgain } from './errors.js';
import type { GroupCommit } from './group-commit.js';
import { beyondLimits, fewest } from './findings.js';
import { makeVersions } from './new-versions.js';
import type { NewVersions } from './new-versions.js';
import { readResources } from './resources.js';
import type { KnownBefore, ReadResource, ReadResources } from './resources.js';
import type { Readers } from '../reading/readers.js';
import { takeOver } from './start-events.js';
import type { OneByOne } from './one-by-one.js';
import type { Versions } from './versions.js';

/** What the runtime offers of deployments. */
export interface Deployments {
  deploy(request: DeployRequest): Promise<DeploymentResult>;
  check(request: DeployRequest): Promise<DeploymentCheck>;
}

/** Deployments through `group`, one after the other: each numbers its versions after those that were committed. */
export function createDeployments(
  group: GroupCommit,
  definitions: DefinitionRegistry,
  rows: DefinitionRows,
  clock: Clock,
  inTurn: OneByOne,
  readers: Readers,
): Deployments {
  const known: KnownBefore = {
    form: (id, binding) =>
      binding.kind !== 'deployment' && definitions.forms.find(id, binding, NOWHERE) !== undefined,
    resource: (id, binding) =>
      binding.kind !== 'deployment' && definitions.resources.find(id, binding, NOWHERE) !== undefined,
    decision: (id, binding) =>
      binding.kind !== 'deployment' && definitions.decisions.find(id, binding, NOWHERE) !== undefined,
  };

  /** Files from outside are read by themselves first, where they hold up nobody; then beside what is deployed. */
  const read = async ({ resources }: DeployRequest): Promise<ReadResources> => {
    const found = await readers.check(resources, clock.now());
    if ('beyond' in found) return { resources: [], problems: [beyondLimits(found)] };
    if (found.some(({ severity }) => severity === 'error')) return { resources: [], problems: fewest(found) };
    const read = await readResources(resources, clock.now(), known);
    return { ...read, problems: fewest(read.problems) };
  };

  const store = (batch: Batch, resources: readonly ReadResource[], actor: Actor): [Key, Deployed[]] => {
    batch.flush();
    const number = rows.countDeployment();
    if (number !== definitions.deployments() + 1)
      throw new RunAgain('Another node has deployed', definitions.refresh);
    const deploymentKey = batch.nextKey();
    const changed = findChanged(resources, definitions);
    const unchanged = resources.filter((resource) => !changed.has(resource));
    const deployed = unchanged.flatMap((resource) => describeUnchanged(resource, definitions));
    if (changed.size === 0) {
      batch.onCommit(() => definitions.promote(NOTHING_NEW, number));
      return [deploymentKey, deployed];
    }
    const made = makeVersions(batch, deploymentKey, resources, changed, definitions, rows);
    const reused = unchanged.flatMap((resource) => latestOf(resource, definitions).map(({ key }) => key));
    const { forms, resources: generic, requirements, decisions } = made;
    const processes = made.processes.map(({ version }) => version);
    const data = {
      ...{ deploymentKey, processes, forms, requirements, decisions, reused },
      ...(generic.length > 0 && { resources: generic }),
    };
    batch.record(serverEvent('deployment created', data), actor);
    for (const { version, process } of made.processes) {
      const before = definitions.processes.latest(version.id)?.key;
      takeOver(batch, version.key, process.triggers, before, rows, actor);
    }
    batch.onCommit(() => definitions.promote(asStored(deploymentKey, made, reused), number));
    return [deploymentKey, [...deployed, ...describeNew(made)]];
  };

  return {
    async deploy(request) {
      const { resources, problems } = await read(request);
      if (problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
      const [deploymentKey, deployments] = await inTurn(() =>
        group.run((batch) => store(batch, resources, request.actor)),
      );
      return { ok: true, deploymentKey, deployments, problems };
    },
    async check(request) {
      const { resources, problems } = await read(request);
      const changed = findChanged(resources, definitions);
      const changesOf = (resource: ReadResource): VersionChange[] => {
        const change = (
          kind: VersionChange['kind'],
          id: string,
          versions: Pick<Versions<StoredVersion>, 'latest' | 'next'>,
        ): VersionChange => {
          const currentVersion = versions.latest(id)?.version ?? null;
          return {
            kind,
            id,
            currentVersion,
            nextVersion: changed.has(resource) ? versions.next(id) : null,
          };
        };
        return [
          ...resource.processes.map(({ model: { id } }) => change('process', id, definitions.processes)),
          ...(resource.dmn?.decisions ?? []).map(({ id }) => change('decision', id, definitions.decisions)),
          ...resource.forms.map(({ id }) => change('form', id, definitions.forms)),
          ...resource.generic.map(({ id }) => change('resource', id, definitions.resources)),
        ];
      };
      return {
        resources: resources.map((resource) => ({ name: resource.name, changes: changesOf(resource) })),
        problems,
      };
    },
  };
}

const NOTHING_NEW: DeployedVersions = {
  deploymentKey: 0 as Key,
  processes: [],
  forms: [],
  resources: [],
  requirements: [],
  decisions: [],
  reused: [],
};

/** What is asked of no deployment in particular. */
const NOWHERE = 0 as Key;

function asStored(deploymentKey: Key, made: NewVersions, reused: readonly Key[]): DeployedVersions {
  const stored = <V extends DeployedVersion>(version: V) => {
    return { ...version, versionTag: version.versionTag ?? null, deploymentKey };
  };
  return {
    deploymentKey,
    processes: made.processes.map(({ version }) => stored(version)),
    forms: made.forms.map(stored),
    resources: made.resources.map(stored),
    requirements: made.requirements.map(stored),
    decisions: made.decisions.map(stored),
    reused,
  };
}

function describeNew({ processes, forms, resources, requirements, decisions }: NewVersions): Deployed[] {
  const idOf = new Map(requirements.map(({ key, id }) => [key, id]));
  return [
    ...processes.map(({ version }) => describeProcess(version, true)),
    ...requirements.map((version) => describeRequirements(version, true)),
    ...decisions.map((version) => describeDecision(version, idOf.get(version.requirementsKey) ?? '', true)),
    ...forms.map((version) => describeForm(version, true)),
    ...resources.map((version) => describeResource(version, true)),
  ];
}

function describeUnchanged(
  { processes, dmn, forms, generic }: ReadResource,
  definitions: DefinitionRegistry,
): Deployed[] {
  const deployed: Deployed[] = [];
  for (const { model } of processes) {
    const version = definitions.processes.latest(model.id);
    if (version) deployed.push(describeProcess(version, false));
  }
  const requirements = dmn && definitions.requirements.latest(dmn.id);
  if (requirements) deployed.push(describeRequirements(requirements, false));
  for (const { id } of dmn?.decisions ?? []) {
    const version = definitions.decisions.latest(id);
    if (version) deployed.push(describeDecision(version, dmn?.id ?? '', false));
  }
  for (const { id } of forms) {
    const version = definitions.forms.latest(id);
    if (version) deployed.push(describeForm(version, false));
  }
  for (const { id } of generic) {
    const version = definitions.resources.latest(id);
    if (version) deployed.push(describeResource(version, false));
  }
  return deployed;
}

type Described = Pick<StoredVersion, 'key' | 'id' | 'version' | 'resourceName'>;

function describeProcess({ key, id, version, resourceName }: Described, isNew: boolean): Deployed {
  return { kind: 'process', processDefinitionKey: key, processId: id, version, resourceName, isNew };
}

function describeForm({ key, id, version, resourceName }: Described, isNew: boolean): Deployed {
  return { kind: 'form', formKey: key, formId: id, version, resourceName, isNew };
}

function describeResource({ key, id, version, resourceName }: Described, isNew: boolean): Deployed {
  return { kind: 'resource', resourceKey: key, resourceId: id, version, resourceName, isNew };
}

function describeRequirements(requirements: Described & { readonly name: string }, isNew: boolean): Deployed {
  const { key, id, name, version, resourceName } = requirements;
  const ids = { decisionRequirementsKey: key, decisionRequirementsId: id };
  return { kind: 'requirements', ...ids, name, version, resourceName, isNew };
}

function describeDecision(
  decision: Described & { readonly name: string; readonly requirementsKey: Key },
  decisionRequirementsId: string,
  isNew: boolean,
): Deployed {
  const { key, id, name, version, requirementsKey } = decision;
  const requirements = { decisionRequirementsKey: requirementsKey, decisionRequirementsId };
  return {
    kind: 'decision',
    decisionDefinitionKey: key,
    decisionId: id,
    name,
    version,
    ...requirements,
    isNew,
  };
}
