/** What has to hold after outages, asked of the database itself. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** Asks once on a connection of its own. */
export async function query(address, sql, values = []) {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Fulfilled when `holds` is, looked at every 100 ms; false where it is not within so many milliseconds. */
export async function until(holds, ms) {
  const began = performance.now();
  for (;;) {
    if (await holds().catch(() => false)) return true;
    if (performance.now() - began > ms) return false;
    await pause(100);
  }
}

/** Milliseconds from `moment` to the first checkpoint signed after it. */
export async function treeGrewAfter(address, moment) {
  let at;
  await until(async () => {
    const rows = await query(address, 'select min(at) as at from audit_checkpoint where at >= $1', [moment]);
    at = rows[0].at === null ? undefined : Number(rows[0].at);
    return at !== undefined;
  }, 60_000);
  return at === undefined ? Infinity : at - moment;
}

/** Ends a load and lets its work come to its end; a list of what is wrong then. */
export async function judge(address, load) {
  const problems = [];
  await load.stopStarting();
  const isDone = async () =>
    (await query(address, `select 1 from process_instance where state <> 'COMPLETED' limit 1`)).length === 0;
  if (!(await until(isDone, 60_000))) problems.push('Instances do not end');
  await load.stopWorking();
  const isWhole = async () => {
    const [{ rows, size }] = await query(
      address,
      'select (select count(*) from audit)::int as rows, (select max(size) from audit_checkpoint)::int as size',
    );
    return rows === size;
  };
  if (!(await until(isWhole, 30_000))) problems.push('Rows stay outside of the tree');
  return [...problems, ...(await findWrong(address, load.told))];
}

/** What is wrong with the instances and jobs, against what callers were told: a list of sentences, empty where nothing is. */
async function findWrong(address, told) {
  const problems = [...told.wrong].map(([what, count]) => `${count} × ${what}`);
  const all = await query(
    address,
    'select business_id, state, count(*)::int as count from process_instance group by 1, 2',
  );
  const stored = new Map();
  for (const { business_id: id, state, count } of all) {
    stored.set(id, (stored.get(id) ?? 0) + count);
    if (state !== 'COMPLETED') problems.push(`${id} is ${state}`);
  }
  for (const [id, count] of stored) if (count !== 1) problems.push(`${id} is there ${count} times`);
  for (const id of told.started.keys()) if (!stored.has(id)) problems.push(`${id} was answered and is lost`);
  for (const id of told.refused) if (stored.has(id)) problems.push(`${id} was refused and is there`);
  const known = [...stored.keys()].filter((id) => !told.started.has(id) && !told.unknown.has(id));
  if (known.length > 0) problems.push(`${known.length} instances nobody asked for`);
  const twice = await query(
    address,
    `select count(*)::int as count from (select element_instance_key from audit where type = 'element completed'
     group by element_instance_key having count(*) > 1) as twice`,
  );
  if (twice[0].count > 0) problems.push(`${twice[0].count} elements were completed twice`);
  if (new Set(told.completed).size !== told.completed.length) problems.push('a job was completed twice');
  return problems;
}
