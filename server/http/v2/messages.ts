/** `/v2/messages` and `/v2/signals`: what reaches processes from outside by name. */
import { Router } from 'express';
import { z } from 'zod';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection } from '../problem.js';
import { durationField } from '../number-fields.js';
import { readBody, tenantField, variablesField } from '../request.js';
import { TENANT } from './tenant.js';

const message = z.strictObject({
  name: z.string().min(1),
  correlationKey: z.string().default(''),
  variables: variablesField.optional(),
  tenantId: tenantField,
});
const publication = message.extend({ timeToLive: durationField.default(0), messageId: z.string().nullish() });
const signal = z.strictObject({
  signalName: z.string().min(1),
  variables: variablesField.optional(),
  tenantId: tenantField,
});

describeOperation('POST /v2/messages/publication', { body: publication });
describeOperation('POST /v2/messages/correlation', { body: message });
describeOperation('POST /v2/signals/broadcast', { body: signal });

/** The routes. */
export function messageRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.post('/messages/publication', async (request, response) => {
    const { name, correlationKey, timeToLive, messageId, variables = {} } = readBody(request, publication);
    const result = await runtime.publishMessage(
      { name, correlationKey, timeToLive, messageId: messageId || undefined, variables },
      callerOf(request).actor,
    );
    if (!result.ok) throw fromRejection(result.rejection);
    response.json({ tenantId: TENANT, messageKey: String(result.messageKey) });
  });

  routes.post('/messages/correlation', async (request, response) => {
    const { name, correlationKey, variables = {} } = readBody(request, message);
    const result = await runtime.correlateMessage(
      { name, correlationKey, variables },
      callerOf(request).actor,
    );
    if (!result.ok) throw fromRejection(result.rejection);
    response.json({
      tenantId: TENANT,
      messageKey: String(result.messageKey),
      processInstanceKey: String(result.processInstanceKey),
    });
  });

  routes.post('/signals/broadcast', async (request, response) => {
    const { signalName, variables = {} } = readBody(request, signal);
    const result = await runtime.broadcastSignal({ name: signalName, variables }, callerOf(request).actor);
    if (!result.ok) throw fromRejection(result.rejection);
    response.json({ tenantId: TENANT, signalKey: String(result.signalKey) });
  });

  return routes;
}
