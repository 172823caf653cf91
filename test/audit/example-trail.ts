/**
 * A server with a trail to export: an order that calls a check, people who approve and refuse, a job, and texts that
 * would break a format that does not mind them.
 */
import { bpmn } from '../server/models.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

/** Text that breaks out of CSV, XML and JSON, if it can. */
export const HOSTILE = '=cmd|"/C calc"!A1,\r\n<x>&amp;]]>\u0001\u{1F600} "quoted"';

const PROCESSES = bpmn(`
  <bpmn:process id="order" name="Order &lt;with&gt; &quot;care&quot;" isExecutable="true">
    <bpmn:startEvent id="begin" name="Order came in" />
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="check" />
    <bpmn:callActivity id="check" name="Check it">
      <bpmn:extensionElements><zeebe:calledElement processId="check-order" propagateAllChildVariables="true" /></bpmn:extensionElements>
    </bpmn:callActivity>
    <bpmn:sequenceFlow id="f2" sourceRef="check" targetRef="approve" />
    <bpmn:userTask id="approve" name="Approve order">
      <bpmn:extensionElements>
        <zeebe:userTask />
        <zeebe:assignmentDefinition candidateGroups="=[&quot;managers&quot;]" />
        <zeebe:taskHeaders><zeebe:header key="approval" value="true" /></zeebe:taskHeaders>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f3" sourceRef="approve" targetRef="decided" />
    <bpmn:exclusiveGateway id="decided" name="Approved?" default="f5" />
    <bpmn:sequenceFlow id="f4" sourceRef="decided" targetRef="shipped"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=approved</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f5" sourceRef="decided" targetRef="declined" />
    <bpmn:endEvent id="shipped" name="Shipped" />
    <bpmn:endEvent id="declined" name="Declined" />
  </bpmn:process>
  <bpmn:process id="check-order" name="Check an order" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="g1" sourceRef="start" targetRef="look" />
    <bpmn:serviceTask id="look" name="Look at it">
      <bpmn:extensionElements><zeebe:taskDefinition type="look" retries="1" /></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="g2" sourceRef="look" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>
  <bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="order">
    ${shape('begin', 100, 102, 36, 36)}${shape('check', 190, 80, 100, 80)}${shape('approve', 340, 80, 100, 80)}
    ${shape('decided', 495, 95, 50, 50)}${shape('shipped', 602, 102, 36, 36)}${shape('declined', 602, 202, 36, 36)}
    ${edge('f1', [136, 120], [190, 120])}${edge('f2', [290, 120], [340, 120])}${edge('f3', [440, 120], [495, 120])}
    ${edge('f4', [545, 120], [602, 120])}${edge('f5', [520, 145], [520, 220], [602, 220])}
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>`);

function shape(id: string, x: number, y: number, width: number, height: number): string {
  return `<bpmndi:BPMNShape id="s-${id}" bpmnElement="${id}"><dc:Bounds x="${x}" y="${y}" width="${width}" height="${height}" /></bpmndi:BPMNShape>`;
}

function edge(id: string, ...points: readonly [number, number][]): string {
  const waypoints = points.map(([x, y]) => `<di:waypoint x="${x}" y="${y}" />`).join('');
  return `<bpmndi:BPMNEdge id="e-${id}" bpmnElement="${id}">${waypoints}</bpmndi:BPMNEdge>`;
}

/** The server, and the keys of the orders in it. */
export interface ExampleTrail {
  readonly server: TestServer;
  readonly approved: string;
  readonly refused: string;
  readonly waiting: string;
  call(
    method: string,
    path: string,
    body?: object,
    user?: string,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  get(path: string, user?: string): Promise<Response>;
}

/** Basic credentials of a demo account. */
export function basic(user: string): string {
  return `Basic ${Buffer.from(`${user}:${user}`).toString('base64')}`;
}

/** Starts a server with accounts and lets people work in it. */
export async function startExampleTrail(): Promise<ExampleTrail> {
  const server = await startServer({ authentication: 'demo' });
  const headersOf = (user = 'demo'): Record<string, string> => ({ Authorization: basic(user) });
  const call: ExampleTrail['call'] = async (method, path, body, user) => {
    const response = await fetch(server.url + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...headersOf(user) },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  };
  const form = new FormData();
  form.append('resources', new File([PROCESSES], 'order.bpmn'));
  const deployed = await fetch(`${server.url}/v2/deployments`, {
    method: 'POST',
    body: form,
    headers: headersOf(),
  });
  if (!deployed.ok) throw new Error(await deployed.text());

  const order = async (decision: { user: string; approved: boolean } | null): Promise<string> => {
    const created = await call('POST', '/v2/process-instances', {
      processDefinitionId: 'order',
      variables: { note: HOSTILE, amount: 12.5 },
    });
    const key = String(created.body.processInstanceKey);
    const activation = { type: 'look', timeout: 60_000, maxJobsToActivate: 1, worker: 'looker' };
    const { body } = await call('POST', '/v2/jobs/activation', activation);
    const [{ jobKey }] = body.jobs as [{ jobKey: string }];
    await call('POST', `/v2/jobs/${jobKey}/completion`, { variables: { checked: HOSTILE } });
    if (!decision) return key;
    const tasks = await call('POST', '/v2/user-tasks/search', { filter: { processInstanceKey: key } });
    const [{ userTaskKey }] = tasks.body.items as [{ userTaskKey: string }];
    const { user, approved } = decision;
    await call('POST', `/v2/user-tasks/${userTaskKey}/assignment`, { assignee: user }, user);
    const reason = approved ? null : 'Too expensive, =really';
    const variables = { approved, reason };
    await call('POST', `/v2/user-tasks/${userTaskKey}/completion`, { variables }, user);
    return key;
  };
  return {
    server,
    approved: await order({ user: 'mia', approved: true }),
    refused: await order({ user: 'mia', approved: false }),
    waiting: await order(null),
    call,
    get: (path, user) => fetch(server.url + path, { headers: headersOf(user) }),
  };
}
