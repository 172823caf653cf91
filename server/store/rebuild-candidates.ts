/** Compares the candidates of user tasks, as the journal gives them, with the stored rows: task by task. */
import { writeJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import { CANDIDATE_COLUMNS } from './candidates.js';
import type { Database, SqlValue } from './database.js';
import type { Difference } from './rebuild.js';

/** The rows of a task, as texts that can be compared. */
interface OfTask {
  readonly key: number;
  readonly rows: readonly string[];
}

const SELECT = `select ${CANDIDATE_COLUMNS.join(', ')} from user_task_candidate order by key`;

function* tasksOf(connection: Database): Generator<OfTask> {
  let key: number | null = null;
  let rows: string[] = [];
  for (const row of connection.prepare(SELECT).iterate() as IterableIterator<Record<string, SqlValue>>) {
    if (key !== null && row['key'] !== key) {
      yield { key, rows: rows.sort() };
      rows = [];
    }
    key = Number(row['key']);
    rows.push(writeJson(CANDIDATE_COLUMNS.map((column) => row[column])));
  }
  if (key !== null) yield { key, rows: rows.sort() };
}

/** Reports each task whose rows differ; answers how many rows are stored. */
export function compareCandidates(
  connection: Database,
  scratch: Database,
  report: (difference: Difference) => void,
): number {
  let count = 0;
  const tell = (key: number, stored: readonly string[] | null, replayed: readonly string[] | null): void =>
    report({ where: 'user_task_candidate', key: key as Key, column: '*', stored, replayed });
  const replayed = tasksOf(scratch);
  let other = replayed.next();
  for (const task of tasksOf(connection)) {
    count += task.rows.length;
    for (; !other.done && other.value.key < task.key; other = replayed.next())
      tell(other.value.key, null, other.value.rows);
    if (other.done || other.value.key > task.key) {
      tell(task.key, task.rows, null);
      continue;
    }
    if (other.value.rows.join() !== task.rows.join()) tell(task.key, task.rows, other.value.rows);
    other = replayed.next();
  }
  for (; !other.done; other = replayed.next()) tell(other.value.key, null, other.value.rows);
  return count;
}
