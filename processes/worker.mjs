/**
 * A job worker for the sample processes, written as anyone would write one: with the official client and
 * nothing of Countersign's own. `npm start` runs it beside the server; on its own: `node processes/worker.mjs`.
 *
 * It pays nobody and sends no mail: it says what it would do and answers with a reference number. The server
 * gives a job again when a worker was lost before it answered, so the number is made of the job's key: doing
 * a job twice gives the same number, by which a bank or a mail service recognises the repetition.
 */
import { createCamundaClient } from '@camunda8/orchestration-cluster-api';
import { customerJobs } from './customer-onboarding/jobs.mjs';
import { invoiceJobs } from './invoice-approval/jobs.mjs';

const client = createCamundaClient({
  config: {
    CAMUNDA_REST_ADDRESS: process.env.CAMUNDA_REST_ADDRESS ?? 'http://localhost:8080',
    CAMUNDA_AUTH_STRATEGY: process.env.CAMUNDA_AUTH_STRATEGY ?? 'NONE',
  },
});

const jobs = { ...invoiceJobs, ...customerJobs };

const workers = Object.entries(jobs).map(([jobType, work]) =>
  client.createJobWorker({
    jobType,
    workerName: 'sample-worker',
    maxParallelJobs: 8,
    jobTimeoutMs: 30_000,
    pollTimeoutMs: 20_000,
    pollBackoffMinMs: 200,
    pollBackoffMaxMs: 5_000,
    jobHandler: async (job) => {
      const outcome = work(job.variables, job.jobKey);
      console.log(`${jobType} ${job.jobKey}: ${outcome.says}`);
      if (outcome.error !== undefined) return job.error(outcome.error);
      return job.complete(outcome.variables);
    },
  }),
);

console.log(`The sample worker is ready for: ${Object.keys(jobs).join(', ')}`);

/** Asks for no more work, lets the jobs in hand finish, then goes. */
async function stop() {
  for (const worker of workers) worker.stop();
  await Promise.all(workers.map((worker) => worker.stopGracefully({ waitUpToMs: 2_000 })));
  process.exit(0);
}

process.once('SIGINT', stop);
process.once('SIGTERM', stop);
// Started by a parent process with a channel to it: without the parent there is nobody to work for.
process.once('disconnect', stop);
