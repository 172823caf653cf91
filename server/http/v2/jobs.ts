/** `/v2/jobs`: workers lease jobs by a long poll, then complete them, fail them, or throw a BPMN error. */
import { Router } from 'express';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Actor, AdHocDecision, FlowNode, Key, TaskListenerAnswer } from '@countersign/engine';
import { JOBS } from '../../store/queries/jobs.js';
import type { JobItem } from '../../store/queries/jobs.js';
import type { ActivatedJob, InstanceCommand, Runtime } from '../../runtime/runtime.js';
import { asRoute } from '../action.js';
import type { Action } from '../action.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection } from '../problem.js';
import {
  durationField,
  patienceField,
  positiveDurationField,
  positiveRetriesField,
  priorityField,
  retriesField,
} from '../number-fields.js';
import { dateField, readBody, readKey, referenceField, tenant, variablesField } from '../request.js';
import { runSearch } from '../search.js';
import { findElement } from './model-lookup.js';
import { TENANT } from './tenant.js';

const activation = z.strictObject({
  type: z.string().min(1),
  worker: z.string().max(256).nullish(),
  timeout: positiveDurationField,
  maxJobsToActivate: z.int().min(1).max(10_000),
  fetchVariable: z.array(z.string()).nullish(),
  requestTimeout: patienceField.nullish(),
  tenantIds: z.array(tenant).nullish(),
  tenantFilter: z.enum(['PROVIDED', 'ASSIGNED']).nullish(),
});
const decided = z.strictObject({
  type: z.literal('adHocSubProcess'),
  activateElements: z
    .array(z.strictObject({ elementId: z.string().min(1), variables: variablesField.nullish() }))
    .nullish(),
  isCompletionConditionFulfilled: z.boolean().nullish(),
  isCancelRemainingInstances: z.boolean().nullish(),
});
const listened = z.strictObject({
  type: z.literal('userTask'),
  denied: z.boolean().nullish(),
  deniedReason: z.string().max(4096).nullish(),
  corrections: z
    .strictObject({
      assignee: z.string().nullish(),
      dueDate: dateField,
      followUpDate: dateField,
      candidateGroups: z.array(z.string()).nullish(),
      candidateUsers: z.array(z.string()).nullish(),
      priority: priorityField,
    })
    .nullish(),
});
const completion = z.strictObject({
  variables: variablesField.nullish(),
  result: z.discriminatedUnion('type', [decided, listened]).nullish(),
});
const failure = z.strictObject({
  // Clients take one off what they were given: below 0 is none left.
  retries: retriesField.optional(),
  errorMessage: z.string().nullish(),
  retryBackOff: durationField.default(0),
  variables: variablesField.nullish(),
});
const thrown = z.strictObject({
  errorCode: z.string(),
  errorMessage: z.string().nullish(),
  variables: variablesField.nullish(),
});
const update = z.strictObject({
  changeset: z
    .strictObject({ retries: positiveRetriesField.nullish(), timeout: durationField.nullish() })
    .refine(({ retries, timeout }) => (retries ?? timeout ?? null) !== null, {
      message: 'needs retries or timeout',
    }),
  operationReference: referenceField,
});

/** What workers ask most: the fast lane and the routes share it. */
export interface JobActions {
  /** Leases jobs; the poll ends when its caller has gone. */
  readonly activate: Action;
  readonly complete: Action;
}

/** The actions on jobs of `runtime`. */
export function jobActions(runtime: Runtime): JobActions {
  return {
    async activate(call) {
      const body = readBody(call, activation);
      const gone = new AbortController();
      let jobs: readonly ActivatedJob[] = [];
      call.onClose((isSent) => {
        gone.abort();
        if (!isSent && jobs.length > 0) void runtime.giveBackJobs(jobs);
      });
      jobs = await runtime.activateJobs({
        type: body.type,
        worker: body.worker ?? '',
        actor: call.caller.actor,
        timeoutMs: body.timeout,
        maxJobs: body.maxJobsToActivate,
        fetchVariables: body.fetchVariable ?? undefined,
        requestTimeoutMs: body.requestTimeout ?? 0,
        signal: gone.signal,
      });
      return { jobs: jobs.map(toJob) };
    },

    async complete(call) {
      const jobKey = readKey(call, 'jobKey');
      const { variables, result } = readBody(call, completion);
      const adHoc = result?.type === 'adHocSubProcess' ? asDecision(result) : undefined;
      const userTask = result?.type === 'userTask' ? asListenerAnswer(result) : undefined;
      const said = { ...(adHoc && { adHoc }), ...(userTask && { userTask }) };
      const command = { type: 'complete job', jobKey, variables: variables ?? {}, ...said } as const;
      return execute(runtime, command, call.caller.actor);
    },
  };
}

describeOperation('POST /v2/jobs/activation', { body: activation });
describeOperation('POST /v2/jobs/search', { search: JOBS });
describeOperation('POST /v2/jobs/:jobKey/completion', { body: completion });
describeOperation('POST /v2/jobs/:jobKey/failure', { body: failure });
describeOperation('POST /v2/jobs/:jobKey/error', { body: thrown });
describeOperation('PATCH /v2/jobs/:jobKey', { body: update });

/** The routes. */
export function jobRoutes(runtime: Runtime, actions: JobActions): Router {
  const routes = Router();

  routes.post('/jobs/activation', asRoute(actions.activate));

  routes.post('/jobs/search', async (request, response) => {
    const { items, page } = await runSearch(runtime, JOBS, request);
    response.json({ items: await Promise.all(items.map((item) => withHeaders(runtime, item))), page });
  });

  routes.post('/jobs/:jobKey/completion', asRoute(actions.complete));

  routes.post('/jobs/:jobKey/failure', async (request, response) => {
    const jobKey = readKey(request, 'jobKey');
    const { retries, errorMessage, retryBackOff, variables } = readBody(request, failure);
    await run(request, response, {
      type: 'fail job',
      jobKey,
      retries: retries ?? 0,
      errorMessage: errorMessage ?? '',
      retryBackOff,
      variables: variables ?? {},
    });
  });

  routes.post('/jobs/:jobKey/error', async (request, response) => {
    const jobKey = readKey(request, 'jobKey');
    const { errorCode, errorMessage, variables } = readBody(request, thrown);
    await run(request, response, {
      type: 'throw job error',
      jobKey,
      errorCode,
      errorMessage: errorMessage ?? '',
      variables: variables ?? {},
    });
  });

  routes.patch('/jobs/:jobKey', async (request, response) => {
    const jobKey = readKey(request, 'jobKey');
    const { retries, timeout } = readBody(request, update).changeset;
    const result = await runtime.updateJob(
      { jobKey, retries: retries ?? undefined, timeoutMs: timeout ?? undefined },
      callerOf(request).actor,
    );
    if (!result.ok) throw fromRejection(result.rejection);
    response.sendStatus(204);
  });

  async function run(request: Request, response: Response, command: JobCommand): Promise<void> {
    await execute(runtime, command, callerOf(request).actor);
    response.sendStatus(204);
  }

  return routes;
}

type JobCommand = Extract<InstanceCommand, { jobKey: Key }>;

/** Runs a command on a job, for the worker that holds it: the request itself does not say. */
async function execute(runtime: Runtime, command: JobCommand, caller: Actor): Promise<null> {
  const result = await runtime.executeForWorker(command, caller);
  if (!result.ok) throw fromRejection(result.rejection);
  return null;
}

/** What the worker of an ad-hoc sub-process decided, as the engine takes it. */
function asDecision(result: z.output<typeof decided>): AdHocDecision {
  return {
    activate: (result.activateElements ?? []).map(({ elementId, variables }) => {
      return { elementId, variables: variables ?? {} };
    }),
    isCompletionConditionFulfilled: result.isCompletionConditionFulfilled ?? false,
    isCancelRemainingInstances: result.isCancelRemainingInstances ?? false,
  };
}

/** A leased job as workers read it. */
export function toJob(job: ActivatedJob): object {
  return {
    type: job.type,
    processDefinitionId: job.processId,
    processDefinitionVersion: job.processDefinitionVersion,
    elementId: job.elementId,
    customHeaders: job.customHeaders,
    worker: job.worker,
    retries: job.retries,
    deadline: job.deadline,
    variables: job.variables,
    tenantId: TENANT,
    jobKey: String(job.jobKey),
    processInstanceKey: String(job.processInstanceKey),
    processDefinitionKey: String(job.processDefinitionKey),
    elementInstanceKey: String(job.elementInstanceKey),
    kind: job.kind,
    listenerEventType: job.listens ?? 'UNSPECIFIED',
    userTask: job.userTask && toUserTask(job.userTask),
    tags: job.tags,
    rootProcessInstanceKey: String(job.rootProcessInstanceKey),
  };
}

function toUserTask(task: NonNullable<ActivatedJob['userTask']>): object {
  const { key, formKey, ...attributes } = task;
  return { ...attributes, formKey: formKey === null ? null : String(formKey), userTaskKey: String(key) };
}

/** What a task listener said, as the engine takes it: an empty text or list clears, null leaves as it is. */
function asListenerAnswer(result: z.output<typeof listened>): TaskListenerAnswer {
  const { assignee, dueDate, followUpDate, candidateGroups, candidateUsers, priority } =
    result.corrections ?? {};
  const text = (value: string | null | undefined) => (value === '' ? null : (value ?? undefined));
  const corrections = {
    assignee: text(assignee),
    dueDate: text(dueDate),
    followUpDate: text(followUpDate),
    candidateGroups: candidateGroups ?? undefined,
    candidateUsers: candidateUsers ?? undefined,
    priority: priority ?? undefined,
  };
  const given = Object.entries(corrections).filter(([, value]) => value !== undefined);
  return {
    denied: result.denied ?? false,
    deniedReason: result.deniedReason ?? '',
    corrections: Object.fromEntries(given),
  };
}

/** The headers of the element's job, or of the listener of that type. */
function headersOf(element: FlowNode | undefined, job: JobItem): Readonly<Record<string, string>> {
  if (job.kind === 'TASK_LISTENER') return element?.userTask?.headers ?? {};
  if (job.kind !== 'EXECUTION_LISTENER') return element?.job?.headers ?? {};
  const listeners = job.listenerEventType === 'START' ? element?.startListeners : element?.endListeners;
  return listeners?.find(({ type }) => type.fixed === job.type)?.headers ?? {};
}

/** Adds the headers the model gives the job, and what only other kinds of jobs have. */
async function withHeaders(runtime: Runtime, job: JobItem): Promise<object> {
  const element = await findElement(runtime, job.processDefinitionKey, job.elementId);
  return { ...job, customHeaders: headersOf(element, job) };
}
