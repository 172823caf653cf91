/** What a batch operation does to one process instance. */
import { asKey } from '@countersign/engine';
import type { ElementMapping, JsonObject, Key, Rejection } from '@countersign/engine';
import type { BatchItem, BatchRow, BatchRows, ItemOutcome } from '../../store/batch-rows.js';
import type { FindRoot } from '../../store/roots.js';
import type { Batch } from '../batch.js';
import { runCommand } from '../commands.js';
import { Defect } from '../errors.js';
import type { InstanceCommand } from '../runtime.js';
import type { DeleteInstance } from './deletion.js';

/** Does one item in a batch; a failure of it is an outcome, and the items beside it go on. */
export type WorkOn = (batch: Batch, operation: BatchRow, item: BatchItem) => ItemOutcome;

const DONE: ItemOutcome = { state: 'COMPLETED', failure: null, message: null };

/** Another item, or somebody else, did it since the instance was found. */
const NOTHING: Rejection = {
  type: 'NOT_FOUND',
  reason:
    'There was nothing to do: neither the process instance nor one that it called has an open incident any more.',
};

/** How items are done. `onError` is told of defects. */
export function createBatchWork(
  rows: BatchRows,
  findRoot: FindRoot,
  deleteInstance: DeleteInstance,
  onError: (error: unknown, what: string) => void,
): WorkOn {
  const run = (batch: Batch, operation: BatchRow, item: BatchItem): Rejection | null => {
    const { processInstanceKey: key } = item;
    if (operation.type === 'DELETE_PROCESS_INSTANCE') return deleteInstance(batch, key, operation.actor);
    let done = 0;
    for (const command of commandsFor(operation, key, rows)) {
      const result = runCommand(batch, findRoot, command, operation.actor);
      if (result.ok) done += 1;
      // An incident may be gone with another that was resolved before it.
      else if (command.type !== 'resolve incident' || result.rejection.type !== 'NOT_FOUND') {
        return result.rejection;
      }
    }
    return done > 0 ? null : NOTHING;
  };
  return (batch, operation, item) => {
    try {
      const rejection = run(batch, operation, item);
      if (!rejection) return DONE;
      // What ended since it was found needs nothing more.
      const state = rejection.type === 'NOT_FOUND' ? 'SKIPPED' : 'FAILED';
      return { state, failure: rejection.type, message: rejection.reason };
    } catch (error) {
      if (!(error instanceof Defect)) throw error;
      onError(error, `batch operation ${operation.key} on process instance ${item.processInstanceKey}`);
      const message = `Something is wrong in the server, and the instance was not changed. The log has it under ${error.id}.`;
      return { state: 'FAILED', failure: 'DEFECT', message };
    }
  };
}

function commandsFor({ type, plan }: BatchRow, processInstanceKey: Key, rows: BatchRows): InstanceCommand[] {
  switch (type) {
    case 'CANCEL_PROCESS_INSTANCE':
      return [{ type: 'cancel instance', processInstanceKey }];
    case 'SUSPEND_PROCESS_INSTANCE':
      return [{ type: 'suspend instance', processInstanceKey }];
    case 'RESUME_PROCESS_INSTANCE':
      return [{ type: 'resume instance', processInstanceKey }];
    case 'RESOLVE_INCIDENT':
      return rows
        .incidentsOf(processInstanceKey)
        .map((incidentKey) => ({ type: 'resolve incident', incidentKey, retries: 1 }));
    case 'UPDATE_VARIABLE': {
      const variables = plan['variables'] as JsonObject;
      return [{ type: 'set variables', elementInstanceKey: processInstanceKey, variables, local: true }];
    }
    case 'MIGRATE_PROCESS_INSTANCE': {
      const targetProcessDefinitionKey = asKey(Number(plan['targetProcessDefinitionKey']));
      const mappings = plan['mappings'] as unknown as readonly ElementMapping[];
      return [{ type: 'migrate instance', processInstanceKey, targetProcessDefinitionKey, mappings }];
    }
    case 'MODIFY_PROCESS_INSTANCE': {
      const moves = plan['moves'] as unknown as readonly ElementMapping[];
      const move = moves.map(({ sourceElementId, targetElementId }) => ({
        source: { elementId: sourceElementId },
        targetId: targetElementId,
        ancestor: { kind: 'inferred' as const },
        variables: [],
      }));
      return [{ type: 'modify instance', processInstanceKey, activate: [], move, terminate: [] }];
    }
    case 'DELETE_PROCESS_INSTANCE':
      return [];
  }
}
