/** Decisions, expressions and ad-hoc sub-processes through `/v2`, by the unmodified official client. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DecisionDefinitionId,
  DecisionDefinitionKey,
  DecisionEvaluationInstanceKey,
  ElementId,
  ProcessDefinitionId,
} from '@camunda8/orchestration-cluster-api';
import type { CamundaClient } from '@camunda8/orchestration-cluster-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const NOW = { consistency: { waitUpToMs: 0 } };
const CASES = join(import.meta.dirname, '..', 'cases');
const read = (path: string): string => readFileSync(join(CASES, path), 'utf8');

/** A table `who` by `amount`, and `mail`, which requires it. */
const DECISIONS = read('business-rule-task/required-decision/decision.dmn');
const BROKEN_POLICY = read('business-rule-task/failing-hit-policy/decision.dmn')
  .replace('id="approval"', 'id="broken"')
  .replace('id="who"', 'id="broken-who"');
const AD_HOC = read('ad-hoc-sub-process/a-worker-decides/process.bpmn').replace('id="p"', 'id="ad-hoc"');
const FROM_OUTSIDE = read('ad-hoc-sub-process/activated-from-outside/process.bpmn').replace(
  'id="p"',
  'id="open"',
);

let server: TestServer;
let client: CamundaClient;
let deployed: Awaited<ReturnType<CamundaClient['createDeployment']>>;

beforeAll(async () => {
  server = await startServer();
  client = createClient(server.url);
  deployed = await client.createDeployment({
    resources: [
      new File([read('business-rule-task/required-decision/process.bpmn')], 'process.bpmn'),
      new File([DECISIONS], 'approval.dmn'),
      new File([BROKEN_POLICY], 'broken.dmn'),
      new File([AD_HOC], 'ad-hoc.bpmn'),
      new File([FROM_OUTSIDE], 'open.bpmn'),
    ],
  });
});
afterAll(() => server.close());

const start = (id: string, variables: Record<string, unknown> = {}) =>
  client.createProcessInstance({ processDefinitionId: ProcessDefinitionId.assumeExists(id), variables });

describe('decision definitions', () => {
  it('come with a deployment, and keep their version where their file is the same', async () => {
    expect(deployed.decisionRequirements).toMatchObject([
      {
        decisionRequirementsId: 'approval',
        decisionRequirementsName: 'Approval',
        version: 1,
        resourceName: 'approval.dmn',
      },
      { decisionRequirementsId: 'broken', version: 1 },
    ]);
    expect(deployed.decisions).toMatchObject([
      { decisionDefinitionId: 'who', name: 'Who approves', version: 1, decisionRequirementsId: 'approval' },
      { decisionDefinitionId: 'mail', name: 'Whom to write', version: 1 },
      { decisionDefinitionId: 'broken-who', version: 1, decisionRequirementsId: 'broken' },
    ]);
    const again = await client.createDeployment({ resources: [new File([DECISIONS], 'approval.dmn')] });
    expect(again.decisions.map((one) => one.decisionDefinitionKey)).toEqual(
      deployed.decisions.slice(0, 2).map((one) => one.decisionDefinitionKey),
    );
  });

  it('are found with their file', async () => {
    const { items } = await client.searchDecisionDefinitions(
      { filter: { decisionDefinitionId: DecisionDefinitionId.assumeExists('who'), isLatestVersion: true } },
      NOW,
    );
    expect(items).toMatchObject([{ name: 'Who approves', decisionRequirementsName: 'Approval', version: 1 }]);
    const { decisionDefinitionKey, decisionRequirementsKey } = items[0];
    expect(await client.getDecisionDefinition({ decisionDefinitionKey }, NOW)).toEqual(items[0]);
    expect(await client.getDecisionDefinitionXml({ decisionDefinitionKey }, NOW)).toBe(DECISIONS);
    const files = await client.searchDecisionRequirements(
      { filter: { decisionRequirementsId: 'approval' }, sort: [{ field: 'version', order: 'DESC' }] },
      NOW,
    );
    expect(files.items).toMatchObject([{ decisionRequirementsKey, resourceName: 'approval.dmn' }]);
    expect(await client.getDecisionRequirements({ decisionRequirementsKey }, NOW)).toEqual(files.items[0]);
    expect(await client.getDecisionRequirementsXml({ decisionRequirementsKey }, NOW)).toBe(DECISIONS);
  });
});

describe('the evaluation of a decision', () => {
  it('by its id or key gives the output, and what it came from', async () => {
    const result = await client.evaluateDecision({
      decisionDefinitionId: DecisionDefinitionId.assumeExists('mail'),
      variables: { amount: 1500 },
    });
    expect(result).toMatchObject({
      decisionDefinitionId: 'mail',
      decisionRequirementsId: 'approval',
      output: '"manager@example.com"',
      failureMessage: null,
      evaluatedDecisions: [
        {
          decisionDefinitionId: 'who',
          decisionDefinitionType: 'DECISION_TABLE',
          output: '"manager"',
          evaluatedInputs: [{ inputId: 'amount', inputName: 'Amount', inputValue: '1500' }],
          matchedRules: [
            {
              ruleId: 'large',
              ruleIndex: 2,
              evaluatedOutputs: [{ outputName: 'who', outputValue: '"manager"' }],
            },
          ],
        },
        { decisionDefinitionId: 'mail', decisionDefinitionType: 'LITERAL_EXPRESSION' },
      ],
    });
    const { decisionDefinitionKey } = result;
    const byKey = await client.evaluateDecision({ decisionDefinitionKey, variables: { amount: 10 } });
    expect(byKey.output).toBe('"clerk@example.com"');
  });

  it('is kept as decision instances, without a process instance', async () => {
    const { decisionEvaluationKey } = await client.evaluateDecision({
      decisionDefinitionId: DecisionDefinitionId.assumeExists('mail'),
      variables: { amount: 1500 },
    });
    const { items } = await client.searchDecisionInstances(
      { filter: { decisionEvaluationKey }, sort: [{ field: 'decisionEvaluationInstanceKey' }] },
      NOW,
    );
    expect(items).toMatchObject([
      { decisionDefinitionId: 'who', result: '"manager"', processInstanceKey: '-1', state: 'EVALUATED' },
      { decisionDefinitionId: 'mail', result: '"manager@example.com"', decisionDefinitionVersion: 1 },
    ]);
    const { decisionEvaluationInstanceKey } = items[0];
    const whole = await client.getDecisionInstance({ decisionEvaluationInstanceKey }, NOW);
    expect(whole).toMatchObject({
      ...items[0],
      matchedRules: [{ ruleIndex: 2 }],
      evaluatedInputs: [{ inputValue: '1500' }],
    });
    expect(
      server.runtime?.store.connection
        .prepare(`select root_key from audit where type = 'decision evaluated'`)
        .all(),
    ).toContainEqual({ root_key: null });
  });

  it('that cannot decide says which decision failed and why', async () => {
    const result = await client.evaluateDecision({
      decisionDefinitionId: DecisionDefinitionId.assumeExists('broken-who'),
      variables: { amount: 1500 },
    });
    expect(result).toMatchObject({ failedDecisionDefinitionId: 'broken-who', output: 'null' });
    expect(result.failureMessage).not.toBeNull();
    const { items } = await client.searchDecisionInstances({ filter: { state: 'FAILED' } }, NOW);
    expect(items).toMatchObject([
      { decisionDefinitionId: 'broken-who', evaluationFailure: result.failureMessage },
    ]);
  });

  it('that does not exist is not found', async () => {
    const missing = [
      () => client.evaluateDecision({ decisionDefinitionId: DecisionDefinitionId.assumeExists('nobody') }),
      () => client.evaluateDecision({ decisionDefinitionKey: DecisionDefinitionKey.assumeExists('1') }),
      () =>
        client.getDecisionDefinition({ decisionDefinitionKey: DecisionDefinitionKey.assumeExists('1') }, NOW),
      () =>
        client.getDecisionInstance(
          { decisionEvaluationInstanceKey: DecisionEvaluationInstanceKey.assumeExists('1-1') },
          NOW,
        ),
    ];
    for (const call of missing) await expect(call()).rejects.toMatchObject({ status: 404 });
  });
});

describe('a business rule task', () => {
  it('decides in its instance', async () => {
    const { processInstanceKey } = await start('p', { amount: 1500 });
    const { items } = await client.searchDecisionInstances({ filter: { processInstanceKey } }, NOW);
    expect(items.map((one) => one.decisionDefinitionId).sort()).toEqual(['mail', 'who']);
    const [{ elementInstanceKey, processDefinitionKey, rootProcessInstanceKey }] = items;
    expect(elementInstanceKey).not.toBeNull();
    expect(processDefinitionKey).toBe(deployed.processes[0].processDefinitionKey);
    expect(rootProcessInstanceKey).toBe(processInstanceKey);
    expect((await client.getProcessInstance({ processInstanceKey }, NOW)).state).toBe('COMPLETED');
  });
});

describe('an expression', () => {
  it('is evaluated with variables', async () => {
    const { result, warnings } = await client.evaluateExpression({
      expression: '=order.total * 1.1 > limit',
      variables: { order: { total: 100 }, limit: 109 },
    });
    expect(result).toBe(true);
    expect(warnings).toEqual([]);
    const missing = await client.evaluateExpression({ expression: '=nothing + 1' });
    expect(missing.result).toBeNull();
    expect(missing.warnings).not.toHaveLength(0);
  });

  it('that is none is refused with the place', async () => {
    await expect(client.evaluateExpression({ expression: '=1 +' })).rejects.toMatchObject({ status: 400 });
    await expect(client.evaluateExpression({ expression: '1 + 1' })).rejects.toMatchObject({ status: 400 });
  });
});

describe('an ad-hoc sub-process', () => {
  const activate = async (type: string) => {
    const { jobs } = await client.activateJobs({
      type,
      worker: 't',
      timeout: 60_000,
      maxJobsToActivate: 5,
      requestTimeout: 1000,
    });
    return jobs;
  };

  it('runs what its worker decides', async () => {
    const { processInstanceKey } = await start('ad-hoc');
    const [job] = await activate('agent');
    expect(job.kind).toBe('AD_HOC_SUB_PROCESS');
    const found = await client.searchJobs({ filter: { kind: 'AD_HOC_SUB_PROCESS' } }, NOW);
    expect(found.items).toMatchObject([{ jobKey: job.jobKey, kind: 'AD_HOC_SUB_PROCESS' }]);
    await client.completeJob({
      jobKey: job.jobKey,
      result: {
        type: 'adHocSubProcess',
        activateElements: [{ elementId: ElementId.assumeExists('a'), variables: { toolCall: { n: 1 } } }],
      },
    });
    const [tool] = await activate('a');
    expect(tool).toMatchObject({ kind: 'BPMN_ELEMENT', variables: { toolCall: { n: 1 } } });
    await client.completeJob({ jobKey: tool.jobKey });
    const [next] = await activate('agent');
    await client.completeJob({
      jobKey: next.jobKey,
      result: { type: 'adHocSubProcess', isCompletionConditionFulfilled: true },
    });
    expect((await client.getProcessInstance({ processInstanceKey }, NOW)).state).toBe('COMPLETED');
  });

  it('runs what is activated from outside, and refuses what is not in it', async () => {
    const { processInstanceKey } = await start('open');
    const { items } = await client.searchElementInstances(
      { filter: { processInstanceKey, type: 'AD_HOC_SUB_PROCESS' } },
      NOW,
    );
    const adHocSubProcessInstanceKey = items[0].elementInstanceKey;
    await client.activateAdHocSubProcessActivities({
      adHocSubProcessInstanceKey,
      elements: [{ elementId: ElementId.assumeExists('a') }],
    });
    const active = await client.searchElementInstances(
      { filter: { processInstanceKey, elementId: ElementId.assumeExists('a'), state: 'ACTIVE' } },
      NOW,
    );
    expect(active.items).toHaveLength(1);
    await expect(
      client.activateAdHocSubProcessActivities({
        adHocSubProcessInstanceKey,
        elements: [{ elementId: ElementId.assumeExists('nothing') }],
      }),
    ).rejects.toMatchObject({ status: 400 });
  });
});
