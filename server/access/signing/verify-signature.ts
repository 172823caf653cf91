/**
 * A signature held against the journal: the record is made again from the rows that stood before it, and its hash
 * compared with the one in the row. Where contents of those rows were erased, nobody can tell any more.
 */
import type { Signature } from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import { findSignedRow } from '../../store/queries/signed-rows.js';
import type { UserTaskItem } from '../../store/queries/user-tasks.js';
import { hashRecord } from './shown.js';
import type { TaskRecord } from './shown.js';
import { readRecord } from './signing.js';

/** A signature, and whether the record in the journal is the one that was signed; null where contents were erased. */
export interface VerifiedSignature {
  readonly position: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly actor: string;
  readonly signature: Signature;
  readonly record: TaskRecord;
  readonly matches: boolean | null;
}

/** Verifies the signature under a completed task; null where there is none. */
export async function verifySignature(
  runtime: Pick<Runtime, 'definitions' | 'store'>,
  task: UserTaskItem,
): Promise<VerifiedSignature | null> {
  const { knex } = runtime.store;
  const row = await findSignedRow(knex, Number(task.rootProcessInstanceKey), Number(task.userTaskKey));
  if (!row) return null;
  const { position, at, actor, signature, sequence, processDefinitionKey, erasedBefore } = row;
  const record = await readRecord(runtime, { ...task, processDefinitionKey }, sequence - 1);
  const isSame = hashRecord(record).record === signature.record;
  return { position, at, actor, signature, record, matches: isSame || !erasedBefore ? isSame : null };
}
