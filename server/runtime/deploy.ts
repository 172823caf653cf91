/**
 * Deployment: several resources as one unit. A resource that is the latest version of everything in it
 * already, by name and checksum, changes nothing. The start events of a new version take over from those
 * of the version before, in the same transaction.
 */
import type { Actor, Key, StartTrigger } from '@countersign/engine';
import type { DefinitionRows, StoredDefinition, StoredForm } from '../store/definition-rows.js';
import { serverEvent } from '../store/journal-events.js';
import type { DeployedProcessVersion, DeployedVersion } from '../store/journal-events.js';
import type { Batch } from './batch.js';
import type { Clock } from './clock.js';
import type { DefinitionRegistry } from './definitions.js';
import type {
  Deployed,
  DeploymentCheck,
  DeploymentResult,
  DeployRequest,
  VersionChange,
} from './deployments.js';
import type { GroupCommit } from './group-commit.js';
import { readResources } from './resources.js';
import type { ReadProcess, ReadResource } from './resources.js';

/** What the runtime offers of deployments. */
export interface Deployments {
  deploy(request: DeployRequest): Promise<DeploymentResult>;
  check(request: DeployRequest): Promise<DeploymentCheck>;
}

interface NewProcess {
  readonly version: DeployedProcessVersion;
  readonly process: ReadProcess;
}

/** Deployments through `group`. */
export function createDeployments(
  group: GroupCommit,
  definitions: DefinitionRegistry,
  rows: DefinitionRows,
  clock: Clock,
): Deployments {
  const isLatest = (resource: ReadResource): boolean => {
    const latest = [
      ...resource.processes.map(({ model }) => definitions.latestStored(model.id)),
      ...resource.formIds.map((formId) => definitions.latestStoredForm(formId)),
    ];
    return latest.every(
      (found) => found?.checksum === resource.checksum && found.resourceName === resource.name,
    );
  };

  const read = ({ resources }: DeployRequest) =>
    readResources(resources, clock.now(), (formId) => definitions.latestForm(formId) !== undefined);

  let previous: Promise<unknown> = Promise.resolve();

  /** Runs one deployment after the other: each numbers its versions after those that were committed. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = previous.then(work);
    previous = result.catch(() => undefined);
    return result;
  };

  const store = (batch: Batch, resources: readonly ReadResource[], actor: Actor): [Key, Deployed[]] => {
    batch.flush();
    const deploymentKey = batch.nextKey();
    const deployed: Deployed[] = [];
    const processes: NewProcess[] = [];
    const forms: DeployedVersion[] = [];
    for (const resource of resources) {
      if (isLatest(resource)) {
        deployed.push(...unchanged(resource, definitions));
        continue;
      }
      const resourceKey = batch.nextKey();
      const { name, checksum, content } = resource;
      rows.insertResource({ key: resourceKey, deploymentKey, name, checksum, content });
      const of = { resourceKey, resourceName: name, checksum };
      for (const process of resource.processes) processes.push(newProcess(batch, process, of, definitions));
      for (const id of resource.formIds) {
        const version = (definitions.latestStoredForm(id)?.version ?? 0) + 1;
        forms.push({ key: batch.nextKey(), id, version, ...of });
      }
    }
    if (processes.length > 0 || forms.length > 0) {
      const versions = processes.map(({ version }) => version);
      const data = { deploymentKey, processes: versions, forms };
      batch.record(serverEvent('deployment created', data), actor);
      for (const process of processes) takeOver(batch, process, actor, definitions, rows);
      batch.onCommit(() => definitions.promote(versions.map(asStored), forms.map(asStoredForm)));
    }
    deployed.push(...processes.map(({ version }) => describeProcess(asStored(version), true)));
    deployed.push(...forms.map((form) => describeForm(asStoredForm(form), true)));
    return [deploymentKey, deployed];
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
      const changesOf = (resource: ReadResource): VersionChange[] => {
        const change = (
          kind: 'process' | 'form',
          id: string,
          currentVersion: number | null,
        ): VersionChange => ({
          kind,
          id,
          currentVersion,
          nextVersion: isLatest(resource) ? null : (currentVersion ?? 0) + 1,
        });
        return [
          ...resource.processes.map(({ model }) =>
            change('process', model.id, definitions.latestStored(model.id)?.version ?? null),
          ),
          ...resource.formIds.map((id) =>
            change('form', id, definitions.latestStoredForm(id)?.version ?? null),
          ),
        ];
      };
      return {
        resources: resources.map((resource) => ({ name: resource.name, changes: changesOf(resource) })),
        problems,
      };
    },
  };
}

function newProcess(
  batch: Batch,
  process: ReadProcess,
  of: { resourceKey: Key; resourceName: string; checksum: string },
  definitions: DefinitionRegistry,
): NewProcess {
  const { model } = process;
  const key = batch.nextKey();
  const version = (definitions.latestStored(model.id)?.version ?? 0) + 1;
  definitions.add({ key, processId: model.id, version, model });
  batch.onRollback(() => definitions.remove(key));
  return {
    process,
    version: {
      key,
      id: model.id,
      version,
      ...of,
      name: model.name ?? null,
      versionTag: model.versionTag ?? null,
      startFormId: model.startFormId ?? null,
    },
  };
}

/** Closes what the start events of the version before wait with, and opens it for the new one. */
function takeOver(
  batch: Batch,
  { version, process }: NewProcess,
  actor: Actor,
  definitions: DefinitionRegistry,
  rows: DefinitionRows,
): void {
  const before = definitions.latestStored(version.id)?.key;
  if (before !== undefined) {
    const { timers, messages, signals } = rows.startWaits(before);
    for (const { key, elementId } of timers) {
      batch.record(serverEvent('timer cancelled', { timerKey: key }, before, elementId), actor);
    }
    for (const { key, elementId } of messages) {
      batch.record(
        serverEvent('message subscription closed', { subscriptionKey: key }, before, elementId),
        actor,
      );
    }
    for (const { key, elementId } of signals) {
      batch.record(
        serverEvent('signal subscription closed', { subscriptionKey: key }, before, elementId),
        actor,
      );
    }
  }
  for (const trigger of process.triggers) openStart(batch, version.key, trigger, actor);
}

function openStart(batch: Batch, definitionKey: Key, trigger: StartTrigger, actor: Actor): void {
  const targetId = trigger.startEventId;
  const key = batch.nextKey();
  if (trigger.kind === 'timer') {
    const { dueAt, repetitions, interval } = trigger;
    const data = { timerKey: key, targetId, dueAt, repetitions, interval };
    batch.record(serverEvent('timer scheduled', data, definitionKey, targetId), actor);
  } else if (trigger.kind === 'message') {
    const data = { subscriptionKey: key, targetId, messageName: trigger.messageName };
    batch.record(serverEvent('message subscription opened', data, definitionKey, targetId), actor);
  } else {
    const data = { subscriptionKey: key, targetId, signalName: trigger.signalName };
    batch.record(serverEvent('signal subscription opened', data, definitionKey, targetId), actor);
  }
}

function unchanged(resource: ReadResource, definitions: DefinitionRegistry): Deployed[] {
  const deployed: Deployed[] = [];
  for (const { model } of resource.processes) {
    const stored = definitions.latestStored(model.id);
    if (stored) deployed.push(describeProcess(stored, false));
  }
  for (const formId of resource.formIds) {
    const stored = definitions.latestStoredForm(formId);
    if (stored) deployed.push(describeForm(stored, false));
  }
  return deployed;
}

function asStored({ key, id, version, resourceName, checksum }: DeployedVersion): StoredDefinition {
  return { key, processId: id, version, resourceName, checksum };
}

function asStoredForm({ key, id, version, resourceName, checksum }: DeployedVersion): StoredForm {
  return { key, formId: id, version, resourceName, checksum };
}

function describeProcess(
  { key, processId, version, resourceName }: StoredDefinition,
  isNew: boolean,
): Deployed {
  return { kind: 'process', processDefinitionKey: key, processId, version, resourceName, isNew };
}

function describeForm({ key, formId, version, resourceName }: StoredForm, isNew: boolean): Deployed {
  return { kind: 'form', formKey: key, formId, version, resourceName, isNew };
}
