/**
 * Requests that the reference refuses, by what its own tests send: nothing has the key, the key is none, or a search or a
 * batch operation asks for what cannot be asked. With those of `refused-bodies.ts`.
 */

import { REFUSED_BODIES } from './refused-bodies.js';
import type { Refused } from './refused-bodies.js';

const NOBODY = '2251799813738612';
/** The largest keys are those of 64 bits; no double holds this one. */
const FAR = '9999999999999999';

/** Every operation with a key in its address, and a body with which it takes one that is there. */
const WITH_KEYS: readonly (readonly [Refused['request'], body?: unknown])[] = [
  ['GET /process-definitions/{key}'],
  ['GET /process-definitions/{key}/xml'],
  ['GET /process-definitions/{key}/form'],
  ['GET /process-instances/{key}'],
  ['GET /process-instances/{key}/call-hierarchy'],
  ['POST /process-instances/{key}/cancellation'],
  ['POST /process-instances/{key}/deletion'],
  ['POST /process-instances/{key}/incident-resolution'],
  ['POST /process-instances/{key}/incidents/search', {}],
  [
    'POST /process-instances/{key}/migration',
    {
      targetProcessDefinitionKey: '2251799813738499',
      mappingInstructions: [{ sourceElementId: 'a', targetElementId: 'b' }],
    },
  ],
  ['POST /process-instances/{key}/modification', { activateInstructions: [{ elementId: 'work' }] }],
  ['GET /element-instances/{key}'],
  ['PUT /element-instances/{key}/variables', { variables: { a: 1 } }],
  ['POST /element-instances/ad-hoc-activities/{key}/activation', { elements: [{ elementId: 'a' }] }],
  ['GET /incidents/{key}'],
  ['POST /incidents/{key}/resolution'],
  ['GET /variables/{key}'],
  ['POST /jobs/{key}/completion', {}],
  ['POST /jobs/{key}/failure', { retries: 2, errorMessage: 'no' }],
  ['POST /jobs/{key}/error', { errorCode: 'E', errorMessage: 'no' }],
  ['PATCH /jobs/{key}', { changeset: { retries: 1, timeout: 1000 } }],
  ['GET /user-tasks/{key}'],
  ['GET /user-tasks/{key}/form'],
  ['PATCH /user-tasks/{key}', { changeset: { priority: 50 } }],
  ['POST /user-tasks/{key}/assignment', { assignee: 'demo' }],
  ['DELETE /user-tasks/{key}/assignee'],
  ['POST /user-tasks/{key}/completion', {}],
  ['GET /decision-definitions/{key}'],
  ['GET /decision-definitions/{key}/xml'],
  ['GET /decision-requirements/{key}'],
  ['GET /decision-requirements/{key}/xml'],
  ['GET /resources/{key}'],
  ['GET /resources/{key}/content'],
  ['POST /resources/{key}/deletion'],
  ['GET /batch-operations/{key}'],
  ['POST /batch-operations/{key}/suspension'],
  ['POST /batch-operations/{key}/resumption'],
  ['POST /batch-operations/{key}/cancellation'],
];

/** Searches below something, and figures, which find nothing where nothing has the key. */
const BELOW_KEYS: readonly (readonly [Refused['request'], body?: unknown])[] = [
  ['POST /process-definitions/{key}/statistics/element-instances', {}],
  ['GET /process-instances/{key}/statistics/element-instances'],
  ['GET /process-instances/{key}/sequence-flows'],
  ['POST /element-instances/{key}/incidents/search', {}],
  ['POST /user-tasks/{key}/variables/search', {}],
  ['POST /user-tasks/{key}/effective-variables/search', {}],
];

const at = (request: Refused['request'], key: string) => request.replace('{key}', key) as Refused['request'];

const UNKNOWN_KEYS: readonly Refused[] = WITH_KEYS.flatMap(([request, body]) =>
  [NOBODY, FAR].map((key) => ({ request: at(request, key), body, status: 404 as const })),
);
const NO_KEYS: readonly Refused[] = [...WITH_KEYS, ...BELOW_KEYS].flatMap(([request, body]) =>
  ['meow', 'invalidKey', '12a', '1.5'].map((key) => ({
    request: at(request, key),
    body,
    status: 400 as const,
  })),
);

const SEARCHES = [
  'process-definitions',
  'process-instances',
  'element-instances',
  'incidents',
  'variables',
  'jobs',
  'user-tasks',
  'decision-definitions',
  'decision-requirements',
  'decision-instances',
  'batch-operations',
  'batch-operation-items',
];
const WRONG_SEARCHES: readonly unknown[] = [
  { filter: { invalidField: 'x' } },
  { filter: 'x' },
  { sort: [{ field: 123 }] },
  { sort: [{ field: 'nobodyKnows' }] },
  { sort: [{ order: 'DESC' }] },
  { sort: { '0': { field: 'x' } } },
  { page: 'x' },
  { page: { limit: 0 } },
  { page: { limit: -1 } },
  { page: { limit: 10_001 } },
  { page: { from: -1 } },
  { page: { limit: 'many' } },
  { page: { after: 'MQ==', before: 'MQ==' } },
  { unexpected: 1 },
];

const SEARCHED: readonly Refused[] = SEARCHES.flatMap((name) =>
  WRONG_SEARCHES.map((body) => ({ request: `POST /${name}/search` as const, body, status: 400 as const })),
);

const BATCHES = ['cancellation', 'deletion', 'incident-resolution', 'migration', 'modification'];
const BATCHED: readonly Refused[] = BATCHES.flatMap((name) =>
  [
    {},
    { filter: {} },
    { filter: { invalidField: 'x' } },
    { filter: { processInstanceKey: { invalidOperator: 123 } } },
    { filter: { processInstanceKey: '{running}' }, __extraField: 1 },
    { processInstanceKeys: ['{running}'] },
  ].map((body) => ({ request: `POST /process-instances/${name}` as const, body, status: 400 as const })),
);

/** All of them. */
export const REFUSED: readonly Refused[] = [
  ...UNKNOWN_KEYS,
  ...NO_KEYS,
  ...SEARCHED,
  ...BATCHED,
  ...REFUSED_BODIES,
];
