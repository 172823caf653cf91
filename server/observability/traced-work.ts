/** Spans around the work of built-in workers and the calls of models, by OpenTelemetry's GenAI conventions. */
import type { ModelProvider } from '../agents/model-port.js';
import type { Runtime } from '../runtime/runtime.js';
import type { BuiltInWorker } from '../workers/job-loop.js';
import type { Tracing } from './tracing.js';

/** A worker whose every job is a span. */
export function tracedWorker(worker: BuiltInWorker, tracing: Tracing): BuiltInWorker {
  return {
    ...worker,
    work: (job, signal) =>
      tracing.inSpan(
        `job ${worker.jobType}`,
        'consumer',
        {
          'countersign.worker': worker.name,
          'countersign.job_key': String(job.jobKey),
          'countersign.process_instance_key': String(job.processInstanceKey),
          'countersign.process_definition_id': job.processId,
          'countersign.element_id': job.elementId,
        },
        async (span) => {
          const outcome = await worker.work(job, signal);
          span.add({ 'countersign.outcome': outcome.type });
          if (outcome.type === 'fail') span.fail('job failed');
          return outcome;
        },
      ),
  };
}

/** A provider whose every call is a span. It holds no prompt and no answer: those are in the audit trail. */
export function tracedProvider(provider: ModelProvider, tracing: Tracing): ModelProvider {
  return {
    ...provider,
    call: (request, limits) =>
      tracing.inSpan(
        `chat ${request.model}`,
        'client',
        {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': provider.name,
          'gen_ai.request.model': request.model,
          'gen_ai.request.max_tokens': request.maxOutputTokens,
          'gen_ai.request.temperature': request.temperature ?? undefined,
          'gen_ai.request.top_p': request.topP ?? undefined,
          'gen_ai.output.type': request.responseFormat.type,
          'server.address': provider.endpoint === null ? undefined : new URL(provider.endpoint).hostname,
          'countersign.simulated': provider.simulated,
        },
        async (span) => {
          const outcome = await provider.call(request, limits);
          const answer = outcome.ok ? outcome.answer : outcome.failure.billed;
          span.add({
            'gen_ai.response.model': answer?.model,
            'gen_ai.response.id': answer?.responseId ?? undefined,
            'gen_ai.response.finish_reasons': answer ? [answer.finishReason] : undefined,
            'gen_ai.usage.input_tokens': answer?.usage.inputTokens ?? undefined,
            'gen_ai.usage.output_tokens': answer?.usage.outputTokens ?? undefined,
          });
          if (!outcome.ok) span.fail(outcome.failure.kind);
          return outcome;
        },
      ),
  };
}

/** Job activation as a span: how long a worker waited, and what it got. */
export function tracedActivation(runtime: Runtime, tracing: Tracing): Runtime['activateJobs'] {
  return (request) =>
    tracing.inSpan(
      'activate jobs',
      'internal',
      { 'countersign.job_type': request.type, 'countersign.worker': request.worker },
      async (span) => {
        const jobs = await runtime.activateJobs(request);
        span.add({ 'countersign.jobs': jobs.length });
        return jobs;
      },
    );
}
