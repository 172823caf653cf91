import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../store.js';
import type { Store } from '../store.js';
import {
  createModel,
  deleteModel,
  findContent,
  findModel,
  listModels,
  listRevisions,
  saveModel,
} from './models.js';

let store: Store;
beforeAll(async () => {
  store = await openStore(':memory:');
});
afterAll(() => store.close());

const mary = { by: 'mary', at: 1000 };
const demo = { by: 'demo', at: 2000 };
const draft = {
  name: 'order.bpmn',
  folder: 'Sales',
  type: 'bpmn',
  content: '<one/>',
  message: null,
} as const;

it('keeps every revision of a draft', async () => {
  const key = await createModel(store.knex, draft, mary);
  expect(
    await saveModel(
      store.knex,
      key,
      { content: '<two/>', baseRevision: 1, message: 'second', folder: 'Old' },
      demo,
    ),
  ).toBe(true);

  expect(await findModel(store.knex, key)).toMatchObject({
    revision: 2,
    folder: 'Old',
    name: 'order.bpmn',
    updatedBy: 'demo',
  });
  expect(await listRevisions(store.knex, key)).toMatchObject([
    { revision: 2, savedBy: 'demo', message: 'second', size: 6 },
    { revision: 1, savedBy: 'mary', message: null, size: 6 },
  ]);
  expect((await findContent(store.knex, key, 1))?.content).toBe('<one/>');
});

it('saves nothing over what another saved meanwhile', async () => {
  const key = await createModel(store.knex, draft, mary);
  expect(await saveModel(store.knex, key, { content: '<mine/>', baseRevision: 1, message: null }, mary)).toBe(
    true,
  );
  expect(await saveModel(store.knex, key, { content: '<late/>', baseRevision: 1, message: null }, demo)).toBe(
    false,
  );
  expect(await listRevisions(store.knex, key)).toHaveLength(2);
  expect((await findContent(store.knex, key, 2))?.content).toBe('<mine/>');
});

it('removes a draft with its revisions', async () => {
  const key = await createModel(store.knex, draft, mary);
  expect(await deleteModel(store.knex, key)).toBe(true);
  expect(await deleteModel(store.knex, key)).toBe(false);
  expect(await findContent(store.knex, key, 1)).toBeNull();
  expect((await listModels(store.knex)).map((model) => model.modelKey)).not.toContain(String(key));
});
