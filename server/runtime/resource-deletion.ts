/**
 * Deleting a deployed version of a process, a form, a DMN file with its decisions, or a file of a task. Nothing new
 * begins with it, its number is not given again, and where it was the latest, the one before takes its place with its
 * start events. Its row and its file stay, so that what ran with it is still shown and proved. A process version whose
 * instances run drains: they go on to their end, and until the last of them its state is DRAINING instead of DELETED.
 * That is read from the instances, so that nothing has to happen when they end, on whichever node.
 */
import { evaluateStartEvents, problemList } from '@countersign/engine';
import type { Actor, Key, Rejection, StartTrigger } from '@countersign/engine';
import type { DefinitionRows, StoredVersion } from '../store/definition-rows.js';
import { serverEvent } from '../store/journal-events.js';
import type { ServerEventData } from '../store/journal-events.js';
import type { Batch } from './batch.js';
import type { DefinitionRegistry } from './definitions.js';
import { RunAgain } from './errors.js';
import type { GroupCommit } from './group-commit.js';
import type { OneByOne } from './one-by-one.js';
import type { Refused } from './runtime.js';
import { closeStarts, takeOver } from './start-events.js';

/** What a deployed version is a version of. */
export type ResourceKind = ServerEventData['resource deleted']['kind'];

/** Deletes a version; `kind` is what it was. With its history, instances of a process go when they have ended. */
export type DeleteResource = (
  resourceKey: Key,
  actor: Actor,
  withHistory?: boolean,
) => Promise<{ readonly ok: true; readonly kind: ResourceKind } | Refused>;

interface Found {
  readonly kind: ResourceKind;
  readonly version: StoredVersion;
}

/** Deletions through `group`, in turn with deployments. */
export function createResourceDeletion(
  group: GroupCommit,
  definitions: DefinitionRegistry,
  rows: DefinitionRows,
  inTurn: OneByOne,
): DeleteResource {
  const find = (key: Key): Found | undefined => {
    const { processes, forms, resources, requirements } = definitions;
    const kinds = { process: processes, form: forms, resource: resources, requirements } as const;
    for (const [kind, versions] of Object.entries(kinds)) {
      const version = versions.byKey(key);
      if (version) return { kind: kind as ResourceKind, version };
    }
    return undefined;
  };

  const decisionsOf = (requirementsKey: Key): Key[] =>
    definitions.decisions
      .all()
      .filter((decision) => decision.requirementsKey === requirementsKey)
      .map(({ key }) => key);

  /** Reads what takes the place of versions into memory: a step does not wait for it. */
  const loadSuccessors = async (key: Key): Promise<void> => {
    for (const version of definitions.processes.successorsOf(key)) await definitions.load(version.key);
    for (const decision of decisionsOf(key)) {
      for (const version of definitions.decisions.successorsOf(decision))
        await definitions.loadedDecisions.load(version.key);
    }
  };

  /** The process version that is the latest when the one of this key is gone, where that is the latest now. */
  const nextLatest = ({ key, id }: StoredVersion): StoredVersion | undefined =>
    definitions.processes.latest(id)?.key === key ? definitions.processes.successorsOf(key).at(0) : undefined;

  const whyNot = (key: Key, found: Found | undefined): Rejection | null => {
    const requirements = definitions.decisions.byKey(key)?.requirementsKey;
    if (requirements !== undefined) {
      const reason = `${key} is a decision. It is deleted with its DMN file, whose key is ${requirements}.`;
      return { type: 'INVALID_ARGUMENT', reason };
    }
    if (found && !definitions.isDeleted(key)) return null;
    if (found?.kind === 'process' && rows.hasActiveInstances(key)) {
      const { id, version } = found.version;
      const reason = `"${id}" version ${version} is deleted already. It drains until the last of its instances has ended.`;
      return { type: 'INVALID_STATE', reason };
    }
    return { type: 'NOT_FOUND', reason: `No resource has the key ${key}: it is deleted, or never was.` };
  };

  const moveStarts = (batch: Batch, version: StoredVersion, actor: Actor): void => {
    const successor = nextLatest(version);
    const model = successor && definitions.byKey(successor.key)?.model;
    if (!successor || !model) return closeStarts(batch, version.key, rows, actor);
    const triggers: StartTrigger[] = evaluateStartEvents(model, batch.now, problemList());
    takeOver(batch, successor.key, triggers, version.key, rows, actor);
  };

  return (key, actor, withHistory = false) =>
    inTurn(async () => {
      await loadSuccessors(key);
      return group.run((batch) => {
        batch.flush();
        const found = find(key);
        const rejection = whyNot(key, found);
        if (rejection || !found) return { ok: false, rejection: rejection as Rejection };
        const number = rows.countDeployment();
        if (number !== definitions.deployments() + 1) throw anotherDeployed(definitions, loadSuccessors, key);
        const { kind, version } = found;
        const decisionKeys = kind === 'requirements' ? decisionsOf(key) : [];
        const history = withHistory && kind === 'process' ? ({ deleteHistory: true } as const) : {};
        const data = {
          resourceKey: key,
          kind,
          id: version.id,
          version: version.version,
          decisionKeys,
          ...history,
        };
        const processKey = kind === 'process' ? key : null;
        batch.record(serverEvent('resource deleted', data, processKey), actor);
        if (kind === 'process') moveStarts(batch, version, actor);
        batch.onCommit(() => definitions.forget([key, ...decisionKeys], number));
        return { ok: true, kind };
      });
    });
}

function anotherDeployed(
  definitions: DefinitionRegistry,
  loadSuccessors: (key: Key) => Promise<void>,
  key: Key,
): RunAgain {
  return new RunAgain('Another node has deployed', async () => {
    await definitions.refresh();
    await loadSuccessors(key);
  });
}
