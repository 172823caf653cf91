/** What the rows of a report come to: how many, of what kind, by whom, in which instances. */
import type { AuditRow } from '../../store/queries/audit-rows.js';
import type { Doer } from '../filter.js';

/** The sums of a report. */
export interface Tally {
  rows: number;
  readonly byDoer: Record<Doer, number>;
  readonly byType: Map<string, number>;
  /** Keys of the process instances that the rows belong to, in the order of their first row. */
  readonly instances: Set<string>;
  first: string | null;
  last: string | null;
}

/** Who a row is to be counted for, as the filter tells them apart. */
export function doerOf({ actor, type }: AuditRow): Doer {
  if (actor.startsWith('agent:') || type.startsWith('model call ')) return 'ai';
  return actor.startsWith('user:') ? 'human' : 'system';
}

/** Adds up rows. */
export async function tallyRows(chunks: AsyncIterable<AuditRow[]>): Promise<Tally> {
  const tally: Tally = {
    rows: 0,
    byDoer: { ai: 0, human: 0, system: 0 },
    byType: new Map(),
    instances: new Set(),
    first: null,
    last: null,
  };
  for await (const rows of chunks) {
    for (const row of rows) {
      tally.rows += 1;
      tally.byDoer[doerOf(row)] += 1;
      tally.byType.set(row.type, (tally.byType.get(row.type) ?? 0) + 1);
      if (row.processInstanceKey !== null) tally.instances.add(row.processInstanceKey);
      if (tally.first === null || row.at < tally.first) tally.first = row.at;
      if (tally.last === null || row.at > tally.last) tally.last = row.at;
    }
  }
  return tally;
}
