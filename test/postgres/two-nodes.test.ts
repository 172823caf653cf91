/**
 * Two nodes on one database: a caller who waits on one is answered as soon as the other brings about what it waits
 * for. The looks that nodes take every few seconds stand still here, so that only what they call to each other helps.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Key } from '@countersign/engine';
import { openRuntime } from '@countersign/server';
import type { Runtime } from '@countersign/server';
import { createAccess } from '../../server/access/access.js';
import { ANONYMOUS } from '../../server/access/account.js';
import { writeBuiltInRoles } from '../../server/access/directory/built-in-roles.js';
import { createMakeChange } from '../../server/access/directory/change.js';
import { removeMember } from '../../server/access/directory/memberships.js';
import { setActive } from '../../server/access/directory/people.js';
import { createIdentity } from '../../server/access/identity.js';
import { hashPassword } from '../../server/access/passwords.js';
import { saveAccount } from '../../server/store/queries/accounts.js';
import { checkJournal } from '../../server/store/check-journal.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { startPostgres, whyNoPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';

const missing = whyNoPostgres();
if (missing !== null) console.log(missing);

const LISTENERS = `<zeebe:taskListeners><zeebe:taskListener eventType="completing" type="check" /></zeebe:taskListeners>`;
const MODELS = [
  bpmnXml({
    id: 'one-task',
    nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
    flows: chain('start', 'work', 'end'),
  }),
  bpmnXml({
    id: 'decide',
    nodes: [
      { type: 'startEvent', id: 'start' },
      { type: 'userTask', id: 'task', extensions: ['<zeebe:userTask />', LISTENERS] },
      { type: 'endEvent', id: 'end' },
    ],
    flows: chain('start', 'task', 'end'),
  }),
];

describe.skipIf(missing !== null)('two nodes', () => {
  let postgres: TestPostgres;
  let database: string;
  let here: Runtime;
  let there: Runtime;

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    database = await postgres.create();
    there = await openRuntime({ database });
    here = await openRuntime({ database });
    const resources = MODELS.map((content, index) => ({ name: `${index}.bpmn`, content }));
    expect((await here.deploy({ resources, actor: 'user:demo' })).ok).toBe(true);
  });
  afterEach(async () => {
    await here.shutdown();
    await there.shutdown();
    vi.useRealTimers();
    expect((await checkJournal(database)).differences).toEqual([]);
    await postgres.drop(database);
  });

  const takeThere = async (type: string): Promise<Key> => {
    const lease = { type, worker: 'w', timeoutMs: 60_000, maxJobs: 1, requestTimeoutMs: 30_000 };
    const [{ jobKey }] = await there.activateJobs(lease);
    return jobKey;
  };
  const beginDecision = async (): Promise<Key> => {
    expect((await here.createInstance({ processId: 'decide', variables: {} }, 'client:shop')).ok).toBe(true);
    const rows = here.store.connection.prepare(`select key from user_task where state = 'CREATED'`).all();
    return (rows as { key: Key }[])[0].key;
  };
  const completeHere = (userTaskKey: Key) =>
    here.changeUserTask({ type: 'complete user task', userTaskKey, variables: {}, action: '' }, 'user:mary');

  test('who awaits the completion of an instance is answered when the other has ended it', async () => {
    const request = { processId: 'one-task', variables: {}, awaitCompletion: true, requestTimeout: 25_000 };
    const created = here.createInstance(request, 'client:shop');
    const jobKey = await takeThere('work');
    const variables = { done: 'there' };
    expect(await there.execute({ type: 'complete job', jobKey, variables }, 'worker:w')).toMatchObject({
      ok: true,
    });
    expect(await created).toMatchObject({ ok: true, completed: true, variables });
  });

  test('who changes a user task is answered when its listeners have been completed by the other', async () => {
    const changed = completeHere(await beginDecision());
    const jobKey = await takeThere('check');
    await there.execute({ type: 'complete job', jobKey, variables: {} }, 'worker:w');
    expect(await changed).toEqual({ ok: true, isPending: false });
  });

  test('and is told the reason where one of them denies', async () => {
    const userTaskKey = await beginDecision();
    for (const reason of ['Not yet.', 'Not now.']) {
      const changed = completeHere(userTaskKey);
      const jobKey = await takeThere('check');
      const userTask = { denied: true, deniedReason: reason, corrections: {} };
      await there.execute({ type: 'complete job', jobKey, variables: {}, userTask }, 'worker:w');
      expect(await changed).toMatchObject({
        rejection: { type: 'INVALID_STATE', reason: expect.stringContaining(reason) as string },
      });
    }
  });

  describe('of people', () => {
    const member = (username: string) => ({
      containerType: 'ROLE' as const,
      containerId: 'admin',
      memberType: 'USER' as const,
      memberId: username,
    });
    const withAccounts = async (...usernames: string[]): Promise<void> => {
      await writeBuiltInRoles(here);
      for (const username of usernames) {
        const account = { username, name: username, email: null, groups: [], roles: ['admin'] };
        await saveAccount(here.store.knex, account, await hashPassword(username), 0);
      }
    };

    test('who is deactivated on one is out on the other, which is told', async () => {
      await withAccounts('ada', 'ben');
      const identity = createIdentity(there.store);
      there.onAccessChange(identity.forget);
      const access = createAccess(there.store, Date.now, identity);
      const isIn = async () => (await access.byPassword('ben', 'ben', 'there')).ok;
      expect(await isIn()).toBe(true);
      const told = new Promise<void>((resolve) => there.onAccessChange(resolve));
      const change = createMakeChange(here);
      expect(await change(ANONYMOUS, (work) => setActive(work, 'ben', false))).toBeNull();
      await told;
      expect(await isIn()).toBe(false);
    });

    test('who takes away an administrator waits for a node that takes away the last other one', async () => {
      await withAccounts('ada', 'ben');
      // Another node, in the middle of its transaction.
      const elsewhere = postgres.query(
        database,
        `begin; select 1 from counter where name = 'access' for update;
         delete from member where container_id = 'admin' and member_id = 'ada';
         select pg_sleep(1); commit`,
      );
      const sleeping = `select 1 from pg_stat_activity where query like '%pg_sleep(1)%' and wait_event = 'PgSleep'`;
      await vi.waitUntil(async () => (await postgres.query(database, sleeping)).length > 0);
      const refusal = await createMakeChange(here)(ANONYMOUS, (work) => removeMember(work, member('ben')));
      await elsewhere;
      expect(refusal).toMatchObject({ type: 'FORBIDDEN' });
      const left = await here.store.knex('member').where({ container_id: 'admin' }).pluck('member_id');
      expect(left).toEqual(['ben']);
    });
  });
});
