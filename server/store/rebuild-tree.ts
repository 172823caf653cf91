/** Compares the tree of an active instance, as the journal gives it, with the rows of the projection tables. */
import { writeJson } from '@countersign/engine';
import type { InstanceTree, Key } from '@countersign/engine';
import type { Database, Statement } from './database.js';
import type { Difference } from './rebuild.js';

const ACTIVE: Readonly<Record<string, string>> = {
  process_instance: `select key from process_instance where root_key = ? and state = 'ACTIVE'`,
  element_instance: `select key from element_instance where process_instance_key = ? and state = 'ACTIVE'`,
  job: 'select key from job where process_instance_key = ? and ended_at is null',
  user_task: `select key from user_task where process_instance_key = ? and completed_at is null`,
  incident: `select key from incident where process_instance_key = ? and state = 'ACTIVE'`,
  timer: 'select key from timer where root_key = ?',
  message_subscription: 'select key from message_subscription where process_instance_key = ?',
  signal_subscription: 'select key from signal_subscription where process_instance_key = ?',
};

const statements = new WeakMap<Database, Map<string, Statement>>();

function prepared(connection: Database, sql: string): Statement {
  const known = statements.get(connection) ?? new Map<string, Statement>();
  statements.set(connection, known);
  const statement = known.get(sql) ?? connection.prepare(sql);
  known.set(sql, statement);
  return statement;
}

function keys(connection: Database, table: string, of: Key): Key[] {
  return (prepared(connection, ACTIVE[table]).all(of) as { key: Key }[]).map(({ key }) => key);
}

/** Reports every token, job, task, incident, timer and subscription that only one side has, and wrong variables. */
export function compareTree(
  connection: Database,
  tree: InstanceTree,
  report: (difference: Difference) => void,
): void {
  const elements = [...tree.elements.values()];
  const instances = elements.filter(({ node }) => node.type === 'process').map(({ key }) => key);
  const waits = [...tree.subscriptions.values()];
  const expected: Record<string, readonly Key[]> = {
    process_instance: instances,
    element_instance: elements.filter(({ node }) => node.type !== 'process').map(({ key }) => key),
    job: [...tree.jobs.keys()],
    user_task: [...tree.userTasks.keys()],
    incident: [...tree.incidents.keys()],
    timer: [
      ...waits.filter(({ kind }) => kind === 'timer').map(({ key }) => key),
      ...(tree.postponed && tree.postponed.dueAt !== null ? [tree.postponed.key] : []),
    ],
    message_subscription: waits.filter(({ kind }) => kind === 'message').map(({ key }) => key),
    signal_subscription: waits.filter(({ kind }) => kind === 'signal').map(({ key }) => key),
  };
  for (const [table, inTree] of Object.entries(expected)) {
    const ofRoot = table === 'process_instance' || table === 'timer';
    const stored = (ofRoot ? [tree.rootKey] : instances).flatMap((key) => keys(connection, table, key));
    const [a, b] = [stored, [...inTree]].map((list) => list.sort((x, y) => x - y).join(' '));
    if (a !== b) report({ where: table, key: tree.rootKey, column: 'active', stored: a, replayed: b });
  }
  compareVariables(connection, tree, report);
}

function compareVariables(
  connection: Database,
  tree: InstanceTree,
  report: (difference: Difference) => void,
): void {
  const select = prepared(connection, 'select name, value from variable where key = ?');
  for (const { key: scopeKey, variables } of tree.elements.values()) {
    for (const [name, variable] of variables ?? []) {
      const row = select.get(variable.key) as { name: string; value: string } | undefined;
      const replayed = writeJson(variable.value);
      if (row?.name === name && row.value === replayed) continue;
      report({ where: 'variable', key: scopeKey, column: name, stored: row?.value, replayed });
    }
  }
}
