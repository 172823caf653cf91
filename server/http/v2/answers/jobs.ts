/** What `/v2/jobs` answers. */
import { z } from 'zod';
import type { JobItem } from '../../../store/queries/jobs.js';
import { DONE, anything, count, found, headers, key, pageOf, tenantId, time } from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';

const words = z.array(z.string());
const attributes = z.strictObject({
  action: z.string(),
  assignee: z.string().nullable(),
  candidateGroups: words,
  candidateUsers: words,
  changedAttributes: words,
  dueDate: z.string().nullable(),
  followUpDate: z.string().nullable(),
  formKey: key.nullable(),
  priority: z.int(),
  userTaskKey: key,
});

/** A leased job. */
export const leasedJob = z.strictObject({
  type: z.string(),
  processDefinitionId: z.string(),
  processDefinitionVersion: count,
  elementId: z.string(),
  customHeaders: headers,
  worker: z.string(),
  retries: z.int(),
  deadline: z.int().describe('Milliseconds since 1970.'),
  variables: z.record(z.string(), anything),
  tenantId,
  jobKey: key,
  processInstanceKey: key,
  processDefinitionKey: key,
  elementInstanceKey: key,
  kind: z.string(),
  listenerEventType: z.string(),
  userTask: attributes.nullable().describe('For the job of a task listener: the task as it will be.'),
  tags: words,
  rootProcessInstanceKey: key,
});

const job = z.strictObject({
  deadline: time.nullable(),
  isDenied: z.boolean().nullable(),
  deniedReason: z.string().nullable(),
  elementId: z.string(),
  elementInstanceKey: key,
  endTime: time.nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  hasFailedWithRetriesLeft: z.boolean(),
  jobKey: key,
  processDefinitionId: z.string(),
  processDefinitionKey: key,
  processInstanceKey: key,
  rootProcessInstanceKey: key,
  retries: z.int(),
  state: z.string(),
  tenantId,
  type: z.string(),
  kind: z.string(),
  listenerEventType: z.string(),
  worker: z.string(),
  creationTime: time,
  lastUpdateTime: time,
} satisfies Shape<JobItem>);

/** The answers. */
export const JOB_ANSWERS: Answers = {
  'POST /v2/jobs/activation': {
    id: 'activateJobs',
    replies: [
      found(
        z.strictObject({ jobs: z.array(leasedJob) }),
        'The jobs that were leased; none is an empty list.',
      ),
    ],
  },
  'POST /v2/jobs/search': { id: 'searchJobs', replies: [pageOf(job.extend({ customHeaders: headers }))] },
  'POST /v2/jobs/:jobKey/completion': { id: 'completeJob', replies: [DONE] },
  'POST /v2/jobs/:jobKey/failure': { id: 'failJob', replies: [DONE] },
  'POST /v2/jobs/:jobKey/error': { id: 'throwJobError', replies: [DONE] },
  'PATCH /v2/jobs/:jobKey': { id: 'updateJob', replies: [DONE] },
};
