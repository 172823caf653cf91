/**
 * The inbox of a person where very many tasks are open: 1,000,000 of them, 10,000 people, 200 groups, everybody in five.
 * The lists and counts of the web app as it asks for them, of several people, one request at a time: the median and p99
 * of each, against the limit, and the processor time of the server, which does not depend on who else is at work.
 *
 * BENCH_TASKS, BENCH_PEOPLE and BENCH_GROUPS set the size, BENCH_ROUNDS how often each person asks. BENCH_DATABASE names
 * a file to keep the database in for the next time. `BENCH_POSTGRES=1` runs it on PostgreSQL.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillInbox, groupName, personName, type InboxSize } from '../support/inbox-database.js';
import { startPostgres } from '../support/postgres.js';
import { startServer, type TestServer } from '../support/server.js';

const SIZE: InboxSize = {
  tasks: Number(process.env['BENCH_TASKS'] ?? 1_000_000),
  people: Number(process.env['BENCH_PEOPLE'] ?? 10_000),
  groups: Number(process.env['BENCH_GROUPS'] ?? 200),
};
const PEOPLE = 20;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 10);
const LIMIT_MS = 20;

interface Person {
  readonly username: string;
  readonly groups: readonly string[];
  readonly cookie: string;
}

interface Page {
  readonly items: readonly { readonly userTaskKey: string }[];
  readonly page: { readonly totalItems: number; readonly endCursor: string | null };
}

type Ask = (server: TestServer, person: Person) => Promise<number>;

const OLDEST = [{ field: 'creationDate', order: 'ASC' }];
const FREE = { state: 'CREATED', assignee: { $exists: false } };

/** Sends a search as the web app does; answers its page and the milliseconds it took. */
async function ask(
  { url }: TestServer,
  { cookie }: Person,
  body: object,
): Promise<{ readonly ms: number; readonly answer: Page }> {
  const begun = performance.now();
  const headers = { 'Content-Type': 'application/json', Cookie: cookie, 'X-Countersign': '1' };
  const request = { method: 'POST', headers, body: JSON.stringify({ sort: OLDEST, ...body }) };
  const response = await fetch(`${url}/v2/user-tasks/search`, request);
  const text = await response.text();
  const ms = performance.now() - begun;
  if (response.status !== 200) throw new Error(`The search answered ${response.status}: ${text}`);
  return { ms, answer: JSON.parse(text) as Page };
}

const search =
  (body: (person: Person) => object): Ask =>
  async (server, person) =>
    (await ask(server, person, body(person))).ms;

const ofMyGroups = ({ groups }: Person) => ({ ...FREE, candidateGroup: { $in: groups } });
const page = { limit: 100 };

const ASKED: Readonly<Record<string, Ask>> = {
  Mine: search(({ username }) => ({ filter: { state: 'CREATED', assignee: username }, page })),
  'My groups: by a group': search((person) => ({ filter: ofMyGroups(person), page })),
  'My groups: by name': search(({ username }) => ({ filter: { ...FREE, candidateUser: username }, page })),
  'My groups, newest first': search((person) => ({
    filter: ofMyGroups(person),
    sort: [{ field: 'creationDate', order: 'DESC' }],
    page,
  })),
  'My groups, also of somebody': search(({ groups }) => ({
    filter: { state: 'CREATED', candidateGroup: { $in: groups } },
    page,
  })),
  'My groups, a page in the middle': async (server, person) => {
    const first = await ask(server, person, {
      filter: ofMyGroups(person),
      page: { limit: 1, from: 5_000 },
    });
    const after = first.answer.page.endCursor ?? undefined;
    return (await ask(server, person, { filter: ofMyGroups(person), page: { ...page, after } })).ms;
  },
  'All open': search(() => ({ filter: { state: 'CREATED' }, page })),
  'All open, a page in the middle': async (server, person) => {
    const first = await ask(server, person, {
      filter: { state: 'CREATED' },
      page: { limit: 1, from: 9_000 },
    });
    const after = first.answer.page.endCursor ?? undefined;
    return (await ask(server, person, { filter: { state: 'CREATED' }, page: { ...page, after } })).ms;
  },
  Done: search(() => ({
    filter: { state: 'COMPLETED' },
    sort: [{ field: 'completionDate', order: 'DESC' }],
    page,
  })),
  'All that I may do (home)': async (server, person) => {
    const begun = performance.now();
    const few = { limit: 6 };
    await Promise.all([
      ask(server, person, { filter: { state: 'CREATED', assignee: person.username }, page: few }),
      ask(server, person, { filter: ofMyGroups(person), page: few }),
      ask(server, person, { filter: { ...FREE, candidateUser: person.username }, page: few }),
    ]);
    return performance.now() - begun;
  },
  'Counts (home)': async ({ url }, { cookie }) => {
    const begun = performance.now();
    const response = await fetch(`${url}/api/overview`, { headers: { Cookie: cookie } });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`The overview answered ${response.status}: ${text}`);
    return performance.now() - begun;
  },
};

/** Searches that no list of the web app asks for: told, and not held against the limit. */
const BESIDE: Readonly<Record<string, Ask>> = {
  'by a group, in the order of keys': search(({ groups }) => ({
    filter: { state: 'CREATED', candidateGroup: groups[0] },
    sort: [],
    page,
  })),
  'of my groups, by priority': search((person) => ({
    filter: ofMyGroups(person),
    sort: [{ field: 'priority', order: 'DESC' }],
    page,
  })),
  'of my groups and a process': search((person) => ({
    filter: { ...ofMyGroups(person), processDefinitionId: 'approval' },
    page,
  })),
  'by the beginning of a name': search(() => ({ filter: { candidateUser: { $like: 'person-12*' } }, page })),
  'without a group': search(() => ({
    filter: { state: 'CREATED', candidateGroup: { $exists: false } },
    page,
  })),
};

async function signIn({ url }: TestServer, index: number): Promise<Person> {
  const username = personName(index);
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url },
    body: JSON.stringify({ username, password: 'mary' }),
  });
  if (response.status >= 300)
    throw new Error(`Sign-in answered ${response.status}: ${await response.text()}`);
  const cookie = response.headers.getSetCookie().map((text) => text.split(';')[0]);
  const session = await fetch(`${url}/api/session`, { headers: { Cookie: cookie.join('; ') } });
  const { user } = (await session.json()) as { user: { groups: string[] } };
  return { username, groups: user.groups, cookie: cookie.join('; ') };
}

/** Milliseconds. `cpu` is the server's processor time of one, as a mean; without it PostgreSQL's. */
interface Times {
  readonly median: number;
  readonly p99: number;
  readonly cpu: number | null;
}

/** Milliseconds of processor time that the server has had; null where the system does not say. */
function processorTime({ child }: TestServer): number | null {
  try {
    const fields = readFileSync(`/proc/${String(child?.pid)}/stat`, 'utf8')
      .split(') ')[1]
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}

async function measure(
  server: TestServer,
  people: readonly Person[],
  run: Ask,
  rounds: number,
): Promise<Times> {
  const times: number[] = [];
  for (const person of people) await run(server, person);
  const before = processorTime(server);
  for (let round = 0; round < rounds; round += 1) {
    for (const person of people) times.push(await run(server, person));
  }
  const after = processorTime(server);
  const cpu = before === null || after === null ? null : Number(((after - before) / times.length).toFixed(1));
  times.sort((a, b) => a - b);
  const at = (part: number): number =>
    Number(times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1));
  return { median: at(0.5), p99: at(0.99), cpu };
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-inbox-'));
const postgres = process.env['BENCH_POSTGRES'] ? await startPostgres() : null;
const database = postgres
  ? await postgres.create()
  : (process.env['BENCH_DATABASE'] ?? join(folder, 'inbox.db'));
const settings: Record<string, string> = postgres
  ? {
      COUNTERSIGN_DATABASE_URL: database,
      COUNTERSIGN_AUDIT_KEY_FILE: join(folder, 'audit.key'),
      COUNTERSIGN_AUDIT_CHECKPOINT_FILE: join(folder, 'checkpoints'),
    }
  : {};
const start = (): Promise<TestServer> =>
  startServer({ process: true, authentication: 'demo', database, settings });
try {
  if (postgres || !existsSync(database)) {
    console.log(`making a database of ${SIZE.tasks} open tasks …`);
    await (await start()).close();
    await fillInbox(database, SIZE, (text) => console.log(`  ${text}`));
  }
  const server = await start();
  try {
    const people: Person[] = [];
    for (let index = 0; index < PEOPLE; index += 1) {
      people.push(await signIn(server, Math.floor((index * SIZE.people) / PEOPLE)));
    }
    if (!people.every(({ groups }) => groups.every((group) => group.startsWith(groupName(0).slice(0, -1)))))
      throw new Error('The people are in groups that nobody made');
    console.log(
      `\n${postgres ? 'PostgreSQL' : 'SQLite'}${' '.repeat(36)}median ms      p99 ms  processor ms`,
    );
    const lists: Record<string, Times> = {};
    const print = (name: string, { median, p99, cpu }: Times): void =>
      console.log(
        `  ${name.padEnd(40)}${median.toFixed(1).padStart(12)}${p99.toFixed(1).padStart(12)}${(cpu?.toFixed(1) ?? '-').padStart(14)}`,
      );
    for (const [name, run] of Object.entries(ASKED)) {
      lists[name] = await measure(server, people, run, ROUNDS);
      print(name, lists[name]);
    }
    console.log('\nbeside them');
    const beside: Record<string, Times> = {};
    for (const [name, run] of Object.entries(BESIDE)) {
      beside[name] = await measure(server, people.slice(0, 5), run, 2);
      print(name, beside[name]);
    }
    const slowest = Object.entries(lists).sort(([, a], [, b]) => b.median - a.median)[0];
    console.log(
      `\nRESULT ${JSON.stringify({
        benchmark: 'inbox',
        database: postgres ? 'postgres' : 'sqlite',
        ...SIZE,
        lists,
        beside,
        slowest: slowest[0],
        ofLimit: { slowestMedian: Number((slowest[1].median / LIMIT_MS).toFixed(2)) },
      })}`,
    );
  } finally {
    await server.close();
  }
} finally {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}
