/**
 * A job carries data of its instance to whoever leases it. Where the process is marked sensitive (docs/approvals.md),
 * the lease leaves a row `data viewed` in its own transaction: what cannot be recorded is not given.
 */
import type { Key } from '@countersign/engine';
import { serverEvent } from '../store/journal-events.js';
import type { Batch } from '../runtime/batch.js';
import type { ActivatedJob } from '../runtime/runtime.js';
import type { Taker } from './job-streams.js';

/** Records what somebody from outside is given of sensitive processes; `jobs` are in trees that are in memory. */
export function recordLeases(
  batch: Batch,
  { actor, worker }: Taker['request'],
  jobs: readonly ActivatedJob[],
): void {
  if (actor === undefined) return;
  const sensitive = jobs.filter((job) => isSensitive(batch, job));
  if (sensitive.length === 0) return;
  const instances = new Map<Key, { readonly processId: string; readonly keys: Set<Key> }>();
  for (const { processDefinitionKey, processId, processInstanceKey } of sensitive) {
    const seen = instances.get(processDefinitionKey) ?? { processId, keys: new Set() };
    instances.set(processDefinitionKey, seen);
    seen.keys.add(processInstanceKey);
  }
  for (const [definitionKey, { processId, keys }] of instances) {
    const data = {
      kind: 'job',
      processId,
      processInstanceKeys: [...keys],
      ...(worker && { worker }),
    } as const;
    batch.record(serverEvent('data viewed', data, definitionKey), actor);
  }
}

function isSensitive(batch: Batch, job: ActivatedJob): boolean {
  const element = batch.tree(job.rootProcessInstanceKey)?.elements.get(job.elementInstanceKey);
  return element?.definition.model.sensitive === true;
}
