/**
 * Completing a user task: by whoever may, with what its model asks (docs/approvals.md): four eyes, a signature under
 * the record that was shown, the password once more. What was checked is what is committed: where the tree has moved on
 * meanwhile, it is checked again.
 */
import type { Request } from 'express';
import { z } from 'zod';
import type { ApprovalDefinition, Key, Signature } from '@countersign/engine';
import type { Account, Caller } from '../access/account.js';
import {
  asksForSignature,
  findApproval,
  findUnshowable,
  meaningOf,
  readRecord,
  refusesPerson,
  signatureOf,
} from '../access/signing/signing.js';
import { changesSince, describeChanges, hashRecord } from '../access/signing/shown.js';
import type { SigningProofs } from '../access/signing/proofs.js';
import type { Runtime } from '../runtime/runtime.js';
import { findRevision } from '../store/queries/case-acts.js';
import type { UserTaskItem } from '../store/queries/user-tasks.js';
import { callerOf } from './caller.js';
import { RequestRefused, fromRejection, listenersPending, refuse } from './problem.js';
import { readBody, variablesField } from './request.js';
import { askTask, findTask, isOpen } from './user-task.js';

const hash = z.string().regex(/^[0-9a-f]{64}$/, { message: 'must be 64 hexadecimal digits' });

/** What is sent to complete a task. */
export const completion = z.strictObject({
  variables: variablesField.nullish(),
  action: z.string().nullish(),
  signature: z
    .strictObject({
      shown: z.strictObject({
        record: hash,
        form: hash,
        variables: z.record(z.string(), hash),
        evidence: hash,
      }),
      proof: z.string().max(100).nullish(),
    })
    .nullish(),
});

type Completion = z.output<typeof completion>;

/** How often a tree that moves on is looked at again before the caller is told to. */
const MOST_LOOKS = 5;

/** Completes the task that the request names; refused where it may not be. */
export async function completeTask(runtime: Runtime, proofs: SigningProofs, request: Request): Promise<void> {
  const body = readBody(request, completion);
  const caller = callerOf(request);
  let isProven = false;
  /** Takes the proof of the password, once for all looks. */
  const prove = async (username: string, userTaskKey: Key): Promise<void> => {
    if (!isProven) await checkProof(proofs, { username, userTaskKey }, body);
    isProven = true;
  };
  for (let look = 1; ; look += 1) {
    const seen = await lookAtTask(runtime, request, body);
    const { task, approval, asks, revision } = seen;
    askTask(task, caller, { kind: 'complete' });
    const signature =
      approval && asks ? await sign(runtime, { ...seen, approval, asks }, body, caller, prove) : undefined;
    const result = await runtime.changeUserTask(commandOf(seen.key, body, signature), caller.actor, revision);
    if (result.ok && result.isPending) throw listenersPending();
    if (result.ok) return;
    if (result.hasMoved !== true || look === MOST_LOOKS) throw fromRejection(result.rejection);
  }
}

interface Seen {
  readonly key: Key;
  readonly task: UserTaskItem;
  /** What its model asks; null where the task is over, which the engine says better. */
  readonly approval: ApprovalDefinition | null;
  readonly asks: Asks | null;
  /** The row of the tree up to which it was looked at; undefined for an open task that asks nothing. */
  readonly revision: number | undefined;
}

/** Looks at a task; where it matters that nothing changes afterwards, as of a row of its tree. */
async function lookAtTask(runtime: Runtime, request: Request, body: Completion): Promise<Seen> {
  const asksNow = async ({ key, task }: Pick<Seen, 'key' | 'task'>) => {
    const approval = OVER.has(task.state) ? null : await findApproval(runtime, task);
    return { key, task, approval, asks: approval && asksOf(approval, body) };
  };
  const first = await asksNow(await findTask(runtime, request));
  if (!first.asks && isOpen(first.task)) return { ...first, revision: undefined };
  const revision = await findRevision(runtime.store.knex, Number(first.task.rootProcessInstanceKey));
  return { ...(await asksNow(await findTask(runtime, request))), revision };
}

const OVER: ReadonlySet<string> = new Set(['COMPLETED', 'CANCELED', 'FAILED']);

/** The signature under a completion; undefined where the task asks for none and a client gives none. */
async function sign(
  runtime: Runtime,
  { key, task, approval, asks, revision }: Seen & { approval: ApprovalDefinition; asks: Asks },
  body: Completion,
  caller: Caller,
  prove: (username: string, userTaskKey: Key) => Promise<void>,
): Promise<Signature | undefined> {
  const account = personOf(caller, asks);
  if (account) await checkFourEyes(runtime, task, approval, account);
  if (!asks.signature) return undefined;
  const record = await checkShown(runtime, task, body, revision ?? 0);
  const meaning = meaningOf(approval, body.variables ?? {});
  if (meaning === null) throw unanswered(approval);
  if (!account) return undefined;
  if (approval.reauthenticate) await prove(account.username, key);
  return signatureOf(account, meaning, record, approval.reauthenticate);
}

function commandOf(userTaskKey: Key, { variables, action }: Completion, signature: Signature | undefined) {
  return {
    type: 'complete user task',
    userTaskKey,
    variables: variables ?? {},
    action: action ?? 'complete',
    ...(signature && { signature }),
  } as const;
}

interface Asks {
  /** Whether the record is looked at: a signature is asked for, or given. */
  readonly signature: boolean;
  /** Whether only a person with an account can complete it. */
  readonly person: boolean;
}

/** What has to be looked at; null for a task that is simply completed. */
function asksOf(approval: ApprovalDefinition, body: Pick<Completion, 'signature'>): Asks | null {
  const asked = asksForSignature(approval);
  const person = asked || approval.fourEyes.length > 0;
  const signature = asked || Boolean(body.signature);
  return person || signature ? { signature, person } : null;
}

const NOBODY =
  'The task asks who completes it, and a client without an account is nobody in particular. Sign in, or send Basic credentials.';

/** Why the caller may not complete a task with what its model asks; null where nothing stands against it. */
export async function refusesCaller(
  runtime: Runtime,
  task: UserTaskItem,
  approval: ApprovalDefinition,
  { account }: Caller,
): Promise<string | null> {
  if (account) return refusesPerson(runtime, task, approval, { username: account.username, subject: 'You' });
  return asksOf(approval, {})?.person ? NOBODY : null;
}

/** The account that signs; null for a client where nobody in particular has to. */
function personOf({ account }: Caller, { person }: Asks): Account | null {
  if (account || !person) return account;
  throw refuse('FORBIDDEN', NOBODY);
}

async function checkFourEyes(
  runtime: Runtime,
  task: UserTaskItem,
  approval: ApprovalDefinition,
  { username }: Account,
): Promise<void> {
  const refusal = await refusesPerson(runtime, task, approval, { username, subject: 'You' });
  if (refusal !== null) throw fourEyesRefused(refusal);
}

/** The answer where four eyes stand against somebody. */
export function fourEyesRefused(detail: string): RequestRefused {
  return new RequestRefused({ status: 403, title: 'FOUR_EYES', detail });
}

/** The hash of the record; refused where it is not what was shown. */
async function checkShown(
  runtime: Runtime,
  task: UserTaskItem,
  { signature }: Completion,
  revision: number,
): Promise<string> {
  if (!signature) {
    const detail =
      'The task has to be signed. Look at GET /api/user-tasks/{userTaskKey}/record, and send its "shown" back as signature.shown.';
    throw new RequestRefused({ status: 400, title: 'SIGNATURE_REQUIRED', detail });
  }
  const unshowable = await findUnshowable(runtime, task);
  if (unshowable !== null) throw new RequestRefused({ status: 409, title: 'NOT_SHOWN', detail: unshowable });
  const now = hashRecord(await readRecord(runtime, task, revision));
  const changes = changesSince(signature.shown, now);
  if (!changes) return now.record;
  throw new RequestRefused({
    status: 409,
    title: 'STALE_VIEW',
    detail: describeChanges(changes),
    extensions: { changes },
  });
}

async function checkProof(
  proofs: SigningProofs,
  who: { readonly username: string; readonly userTaskKey: Key },
  { signature }: Completion,
): Promise<void> {
  const proof = signature?.proof;
  if (proof && (await proofs.take(who, proof))) return;
  const detail = proof
    ? 'The proof of the password is used, over, or of another task or person. Give the password again.'
    : 'The task asks for the password again. Send it to POST /api/user-tasks/{userTaskKey}/signing-proofs, and the proof with signature.proof.';
  throw new RequestRefused({ status: 403, title: 'REAUTHENTICATION_REQUIRED', detail });
}

function unanswered({ answer }: ApprovalDefinition): RequestRefused {
  return refuse(
    'INVALID_ARGUMENT',
    `variables: the task asks for an approval. Set "${answer?.variable ?? ''}" to true or false.`,
  );
}
