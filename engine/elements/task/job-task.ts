/**
 * Tasks done by a job worker: service task and send task (BPMN 2.0.2 §10.3.3), and a script task that names one.
 * Entering creates a job; completing the job completes the task.
 */
import { createJob } from '../../behaviors/jobs.js';
import type { Processor } from '../../kernel/processor.js';

/** Waits for a worker. */
export const jobTask: Processor = {
  activate(step, element) {
    return createJob(step, element);
  },
};
