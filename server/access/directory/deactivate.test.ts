/** An account that is deactivated is out at once, by every way in, and can come back; on a database of both kinds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/support/databases.js';
import { openRuntime } from '../../runtime/index.js';
import type { Runtime } from '../../runtime/runtime.js';
import { addDemoAccounts, createAccess } from '../access.js';
import type { Access } from '../access.js';
import { ANONYMOUS, accountCaller } from '../account.js';
import { createIdentity } from '../identity.js';
import type { Identity } from '../identity.js';
import { writeBuiltInRoles } from './built-in-roles.js';
import { createMakeChange } from './change.js';
import type { MakeChange } from './change.js';
import { deactivate } from './deactivate.js';
import { addMember } from './memberships.js';
import { setActive } from './people.js';

let runtime: Runtime;
let remove: () => Promise<void>;
let identity: Identity;
let access: Access;
let change: MakeChange;

beforeAll(async () => {
  const database = await createTestDatabase();
  remove = database.remove;
  runtime = await openRuntime({ database: database.address });
  await writeBuiltInRoles(runtime);
  await addDemoAccounts(runtime.store, 0);
  identity = createIdentity(runtime.store);
  runtime.onAccessChange(identity.forget);
  access = createAccess(runtime.store, Date.now, identity);
  change = createMakeChange(runtime);
});
afterAll(async () => {
  await runtime.shutdown();
  await remove();
});

const isIn = async (username: string): Promise<boolean> =>
  (await access.byPassword(username, username, 'here')).ok;

describe('a deactivated account', () => {
  it('ends its session and what was remembered of its password, and is there again when it is activated', async () => {
    const signedIn = await access.signIn('mia', 'mia', 'here');
    if (!signedIn.ok) throw new Error('refused');
    expect(await access.bySession(signedIn.token)).toMatchObject({ actor: 'user:mia' });
    expect(await isIn('mia')).toBe(true);

    expect(await deactivate(runtime, change, 'mia', ANONYMOUS)).toBeNull();
    expect(await access.bySession(signedIn.token)).toBeNull();
    expect(await isIn('mia')).toBe(false);
    expect(await access.signIn('mia', 'mia', 'here')).toMatchObject({ ok: false });

    expect(await change(ANONYMOUS, (work) => setActive(work, 'mia', true))).toBeNull();
    expect(await isIn('mia')).toBe(true);
    // The session it had is over for good.
    expect(await access.bySession(signedIn.token)).toBeNull();
    const rows = await runtime.store
      .knex('audit')
      .whereLike('type', 'account %ed')
      .orderBy('position')
      .pluck('type');
    expect(rows).toEqual(['account deactivated', 'account activated']);
  });

  it('can be neither the last administrator nor one that nobody knows', async () => {
    expect(await deactivate(runtime, change, 'demo', ANONYMOUS)).toMatchObject({ type: 'FORBIDDEN' });
    expect(await deactivate(runtime, change, 'nobody', ANONYMOUS)).toMatchObject({ type: 'NOT_FOUND' });
    expect(await isIn('demo')).toBe(true);
  });

  it('is not brought back by somebody who has less', async () => {
    expect(await deactivate(runtime, change, 'mia', ANONYMOUS)).toBeNull();
    const emil = await identity.person('emil');
    if (!emil) throw new Error('Emil is not there');
    const caller = accountCaller(emil.account, emil);
    const back = await change(caller, (work) => setActive(work, 'mia', true));
    expect(back).toMatchObject({ type: 'FORBIDDEN' });
    expect(await isIn('mia')).toBe(false);
  });
});

it('what somebody is comes through groups and mapping rules, and from memory until a row changes', async () => {
  const { knex } = runtime.store;
  let asked = 0;
  const count = (): void => void (asked += 1);
  knex.on('query', count);
  await knex('mapping_rule').insert({
    mapping_rule_id: 'r',
    name: 'R',
    claim_name: 'team',
    claim_value: 'blue',
  });
  const member = (
    memberType: 'USER' | 'GROUP' | 'MAPPING_RULE',
    memberId: string,
    containerType: 'GROUP' | 'ROLE',
    containerId: string,
  ) => change(ANONYMOUS, (work) => addMember(work, { containerType, containerId, memberType, memberId }));
  expect(await member('GROUP', 'accounting', 'ROLE', 'designer')).toBeNull();
  expect(await member('MAPPING_RULE', 'r', 'ROLE', 'auditor')).toBeNull();
  expect((await identity.person('mary'))?.roles).toEqual(['designer', 'member']);
  expect((await identity.person('mary', { team: ['blue'] }))?.roles).toEqual([
    'auditor',
    'designer',
    'member',
  ]);
  expect((await identity.person('mary', { team: ['red'] }))?.roles).toEqual(['designer', 'member']);
  asked = 0;
  for (let turn = 0; turn < 100; turn += 1) await identity.person('mary', { team: ['blue'] });
  expect(asked).toBe(0);
  expect(await member('USER', 'mary', 'ROLE', 'deployer')).toBeNull();
  expect((await identity.person('mary'))?.roles).toEqual(['deployer', 'designer', 'member']);
  knex.removeListener('query', count);
});
