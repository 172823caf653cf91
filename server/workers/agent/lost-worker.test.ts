/** What is paid, and how often, when an agent worker ends in the middle of its work. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JSON_INPUTS, providerInputs } from '../../../test/support/agent-process.js';
import type { AgentProcess } from '../../../test/support/agent-process.js';
import { openAgentTest } from '../../../test/support/agent-worker.js';
import type { AgentTest } from '../../../test/support/agent-worker.js';
import { RUNTIME_START } from '../../../test/support/runtime.js';

let agent: AgentTest;
beforeEach(async () => {
  agent = await openAgentTest();
});
afterEach(() => agent.close());

/** A process that asks the provider for JSON. */
function asking(): AgentProcess {
  return { inputs: [...providerInputs(agent.fake.url), ...JSON_INPUTS] };
}

describe('a worker that dies', () => {
  /** Later than any lease of the worker. */
  const later = RUNTIME_START + 200_000;

  test('after the answer was recorded: the next one reads it and asks nobody', async () => {
    agent.fake.answer({ text: '{"total": 7}' });
    const key = await agent.create(asking());
    const job = await agent.lease();
    // The work is done, but the job is never completed.
    expect(await agent.worker().work(job, new AbortController().signal)).toMatchObject({ type: 'complete' });
    await agent.open.restart();
    agent.open.clock.pin(later);
    agent.startWorker();
    expect(await agent.completed(key)).toMatchObject({ agent: { responseJson: { total: 7 } } });
    expect(agent.fake.requests).toHaveLength(1);
    expect(await agent.shortCallsOf(key)).toEqual(['started 1', 'finished 1 answered']);
  });

  test('before the answer was recorded: the attempt is lost, charged as reserved, and made again', async () => {
    agent.fake.answer({ silence: true }, { text: '{"total": 7}' });
    const key = await agent.create(asking());
    const job = await agent.lease();
    const dying = new AbortController();
    const work = agent.worker().work(job, dying.signal);
    await agent.fake.asked(1);
    const before = await agent.shortCallsOf(key);
    await agent.open.restart();
    agent.open.clock.pin(later);
    agent.startWorker();
    expect(await agent.completed(key)).toMatchObject({ agent: { responseJson: { total: 7 } } });
    expect(before).toEqual(['started 1']);
    expect(await agent.shortCallsOf(key)).toEqual([
      'started 1',
      'lost 1',
      'started 2',
      'finished 2 answered',
    ]);
    const [started, lost] = await agent.callsOf(key);
    expect(lost.data).toMatchObject({
      charged: started.data.reserved,
      requestHash: started.data.requestHash,
    });
    dying.abort();
    // Its runtime is closed: what it had to say, nobody hears.
    await expect(work).rejects.toThrow();
  });

  test('because the server stops: the call is ended, and the next server makes it', async () => {
    agent.fake.answer({ silence: true }, { text: '{"total": 7}' });
    const key = await agent.create(asking());
    agent.startWorker();
    await agent.fake.asked(1);
    await agent.stopWorkers();
    expect(await agent.shortCallsOf(key)).toEqual(['started 1', 'lost 1']);
    expect((await agent.rowsOf(key)).at(-1)).toMatchObject({ type: 'job failed', data: { retries: 3 } });
    await agent.open.restart();
    agent.startWorker();
    await agent.completed(key);
    expect(await agent.shortCallsOf(key)).toEqual([
      'started 1',
      'lost 1',
      'started 2',
      'finished 2 answered',
    ]);
  });

  test('is not needed any more when the instance was cancelled', async () => {
    agent.fake.answer({ silence: true });
    const key = await agent.create(asking());
    agent.startWorker();
    await agent.fake.asked(1);
    await agent.open.runtime.cancelInstance(key, 'user:mary');
    await agent.stopWorkers();
    expect(await agent.shortCallsOf(key)).toEqual(['started 1']);
  });
});
