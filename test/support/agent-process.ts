/** Processes with one agent task, for tests of the agent worker. */
import { bpmnXml, chain, escapeXml, ioMapping, serviceTask } from './bpmn-xml.js';
import type { Mapping, NodeSource } from './bpmn-xml.js';

/** The agent task of a process. */
export interface AgentProcess {
  /** Sources and targets of its inputs besides the prompts; a FEEL source starts with `=`. */
  readonly inputs?: readonly Mapping[];
  readonly outputs?: readonly Mapping[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The expression of its simulated answer. */
  readonly simulatedResult?: string;
  /** Whether a person signs the answer off, in the user task `sign-off`. */
  readonly isSignedOff?: boolean;
}

/** The schema of the answers in these tests, as FEEL. */
export const TOTAL_SCHEMA =
  '={type: "object", properties: {total: {type: "number"}, confidence: {type: "number"}}, required: ["total"]}';

/** The inputs that ask for JSON of that schema. */
export const JSON_INPUTS: readonly Mapping[] = [
  ['json', 'data.response.format.type'],
  [TOTAL_SCHEMA, 'data.response.format.schema'],
];

/** The inputs that ask a provider at `url`, with the key of the secret MODEL_KEY. */
export function providerInputs(url: string): readonly Mapping[] {
  return [
    ['openai-compatible', 'provider.type'],
    [url, 'provider.openaiCompatible.endpoint'],
    ['{{secrets.MODEL_KEY}}', 'provider.openaiCompatible.authentication.apiKey'],
    ['small-1', 'provider.openaiCompatible.model.model'],
  ];
}

const SIGN_OFF: NodeSource = { type: 'userTask', id: 'sign-off', extensions: ['<zeebe:userTask />'] };

/** A process `read-invoice`: start, agent task `read`, a person's sign-off where wanted, end. It starts with the variable `invoice`. */
export function agentProcess(process: AgentProcess = {}): string {
  const { inputs = [], outputs = [], headers = {}, simulatedResult, isSignedOff = false } = process;
  const prompts: readonly Mapping[] = [
    ['You read invoices.', 'data.systemPrompt.prompt'],
    ['="Invoice: " + invoice', 'data.userPrompt.prompt'],
  ];
  const lines = Object.entries(headers).map(
    ([key, value]) => `<zeebe:header key="${escapeXml(key)}" value="${escapeXml(value)}" />`,
  );
  const property =
    simulatedResult && `<zeebe:property name="simulatedResult" value="${escapeXml(simulatedResult)}" />`;
  const task = serviceTask('read', {
    attributes: { name: 'Read invoice' },
    extensions: [
      ioMapping([...prompts, ...inputs], outputs),
      ...(lines.length > 0 ? [`<zeebe:taskHeaders>${lines.join('')}</zeebe:taskHeaders>`] : []),
      ...(property ? [`<zeebe:properties>${property}</zeebe:properties>`] : []),
    ],
  });
  const xml = bpmnXml({
    id: 'read-invoice',
    nodes: [
      { type: 'startEvent', id: 'start', attributes: { name: 'Invoice came' } },
      task,
      ...(isSignedOff ? [SIGN_OFF] : []),
      { type: 'endEvent', id: 'end' },
    ],
    flows: chain('start', 'read', ...(isSignedOff ? ['sign-off'] : []), 'end'),
  });
  return xml.replace('type="read"', 'type="io.camunda.agenticai:aiagent:1"');
}
