/** What `/api/user-tasks` answers: the evidence beside a decision, and what is shown and signed. */
import { z } from 'zod';
import type { Signature } from '@countersign/engine';
import type { Shown, TaskRecord } from '../../../access/signing/shown.js';
import type { VerifiedSignature } from '../../../access/signing/verify-signature.js';
import type { TaskRefusals } from '../../../access/task-permissions.js';
import type { TaskEvidence } from '../../../audit/task-evidence.js';
import type { AgentCallEvidence, StepEvidence } from '../../../store/queries/evidence.js';
import { anything, count, created, found, key, time, variables } from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';

const call = z.strictObject({
  elementId: z.string(),
  elementName: z.string().nullable(),
  at: time,
  provider: z.string(),
  model: z.string(),
  simulated: z.boolean(),
  promptTokens: count.nullable(),
  completionTokens: count.nullable(),
  cost: z.strictObject({ amount: z.number(), currency: z.string() }).nullable(),
  latencyMs: z.number(),
  result: anything,
  confidence: z.number().nullable(),
  systemPrompt: z.string().optional(),
  userPrompt: z.string().optional(),
} satisfies Shape<AgentCallEvidence>);
const step = z.strictObject({
  at: time,
  elementId: z.string(),
  elementName: z.string().nullable(),
  elementType: z.string(),
  actor: z.string(),
  kind: z.enum(['ai', 'human', 'system']),
} satisfies Shape<StepEvidence>);
const evidence = z.strictObject({
  agentCalls: z.array(call),
  steps: z.array(step),
} satisfies Shape<TaskEvidence>);

const record = z.strictObject({
  userTaskKey: key,
  processDefinitionKey: key,
  elementId: z.string(),
  form: z.strictObject({ formKey: key, formId: z.string(), version: count }).nullable(),
  variables,
  evidence,
} satisfies Shape<TaskRecord>);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const shown = z
  .strictObject({
    record: hash,
    form: hash,
    variables: z.record(z.string(), hash),
    evidence: hash,
  } satisfies Shape<Shown>)
  .describe('Hashes of the record, to be handed back by whoever signs.');
const asked = z
  .strictObject({
    approval: anything.describe('The variable that the answer becomes; null where the task is no approval.'),
    signature: z.boolean(),
    meaning: z.string().nullable(),
    refusalMeaning: z.string().nullable(),
    reauthenticate: z.boolean(),
    fourEyes: z.array(z.string()),
  })
  .describe('What the model asks of whoever completes the task.');
const reason = z.string().nullable();
const refused = z.strictObject({
  claim: reason,
  assign: reason,
  complete: reason,
} satisfies Shape<TaskRefusals>);

const signature = z.strictObject({
  username: z.string(),
  name: z.string(),
  meaning: z.string(),
  record: hash,
  reauthenticated: z.boolean(),
} satisfies Shape<Signature>);

/** The answers. */
export const OWN_USER_TASK_ANSWERS: Answers = {
  'GET /api/user-tasks/:userTaskKey/evidence': {
    replies: [
      found(evidence.extend({ processInstanceKey: key, processDefinitionKey: key, elementId: z.string() })),
    ],
  },
  'GET /api/user-tasks/:userTaskKey/record': {
    replies: [
      found(
        record.extend({
          processInstanceKey: key,
          shown,
          asks: asked.nullable(),
          refusal: reason.describe('Why the caller may not complete it after what they did before.'),
          refused: refused.nullable().describe('Why the caller may not, by act; null where it is over.'),
        }),
        'What is shown before somebody decides.',
      ),
    ],
  },
  'POST /api/user-tasks/:userTaskKey/signing-proofs': {
    replies: [
      created(z.strictObject({ proof: z.string(), expiresAt: time }), 'Proof that the password was given.'),
    ],
  },
  'GET /api/user-tasks/:userTaskKey/signature': {
    replies: [
      found(
        z.strictObject({
          processInstanceKey: key,
          position: key,
          at: time,
          actor: z.string(),
          signature,
          record,
          matches: z
            .boolean()
            .nullable()
            .describe('Whether the journal has the record that was signed; null where contents were erased.'),
        } satisfies Shape<VerifiedSignature & { processInstanceKey: string }>),
      ),
    ],
  },
};
