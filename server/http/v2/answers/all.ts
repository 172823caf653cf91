/** What every operation of `/v2` answers. */
import type { Answers } from '../../openapi/answer.js';
import { BATCH_ANSWERS } from './batch-operations.js';
import { DECISION_ANSWERS } from './decisions.js';
import { DIRECTORY_ANSWERS } from './directory.js';
import { EVENT_ANSWERS } from './events.js';
import { INSTANCE_ANSWERS } from './instances.js';
import { JOB_ANSWERS } from './jobs.js';
import { PROCESS_ANSWERS } from './processes.js';
import { SYSTEM_ANSWERS } from './system.js';
import { USER_TASK_ANSWERS } from './user-tasks.js';

/** The answers by operation, each with the reference's name of the operation. */
export const V2_ANSWERS: Answers = {
  ...BATCH_ANSWERS,
  ...DECISION_ANSWERS,
  ...DIRECTORY_ANSWERS,
  ...EVENT_ANSWERS,
  ...INSTANCE_ANSWERS,
  ...JOB_ANSWERS,
  ...PROCESS_ANSWERS,
  ...SYSTEM_ANSWERS,
  ...USER_TASK_ANSWERS,
};
