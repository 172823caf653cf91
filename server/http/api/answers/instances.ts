/** What `/api` answers about process instances, jobs and batch operations. */
import { z } from 'zod';
import type { ElementMapping, MigratedElement, MigratedEvent, MigrationProblem } from '@countersign/engine';
import type { ElementState, TokenState, WaitState } from '../../../runtime/operate/describe-tree.js';
import type { PastState } from '../../../runtime/operate/time-travel.js';
import type { IncidentGroup } from '../../../store/queries/incident-groups.js';
import { DONE, count, found, key, listOf, pageOf, text, time, variables } from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';
import { batch, batchItem, batchStarted } from '../../v2/answers/batch-operations.js';

const place = { elementInstanceKey: key, elementId: z.string() };
const element = z.strictObject({
  ...place,
  processInstanceKey: key,
  processDefinitionKey: key,
  elementName: z.string().nullable(),
  elementType: z.string(),
  scopeKey: key.nullable().describe('The element instance around it.'),
  variables: variables.describe('Those of its own scope.'),
  jobKey: key.nullable(),
  userTaskKey: key.nullable(),
  incidentKey: key.nullable(),
} satisfies Shape<ElementState>);
const wait = z.strictObject({
  ...place,
  kind: z.string(),
  key,
  dueAt: time.optional(),
  messageName: z.string().optional(),
  correlationKey: z.string().optional(),
  signalName: z.string().optional(),
} satisfies Shape<WaitState>);
const token = z.strictObject({
  flowId: z.string(),
  scopeKey: key,
  count,
} satisfies Shape<TokenState>);
const past = z.strictObject({
  processInstanceKey: key,
  rootProcessInstanceKey: key,
  position: key.describe('The last row of the journal about it at that moment.'),
  at: time,
  revision: count,
  state: z.enum(['ACTIVE', 'ENDED', 'NOT_BEGUN']),
  elements: z.array(element),
  tokens: z.array(token),
  jobs: z.array(z.strictObject({ ...place, jobKey: key, type: z.string(), retries: z.int() })),
  userTasks: z.array(z.strictObject({ ...place, userTaskKey: key, assignee: z.string().nullable() })),
  incidents: z.array(z.strictObject({ ...place, incidentKey: key, errorType: z.string() })),
  waits: z.array(wait),
} satisfies Shape<Omit<PastState, 'ok'>>);

const mapping = z.strictObject({
  sourceElementId: z.string(),
  targetElementId: z.string(),
} satisfies Shape<ElementMapping>);
const migrationCheck = z.strictObject({
  canMigrate: z.boolean(),
  mappingInstructions: z.array(mapping).describe('What was asked for, or the elements of equal id and type.'),
  problems: z.array(
    z.strictObject({
      code: z.string(),
      elementId: z.string(),
      elementInstanceKey: key.nullable(),
      message: z.string(),
      hint: z.string(),
    } satisfies Shape<MigrationProblem>),
  ),
  elements: z.array(
    z.strictObject({ ...place, targetElementId: z.string().nullable() } satisfies Shape<MigratedElement>),
  ),
  events: z.array(
    z.strictObject({
      elementId: z.string(),
      outcome: z.enum(['kept', 'closed', 'opened']),
    } satisfies Shape<MigratedEvent>),
  ),
});

const group = z.strictObject({
  errorMessage: z.string(),
  errorType: z.string(),
  incidents: count,
  instances: count,
  oldest: time,
  exampleProcessInstanceKey: key,
} satisfies Shape<IncidentGroup>);

const failures = z
  .array(z.strictObject({ failure: z.string(), count, example: z.string() }))
  .describe('How its items failed or were skipped.');

/** The answers. */
export const OWN_INSTANCE_ANSWERS: Answers = {
  'POST /api/process-instances/:processInstanceKey/suspension': { replies: [DONE] },
  'POST /api/process-instances/:processInstanceKey/resumption': { replies: [DONE] },
  'GET /api/process-instances/:processInstanceKey/suspension': {
    replies: [found(z.strictObject({ isSuspended: z.boolean() }))],
  },
  'GET /api/process-instances/:processInstanceKey/state': { replies: [found(past)] },
  'POST /api/process-instances/:processInstanceKey/migration-check': {
    replies: [found(migrationCheck, 'What migrating would do.')],
  },
  'GET /api/incident-groups': { replies: [listOf(group)] },
  'POST /api/jobs/stream': {
    replies: [
      text(
        'application/x-ndjson',
        'An answer without an end: a line is a job as POST /v2/jobs/activation gives it, an empty line a sign of life.',
      ),
    ],
  },
  'POST /api/batch-operations': { replies: [found(batchStarted, 'The batch operation that was begun.')] },
  'POST /api/batch-operations/dry-run': {
    replies: [
      found(
        z.strictObject({
          operationsTotalCount: count,
          processInstanceKeys: z.array(key).describe('The first of them.'),
        }),
        'How many process instances it would be about.',
      ),
    ],
  },
  'POST /api/batch-operations/search': { replies: [pageOf(batch)] },
  'POST /api/batch-operation-items/search': { replies: [pageOf(batchItem)] },
  'GET /api/batch-operations/:batchOperationKey': { replies: [found(batch.extend({ failures }))] },
};
