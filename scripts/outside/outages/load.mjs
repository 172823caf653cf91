/**
 * Callers that start instances of one task and complete their jobs, a few on each node, and keep what they were told: what
 * was answered has to be there once, what was refused not at all.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const MODEL = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="http://example.com">
  <bpmn:process id="outage" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="to-work" sourceRef="start" targetRef="work" />
    <bpmn:serviceTask id="work">
      <bpmn:extensionElements><zeebe:taskDefinition type="work" retries="3" /></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="to-end" sourceRef="work" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>
</bpmn:definitions>`;

/** Milliseconds that a caller pauses after an answer, and after a refusal. */
const BETWEEN = 20;
const AFTER_REFUSAL = 250;

/** Deploys the process. */
export async function deployModel(url) {
  const form = new FormData();
  form.append('resources', new Blob([MODEL]), 'outage.bpmn');
  const response = await fetch(`${url}/v2/deployments`, { method: 'POST', body: form });
  if (!response.ok) throw new Error(`The process cannot be deployed: ${await response.text()}`);
}

/** Begins the load on the nodes at `urls`: so many starters and workers on each. */
export function startLoad(urls, { starters = 3, workers = 2 } = {}) {
  const told = {
    /** Instances by their business ids: started, refused, or nobody knows. */
    started: new Map(),
    refused: new Set(),
    unknown: new Set(),
    /** Jobs that were answered as completed. */
    completed: [],
    /** Answers that no caller should get, by what they were. */
    wrong: new Map(),
    refusals: 0,
    /** Moments of answered starts, as Date.now gives them. */
    startedAt: [],
  };
  let isStarting = true;
  let isWorking = true;

  const post = async (url, path, body) => {
    try {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      const { status } = response;
      if (status === 503) {
        told.refusals += 1;
        if (response.headers.get('Retry-After') === null) wrong(`503 of ${path} without Retry-After`);
      } else if (status >= 500) wrong(`${status} of ${path}: ${text.slice(0, 200)}`);
      return { status, body: status === 200 && text !== '' ? JSON.parse(text) : null, text };
    } catch (error) {
      wrong(`no answer of ${path}: ${error.cause?.code ?? error.message}`);
      return { status: 0, body: null, text: '' };
    }
  };
  const wrong = (what) => told.wrong.set(what, (told.wrong.get(what) ?? 0) + 1);

  const starter = async (url) => {
    while (isStarting) {
      const businessId = randomBytes(8).toString('hex');
      const { status, body, text } = await post(url, '/v2/process-instances', {
        processDefinitionId: 'outage',
        businessId,
      });
      if (status === 200) {
        told.started.set(businessId, body.processInstanceKey);
        told.startedAt.push(Date.now());
      } else if (status === 503 && !text.includes('may have been done')) told.refused.add(businessId);
      else told.unknown.add(businessId);
      await pause(status === 200 ? BETWEEN : AFTER_REFUSAL);
    }
  };
  const worker = async (url, index) => {
    while (isWorking) {
      const { status, body } = await post(url, '/v2/jobs/activation', {
        type: 'work',
        worker: `w${index}`,
        timeout: 10_000,
        maxJobsToActivate: 10,
        requestTimeout: 1_000,
      });
      if (status !== 200) await pause(AFTER_REFUSAL);
      for (const { jobKey } of body?.jobs ?? []) await complete(url, jobKey);
    }
  };
  const complete = async (url, jobKey) => {
    for (;;) {
      const { status } = await post(url, `/v2/jobs/${jobKey}/completion`, {});
      if (status === 204) told.completed.push(jobKey);
      if ((status !== 503 && status !== 0) || !isWorking) return;
      await pause(AFTER_REFUSAL);
    }
  };
  const starting = urls.flatMap((url) => Array.from({ length: starters }, () => starter(url)));
  const working = urls.flatMap((url) => Array.from({ length: workers }, (_, index) => worker(url, index)));
  return {
    told,
    /** No more are started; fulfilled when every caller has its answer. */
    async stopStarting() {
      isStarting = false;
      await Promise.all(starting);
    },
    async stopWorking() {
      isWorking = false;
      await Promise.all(working);
    },
  };
}
