/** The agent worker: does jobs of `io.camunda.agenticai:aiagent:1`, an AI agent as a service task without tools. */
import { MOST_LEVELS, activityOf, describeFault, inspectJson } from '@countersign/engine';
import type { Actor, JsonObject } from '@countersign/engine';
import type { DefaultModel } from '../../agents/default-model.js';
import type { ModelProvider } from '../../agents/model-port.js';
import { ANSWER_ERRORS } from '../../agents/unusable-answers.js';
import type { ModelPrices } from '../../agents/prices.js';
import type { Secrets } from '../../agents/secrets.js';
import { SIMULATED_RESULT } from '../../agents/simulated.js';
import type { ActivatedJob, Runtime } from '../../runtime/runtime.js';
import type { BuiltInWorker, JobOutcome } from '../job-loop.js';
import { waitFor } from '../until-available.js';
import type { Wait } from '../until-available.js';
import { callModel } from './call-model.js';
import type { CallResult } from './call-model.js';
import { durationOf } from './durations.js';
import { chooseProvider } from './provider.js';
import { responseOf, resultVariables } from './response.js';
import { readAgentTask } from './task.js';
import type { AgentTask } from './task.js';

/** The job type of an agent as a service task. */
export const AGENT_JOB_TYPE = 'io.camunda.agenticai:aiagent:1';

/** What the agent worker needs of its server. */
export interface AgentWorkerOptions {
  readonly runtime: Pick<Runtime, 'execute' | 'updateJob' | 'store' | 'clock' | 'definitions'>;
  readonly secrets: Secrets;
  readonly prices: ModelPrices;
  /** The model of tasks that name no provider. */
  readonly model: DefaultModel | null;
  /** Whether simulated answers may be given. */
  readonly allowSimulated: boolean;
  /** Puts something around each provider, such as a trace. */
  readonly wrapProvider?: (provider: ModelProvider) => ModelProvider;
  /** Waits between attempts; by the system's clock when absent. */
  readonly wait?: Wait;
}

const LEASE = 60_000;
/** They wait for models, not for this machine. */
const MAX_JOBS = 64;
const FIRST_BACK_OFF = 5000;
const LONGEST_BACK_OFF = 5 * 60_000;

/** The worker. */
export function agentWorker(options: AgentWorkerOptions): BuiltInWorker {
  return {
    name: 'agent',
    jobType: AGENT_JOB_TYPE,
    leaseMs: LEASE,
    maxJobs: MAX_JOBS,
    actorOf,
    work: (job, signal) => work(options, job, signal),
  };
}

function actorOf({ elementId }: ActivatedJob): Actor {
  return `agent:${elementId}`;
}

async function work(
  options: AgentWorkerOptions,
  job: ActivatedJob,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { runtime, secrets, prices, allowSimulated } = options;
  const reading = readAgentTask(job.variables, options.model);
  if (!reading.ok) return ownFault(reading.message);
  const { task } = reading;
  const now = runtime.clock.now();
  const expression = await simulatedResultOf(runtime, job);
  const simulation = { expression, variables: job.variables, now, allowed: allowSimulated };
  const chosen = chooseProvider(task.provider, secrets, simulation);
  if (!chosen.ok) return ownFault(chosen.message);
  const result = await callModel(
    {
      job,
      actor: actorOf(job),
      provider: options.wrapProvider?.(chosen.provider) ?? chosen.provider,
      endpoint: task.provider.type === 'simulated' ? null : task.provider.endpoint,
      request: task.request,
      timeoutMs: task.timeoutMs,
      maxModelCalls: task.maxModelCalls,
      prices,
      signal,
    },
    { runtime, wait: options.wait ?? waitFor },
  );
  return outcomeOf(result, task, job, now);
}

/** The simulation expression of the job's element; undefined where it has none. */
async function simulatedResultOf(
  { definitions }: Pick<Runtime, 'definitions'>,
  { processDefinitionKey, elementId }: ActivatedJob,
): Promise<string | undefined> {
  const definition =
    definitions.byKey(processDefinitionKey) ?? (await definitions.load(processDefinitionKey));
  const element = definition?.model.elementsById.get(elementId);
  return element && activityOf(element).properties[SIMULATED_RESULT];
}

function outcomeOf(result: CallResult, task: AgentTask, job: ActivatedJob, now: number): JobOutcome {
  switch (result.kind) {
    case 'over':
      return { type: 'over' };
    case 'limit reached':
      return ownFault(
        `The model has answered ${result.answers} times for this task, which is its limit (data.limits.maxModelCalls).`,
      );
    case 'answered': {
      const mapped = resultVariables(job.customHeaders, responseOf(task, result.answer), now);
      if (!mapped.ok) return ownFault(mapped.message);
      const { fault } = inspectJson(mapped.variables, MOST_LEVELS + 1);
      if (!fault) return complete(mapped.variables);
      return ownFault(`The answer cannot be kept. ${describeFault(fault, 'It', MOST_LEVELS)}.`);
    }
    case 'failed': {
      const { failure, attempts } = result;
      const errorMessage = failure.message;
      if (failure.kind === 'stopped')
        return { type: 'fail', errorMessage, retries: job.retries, retryBackOff: 0 };
      const errorCode = ANSWER_ERRORS[failure.kind];
      if (errorCode !== undefined) return { type: 'error', errorCode, errorMessage };
      if (failure.kind === 'refused') return ownFault(errorMessage);
      const retryBackOff = backOff(job.customHeaders, failure.retryAfterMs, attempts);
      return { type: 'fail', errorMessage, retries: undefined, retryBackOff };
    }
  }
}

function complete(variables: JsonObject): JobOutcome {
  return { type: 'complete', variables };
}

/** What trying again cannot cure: somebody has to change the process, its variables or the settings. */
function ownFault(errorMessage: string): JobOutcome {
  return { type: 'fail', errorMessage, retries: 0, retryBackOff: 0 };
}

/** The task's own back-off (header `retryBackoff`), else longer each time; never sooner than the provider asks for. */
function backOff(
  headers: Readonly<Record<string, string>>,
  retryAfterMs: number | null,
  attempts: number,
): number {
  const own = headers.retryBackoff === undefined ? null : durationOf(headers.retryBackoff);
  const wanted = own ?? retryAfterMs ?? Math.min(FIRST_BACK_OFF * 2 ** (attempts - 1), LONGEST_BACK_OFF);
  return Math.max(wanted, retryAfterMs ?? 0);
}
