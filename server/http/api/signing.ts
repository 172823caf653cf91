/**
 * `/api/user-tasks/{key}/…` about signing: the record that somebody is shown before they decide, the proof that they gave
 * the password again, and a signature held against the journal afterwards.
 */
import { Router } from 'express';
import { z } from 'zod';
import type { ApprovalDefinition } from '@countersign/engine';
import type { SigningProofs } from '../../access/signing/proofs.js';
import { asksForSignature, findApproval, readRecord } from '../../access/signing/signing.js';
import { hashRecord } from '../../access/signing/shown.js';
import { verifySignature } from '../../access/signing/verify-signature.js';
import { taskRefusals } from '../../access/task-permissions.js';
import type { Runtime } from '../../runtime/runtime.js';
import { findRevision } from '../../store/queries/case-acts.js';
import { callerOf } from '../caller.js';
import { refusesCaller } from '../completion.js';
import { describeOperation } from '../openapi/described.js';
import { RequestRefused, refuse, notLookedAt } from '../problem.js';
import { readBody } from '../request.js';
import { askTask, findTask, isOpen } from '../user-task.js';

const password = z.strictObject({ password: z.string().max(1024) });

describeOperation('POST /api/user-tasks/:userTaskKey/signing-proofs', { body: password });

/** The routes. */
export function signingRoutes(runtime: Runtime, proofs: SigningProofs): Router {
  const routes = Router();

  routes.get('/user-tasks/:userTaskKey/record', async (request, response) => {
    const { task } = await findTask(runtime, request);
    const revision = await findRevision(runtime.store.knex, Number(task.rootProcessInstanceKey));
    const record = await readRecord(runtime, task, revision);
    const approval = await findApproval(runtime, task);
    const refusal =
      approval && isOpen(task) ? await refusesCaller(runtime, task, approval, callerOf(request)) : null;
    response.json({
      ...record,
      processInstanceKey: task.processInstanceKey,
      shown: hashRecord(record),
      asks: approval && asksOf(approval),
      refusal,
      refused: isOpen(task) ? taskRefusals(task, callerOf(request)) : null,
    });
  });

  routes.post('/user-tasks/:userTaskKey/signing-proofs', async (request, response) => {
    const { key, task } = await findTask(runtime, request);
    const { password: given } = readBody(request, password);
    const caller = callerOf(request);
    const { account } = caller;
    if (!account) throw refuse('FORBIDDEN', 'Only somebody with an account has a password to give again.');
    if (!isOpen(task))
      throw refuse('INVALID_STATE', `User task ${String(key)} is not open: nobody signs it.`);
    askTask(task, caller, { kind: 'complete' });
    const who = { username: account.username, userTaskKey: key };
    const result = await proofs.give(who, given, request.socket.remoteAddress ?? '');
    if (result.ok) {
      response.status(201).json({ proof: result.proof, expiresAt: new Date(result.expiresAt).toISOString() });
      return;
    }
    if (result.retryAfter > 0) throw notLookedAt(result);
    const detail = `The password is wrong, so that user task ${String(key)} is not signed.`;
    throw new RequestRefused({ status: 403, title: 'WRONG_PASSWORD', detail });
  });

  routes.get('/user-tasks/:userTaskKey/signature', async (request, response) => {
    const { key, task } = await findTask(runtime, request);
    const signature = await verifySignature(runtime, task);
    if (!signature) throw refuse('NOT_FOUND', `Nobody has signed user task ${String(key)}.`);
    response.json({ processInstanceKey: task.processInstanceKey, ...signature });
  });

  return routes;
}

function asksOf(approval: ApprovalDefinition): object {
  const { answer, meaning, refusalMeaning, reauthenticate, fourEyes } = approval;
  return {
    approval: answer ?? null,
    signature: asksForSignature(approval),
    meaning: meaning ?? null,
    refusalMeaning: answer ? (refusalMeaning ?? null) : null,
    reauthenticate,
    fourEyes: fourEyes.map((other) =>
      other.kind === 'task' ? [other.processId, other.elementId].filter(Boolean).join('/') : other.kind,
    ),
  };
}
