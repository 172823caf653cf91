/** What `/v2` answers to messages, signals, conditions and expressions. */
import { z } from 'zod';
import { anything, found, key, tenantId } from '../../openapi/answer.js';
import type { Answers } from '../../openapi/answer.js';

const started = z.strictObject({ processDefinitionKey: key, processInstanceKey: key });
const evaluation = z.strictObject({
  expression: z.string(),
  result: anything,
  warnings: z.array(z.strictObject({ message: z.string() })),
});

/** The answers. */
export const EVENT_ANSWERS: Answers = {
  'POST /v2/messages/publication': {
    id: 'publishMessage',
    replies: [found(z.strictObject({ tenantId, messageKey: key }))],
  },
  'POST /v2/messages/correlation': {
    id: 'correlateMessage',
    replies: [found(z.strictObject({ tenantId, messageKey: key, processInstanceKey: key }))],
  },
  'POST /v2/signals/broadcast': {
    id: 'broadcastSignal',
    replies: [found(z.strictObject({ tenantId, signalKey: key }))],
  },
  'POST /v2/conditionals/evaluation': {
    id: 'evaluateConditionals',
    replies: [
      found(z.strictObject({ conditionalEvaluationKey: key, tenantId, processInstances: z.array(started) })),
    ],
  },
  'POST /v2/expression/evaluation': { id: 'evaluateExpression', replies: [found(evaluation)] },
};
