/**
 * The completeness statement: how many rows there are of each kind, whether any is missing or changed, and the log's
 * signature under what was found. Numbers alone would not do: they say nothing of rows that were cut off at the end.
 */
import type { AuditRows } from '../../rows.js';
import { MOST_TOLD, describeDiffering } from '../../proof/compare.js';
import type { Comparison } from '../../proof/compare.js';
import type { ReportLine, ReportTemplate } from './template.js';

/** Rows by type, the two numberings that a removed row leaves a gap in, and the journal beside its tree. */
export const completeness: ReportTemplate = {
  name: 'completeness',
  title: 'Completeness statement',
  lead: 'How many rows the filter finds of each kind, and whether the whole journal is what was recorded.',
  tellsOfTree: true,
  notes: [
    'Every row of the journal was held against its leaf in the signed tree, whatever the filter selects, and all together against the root of the newest checkpoint.',
    'Gaps are looked for in the whole journal as well: positions are counted from 1, and the rows of each tree of instances from 1. On PostgreSQL a position can be skipped by a commit that failed; the numbering in trees has no gaps there either.',
    'The last line is signed by the log. docs/exports.md says how it is read, and docs/audit-bundle.md whose key that is.',
  ],
  columns: [
    { key: 'source', name: 'Source', share: 40 },
    { key: 'rows', name: 'Rows', share: 12, right: true },
    { key: 'finding', name: 'Finding', share: 60 },
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
    const positions = await countPositions(all);
    const trees = await countTrees(all);
    const compared = await source.compare();
    totals.set('Rows of the journal', positions.rows);
    totals.set('Positions skipped', positions.skipped);
    totals.set('Rows missing in trees', trees.gaps);
    totals.set('Rows removed after they were recorded', compared?.comparison.removed ?? 0);
    totals.set('Rows changed after they were recorded', compared?.comparison.changed ?? 0);
    yield {
      source: 'Positions of the journal',
      rows: positions.rows,
      finding:
        positions.skipped === 0
          ? `1 to ${all.until}, none skipped`
          : `${positions.skipped} of 1 to ${all.until} are not there`,
    };
    yield {
      source: `Trees of process instances (${trees.count})`,
      rows: trees.rows,
      finding: trees.gaps === 0 ? 'each numbered from 1 without a gap' : `${trees.gaps} rows are missing`,
    };
    if (compared === null) {
      yield {
        source: 'Signed tree',
        rows: null,
        finding: 'No checkpoint was signed yet: nothing is proved.',
      };
      return;
    }
    const { checkpoint, comparison } = compared;
    yield {
      source: 'Newest checkpoint',
      rows: checkpoint.size,
      finding: `signed ${new Date(checkpoint.at).toISOString()}, root ${checkpoint.root}`,
    };
    yield { source: 'Rows that are what was recorded', ...findingOf(comparison, checkpoint.size) };
    const { differing } = comparison;
    for (const row of differing) yield { source: 'ALARM', rows: null, finding: describeDiffering(row) };
    if (comparison.removed + comparison.changed > differing.length)
      yield { source: 'ALARM', rows: null, finding: `Only the first ${MOST_TOLD} are told.` };
    const unproved = positions.rows - (checkpoint.size - comparison.removed);
    yield {
      source: 'Rows that the checkpoint does not have',
      rows: unproved,
      finding: unproved === 0 ? 'none' : 'they came after it: the statement is about those that it has',
    };
    const isComplete = isWhole(comparison) && trees.gaps === 0;
    yield {
      source: isComplete ? 'Statement: complete' : 'Statement: NOT complete',
      rows: null,
      finding: source.sign(
        [
          'countersign completeness statement v1',
          source.origin,
          new Date(source.now).toISOString(),
          `checkpoint ${checkpoint.size} ${checkpoint.root}`,
          `recorded ${comparison.recorded}`,
          `removed ${comparison.removed}`,
          `changed ${comparison.changed}`,
          `unproved ${unproved}`,
          `gaps ${trees.gaps}`,
          isComplete ? 'complete' : 'not complete',
          '',
        ].join('\n'),
      ),
    };
  },
};

function isWhole({ removed, changed, givesRoot }: Comparison): boolean {
  return removed === 0 && changed === 0 && givesRoot;
}

function findingOf(comparison: Comparison, size: number): Pick<ReportLine, 'rows' | 'finding'> {
  const { recorded, removed, changed } = comparison;
  if (isWhole(comparison)) return { rows: recorded, finding: 'all of them; together they give that root' };
  if (recorded === size)
    return { rows: recorded, finding: 'ALARM: each has its leaf, but the tree does not give that root' };
  return { rows: recorded, finding: `ALARM: ${removed} were removed and ${changed} changed` };
}

async function countPositions(all: AuditRows): Promise<{ rows: number; skipped: number }> {
  let rows = 0;
  let skipped = 0;
  let expected = 1;
  for await (const part of all.byPosition()) {
    for (const { position } of part) {
      skipped += position - expected;
      expected = position + 1;
      rows += 1;
    }
  }
  return { rows, skipped };
}

async function countTrees(all: AuditRows): Promise<{ count: number; rows: number; gaps: number }> {
  const found = { count: 0, rows: 0, gaps: 0 };
  let root: string | null = null;
  let next = 1;
  for await (const part of all.byTree()) {
    for (const { rootProcessInstanceKey, sequence } of part) {
      if (rootProcessInstanceKey !== root) {
        root = rootProcessInstanceKey;
        found.count += 1;
        next = 1;
      }
      found.rows += 1;
      found.gaps += (sequence ?? next) - next;
      next = (sequence ?? next) + 1;
    }
  }
  return found;
}
