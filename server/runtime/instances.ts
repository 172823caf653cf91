/** Creating process instances, and waiting for their end where the caller asks for it. */
import type { Actor, Key, Rejection } from '@countersign/engine';
import type { VariableRows } from '../store/variable-rows.js';
import type { DefinitionRegistry } from './definitions.js';
import { RunAgain } from './errors.js';
import type { GroupCommit } from './group-commit.js';
import type { CreatedInstance, CreateInstanceRequest, Refused } from './runtime.js';
import type { Waiting } from './waiting.js';

/** Creates instances. */
export type CreateInstances = (
  request: CreateInstanceRequest,
  actor: Actor,
) => Promise<CreatedInstance | Refused>;

/** Milliseconds an awaited completion may take when the caller names no time. */
const DEFAULT_TIMEOUT = 10_000;

/** How instances are created through `group`. `waiting` is for the ends of root instances, here or on another node. */
export function createInstances(
  group: GroupCommit,
  definitions: DefinitionRegistry,
  variables: VariableRows,
  waiting: Waiting<true>,
  isTerminated: (processInstanceKey: Key) => Promise<boolean>,
): CreateInstances {
  group.afterCommit((batch) => {
    for (const rootKey of batch.changes.endedRoots) waiting.settle(rootKey, true);
  });

  return async (request, actor) => {
    const known = keyOf(request, definitions);
    if (known !== undefined && !definitions.byKey(known)) await definitions.load(known);
    let ended: Promise<true | undefined> | null = null;
    const created = await group.run<CreatedInstance | Refused>((batch) => {
      // Asked again in the batch: by now it knows what other nodes have deployed.
      const definitionKey = keyOf(request, definitions);
      const definition = definitionKey === undefined ? undefined : definitions.byKey(definitionKey);
      if (!definition || definitions.isDeleted(definition.key)) {
        const unreadable = definitionKey === undefined ? undefined : definitions.whyUnreadable(definitionKey);
        if (unreadable !== undefined)
          return {
            ok: false,
            rejection: { type: 'INVALID_STATE', reason: `${unreadable}. Deploy a version that can be.` },
          };
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
        const { requestTimeout: given } = request;
        ended = waiting.wait(processInstanceKey, given && given > 0 ? given : DEFAULT_TIMEOUT);
        batch.onRollback(() => waiting.settle(processInstanceKey, undefined));
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
        terminated: false,
      };
    });
    if (!created.ok || !request.awaitCompletion) return created;
    const isOver = (await (ended as Promise<true | undefined> | null)) ?? false;
    if (!isOver) return created;
    if (await isTerminated(created.processInstanceKey)) return { ...created, terminated: true };
    return {
      ...created,
      completed: true,
      variables: variables.ofProcessInstance(created.processInstanceKey, request.fetchVariables ?? []),
    };
  };
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
