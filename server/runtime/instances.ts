/** Creating process instances, and waiting for their end where the caller asks for it. */
import type { Actor, Key, Rejection } from '@countersign/engine';
import type { VariableRows } from '../store/variable-rows.js';
import type { DefinitionRegistry } from './definitions.js';
import { RunAgain } from './errors.js';
import type { GroupCommit } from './group-commit.js';
import type { CreatedInstance, CreateInstanceRequest, Refused } from './runtime.js';

/** Creates instances. */
export type CreateInstances = (
  request: CreateInstanceRequest,
  actor: Actor,
) => Promise<CreatedInstance | Refused>;

/** Milliseconds an awaited completion may take when the caller names no time. */
const DEFAULT_TIMEOUT = 10_000;

/** What to call when an awaited root instance has ended, here or on another node. */
export type Awaited = Map<Key, () => void>;

/** How instances are created through `group`. When `stopping` is aborted, those who wait are answered: not ended yet. */
export function createInstances(
  group: GroupCommit,
  definitions: DefinitionRegistry,
  variables: VariableRows,
  stopping: AbortSignal,
  waiting: Awaited,
): CreateInstances {
  group.afterCommit((batch) => {
    if (waiting.size === 0) return;
    for (const rootKey of batch.changes.endedRoots) waiting.get(rootKey)?.();
  });

  return async (request, actor) => {
    const known = keyOf(request, definitions);
    if (known !== undefined && !definitions.byKey(known)) await definitions.load(known);
    let ended: Promise<boolean> | null = null;
    const created = await group.run<CreatedInstance | Refused>((batch) => {
      // Asked again in the batch: by now it knows what other nodes have deployed.
      const definitionKey = keyOf(request, definitions);
      const definition = definitionKey === undefined ? undefined : definitions.byKey(definitionKey);
      if (!definition || definitions.isDeleted(definition.key)) {
        if (
          definitionKey !== undefined &&
          !definitions.isDeleted(definitionKey) &&
          definitions.processes.byKey(definitionKey)
        )
          throw new RunAgain('A version is not in memory', () => definitions.load(definitionKey));
        return { ok: false, rejection: noDefinition(request) };
      }
      const { key: processDefinitionKey, processId, version } = definition;
      const processInstanceKey = batch.nextKey();
      const result = batch.begin(
        processInstanceKey,
        {
          type: 'create instance',
          processInstanceKey,
          processDefinitionKey,
          variables: request.variables,
          startBefore: request.startBefore,
          tags: request.tags,
          businessId: request.businessId,
        },
        actor,
      );
      if (!result.ok) return result;
      if (request.awaitCompletion) {
        ended = waitForEnd(waiting, processInstanceKey, request.requestTimeout, stopping);
        batch.onRollback(() => waiting.get(processInstanceKey)?.());
      }
      return {
        ok: true,
        processInstanceKey,
        processDefinitionKey,
        processId,
        version,
        variables: {},
        tags: request.tags ?? [],
        businessId: request.businessId ?? null,
        completed: false,
      };
    });
    if (!created.ok || !request.awaitCompletion) return created;
    const completed = (await (ended as Promise<boolean> | null)) ?? false;
    if (!completed) return created;
    return {
      ...created,
      completed,
      variables: variables.ofProcessInstance(created.processInstanceKey, request.fetchVariables ?? []),
    };
  };
}

/** Fulfilled with true when the instance ends, with false when the time is over or the runtime stops. */
function waitForEnd(
  waiting: Awaited,
  key: Key,
  timeout: number | undefined,
  stopping: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isOver: boolean): void => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', giveUp);
      waiting.delete(key);
      resolve(isOver);
    };
    const giveUp = (): void => finish(false);
    const timer = setTimeout(giveUp, timeout && timeout > 0 ? timeout : DEFAULT_TIMEOUT);
    stopping.addEventListener('abort', giveUp);
    waiting.set(key, () => finish(true));
  });
}

function keyOf(request: CreateInstanceRequest, definitions: DefinitionRegistry): Key | undefined {
  if (request.processDefinitionKey !== undefined) return request.processDefinitionKey;
  if (request.processId === undefined) return undefined;
  if (request.version === undefined || request.version === -1)
    return definitions.processes.latest(request.processId)?.key;
  return definitions.keyOf(request.processId, request.version);
}

function noDefinition(request: CreateInstanceRequest): Rejection {
  const { processDefinitionKey, processId, version } = request;
  const what =
    processDefinitionKey !== undefined
      ? `has the key ${processDefinitionKey}`
      : version === undefined || version === -1
        ? `has the id "${processId}"`
        : `has the id "${processId}" and version ${version}`;
  return { type: 'NOT_FOUND', reason: `No deployed process ${what}. Deploy it first.` };
}
