/** The completeness statement: how many rows there are of each kind, and whether any is missing. */
import type { ReportTemplate } from './template.js';

/** Rows by type, and the two numberings that a removed row would leave a gap in. */
export const completeness: ReportTemplate = {
  name: 'completeness',
  title: 'Completeness statement',
  lead: 'How many rows the filter finds of each kind, and whether the journal has gaps.',
  notes: [
    'Gaps are looked for in the whole journal up to the row named above: positions are counted from 1, and the rows of each tree of instances from 1 as well. On PostgreSQL a position can be skipped by a commit that failed; the numbering in trees has no gaps there either.',
    'Counting finds rows that are missing. That none was changed is shown by the checkpoint, which covers the first rows of the journal that stand beside it, and a bundle (docs/audit-bundle.md).',
  ],
  columns: [
    { key: 'source', name: 'Source', share: 45 },
    { key: 'rows', name: 'Rows', share: 15, right: true },
    { key: 'finding', name: 'Finding', share: 50 },
  ],
  async *lines(source, totals) {
    const types = new Map<string, number>();
    for await (const rows of source.rows.byPosition()) {
      source.count(rows.length);
      for (const { type } of rows) types.set(type, (types.get(type) ?? 0) + 1);
    }
    totals.add('Rows that fit the filter', 0);
    for (const [type, rows] of [...types].sort(([one], [other]) => (one < other ? -1 : 1))) {
      totals.add('Rows that fit the filter', rows);
      yield { source: type, rows, finding: null };
    }
    const all = source.everything();
    let counted = 0;
    let expected = 1;
    let skipped = 0;
    for await (const rows of all.byPosition()) {
      for (const { position } of rows) {
        skipped += position - expected;
        expected = position + 1;
        counted += 1;
      }
    }
    totals.set('Rows of the journal', counted);
    totals.set('Positions skipped', skipped);
    yield {
      source: 'Positions of the journal',
      rows: counted,
      finding:
        skipped === 0 ? `1 to ${all.until} without a gap` : `${skipped} of 1 to ${all.until} are not there`,
    };
    const checkpoint = await source.checkpoint(counted);
    yield {
      source: 'Checkpoint over the journal',
      rows: checkpoint?.size ?? null,
      finding: checkpoint
        ? `signed ${new Date(checkpoint.at).toISOString()}, root ${checkpoint.root}`
        : 'none covers all of these rows yet',
    };
    let trees = 0;
    let inTrees = 0;
    let gaps = 0;
    let root: string | null = null;
    let next = 1;
    for await (const rows of all.byTree()) {
      for (const { rootProcessInstanceKey, sequence } of rows) {
        if (rootProcessInstanceKey !== root) {
          root = rootProcessInstanceKey;
          trees += 1;
          next = 1;
        }
        inTrees += 1;
        gaps += (sequence ?? next) - next;
        next = (sequence ?? next) + 1;
      }
    }
    totals.set('Rows missing in trees', gaps);
    yield {
      source: `Trees of process instances (${trees})`,
      rows: inTrees,
      finding: gaps === 0 ? 'each numbered from 1 without a gap' : `${gaps} rows are missing`,
    };
  },
};
