/** What `/api` answers about the server, its people, and what waits for them; and the doors for whoever runs it. */
import { z } from 'zod';
import type { Account } from '../../../access/account.js';
import type { Present, Today } from '../../../store/queries/overview.js';
import { DONE, count, file, found, listOf, text, variables } from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';

const user = z.strictObject({
  username: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  groups: z.array(z.string()),
  roles: z.array(z.string()),
} satisfies Shape<Account>);
const session = z.strictObject({
  keepKey: z
    .string()
    .nullable()
    .describe('Under which the browser keeps what this person typed; null for nobody.'),
  refused: z.record(z.string(), z.string()).describe('What this person may not do, with the reason.'),
  user: user.nullable(),
  authentication: z.enum(['demo', 'none']),
  demoAccounts: z
    .array(z.strictObject({ username: z.string(), password: z.string(), name: z.string(), role: z.string() }))
    .optional(),
  version: z.string(),
  environment: z.enum(['development', 'production']),
  simulated: z.boolean().describe('Whether answers of agents come from expressions, not from a model.'),
});

const overview = z.strictObject({
  myTasks: count,
  myGroupsTasks: count,
  openTasks: count,
  activeInstances: count,
  incidents: count,
  startedToday: count,
  completedToday: count,
  agentCallsToday: count,
  simulatedCallsToday: count,
  agentCostToday: z.strictObject({ amount: z.number(), currency: z.string() }),
  more: z.array(z.string()).describe('The figures of which there is more than they say.'),
} satisfies Shape<Present & Today>);

const sample = z.strictObject({
  processDefinitionId: z.string(),
  name: z.string(),
  cases: z.array(z.strictObject({ name: z.string(), variables })),
});
const retention = z.strictObject({ processDefinitionId: z.string(), days: count.nullable() });

const up = found(z.strictObject({ status: z.literal('up'), version: z.string() }), 'The process answers.');
const ready = [
  found(
    z.strictObject({
      ready: z.literal(true),
      degraded: z.string().optional().describe('What is not done beside it, and has to be looked at.'),
    }),
    'It can do work.',
  ),
  {
    ...found(z.strictObject({ ready: z.literal(false), reason: z.string() }), 'It cannot do work now.'),
    status: 503,
  },
] as const;

/** The answers. */
export const HOUSE_ANSWERS: Answers = {
  'GET /api/session': { replies: [found(session)] },
  'POST /api/session': { replies: [{ ...DONE, description: 'Signed in; the answer sets a cookie.' }] },
  'DELETE /api/session': { replies: [{ ...DONE, description: 'Signed out.' }] },
  'GET /api/overview': { replies: [found(overview)] },
  'GET /api/users': { replies: [listOf(z.strictObject({ username: z.string(), name: z.string() }))] },
  'GET /api/groups': { replies: [listOf(z.strictObject({ groupId: z.string(), name: z.string() }))] },
  'GET /api/samples': { replies: [listOf(sample)] },
  'GET /api/retention': { replies: [listOf(retention)] },
  'PUT /api/retention/:processDefinitionId': { replies: [DONE] },
  'GET /api/live': {
    replies: [
      text('text/event-stream', 'An answer without an end: what commits change, as server-sent events.'),
    ],
  },
  'GET /api/openapi.json': { replies: [found(variables, 'This description.')] },
  'GET /api/docs': { replies: [text('text/html', 'A page to read this description and to try it.')] },
  'GET /api/docs/start.js': { replies: [file(['text/javascript'], 'A part of the page.')] },
  'GET /api/docs/swagger-ui.css': { replies: [file(['text/css'], 'A part of the page.')] },
  'GET /api/docs/swagger-ui-bundle.js': { replies: [file(['text/javascript'], 'A part of the page.')] },
  'GET /health': { replies: [up] },
  'GET /health/live': { replies: [up] },
  'GET /ready': { replies: ready },
  'GET /health/ready': { replies: ready },
  'GET /metrics': { replies: [text('text/plain', 'Figures for Prometheus.')] },
};
