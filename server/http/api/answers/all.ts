/** What every operation of `/api` answers, and the doors for whoever runs the server. */
import type { Answers } from '../../openapi/answer.js';
import { AUDIT_ANSWERS } from './audit.js';
import { ERASURE_ANSWERS } from './erasures.js';
import { HOUSE_ANSWERS } from './house.js';
import { OWN_INSTANCE_ANSWERS } from './instances.js';
import { MODEL_ANSWERS } from './models.js';
import { OWN_USER_TASK_ANSWERS } from './user-tasks.js';

/** The answers by operation. */
export const API_ANSWERS: Answers = {
  ...AUDIT_ANSWERS,
  ...ERASURE_ANSWERS,
  ...HOUSE_ANSWERS,
  ...MODEL_ANSWERS,
  ...OWN_INSTANCE_ANSWERS,
  ...OWN_USER_TASK_ANSWERS,
};
