/** Writes BPMN files for tests that grow or repeat their models; a test of one fixed model keeps it in a file. */

/** A flow node: `type` is its BPMN tag, `extensions` and `content` are XML, `inside` is what a container holds. */
export interface NodeSource {
  readonly type: string;
  readonly id: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly extensions?: readonly string[];
  readonly content?: readonly string[];
  readonly inside?: ScopeSource;
}

/** A sequence flow; its id is `FROM-to-TO` where none is given. */
export interface FlowSource {
  readonly id?: string;
  readonly from: string;
  readonly to: string;
  readonly condition?: string;
}

/** The flow nodes and sequence flows of a process or sub-process. */
export interface ScopeSource {
  readonly nodes: readonly NodeSource[];
  readonly flows: readonly FlowSource[];
}

/** A process with what stands beside it in the file: messages, errors, signals, as XML. */
export interface ProcessSource extends ScopeSource {
  readonly id: string;
  readonly roots?: readonly string[];
}

/** The id of a flow in the file. */
export function flowId({ id, from, to }: FlowSource): string {
  return id ?? `${from}-to-${to}`;
}

/** A BPMN file with these executable processes. */
export function bpmnXml(...processes: readonly ProcessSource[]): string {
  const roots = [...new Set(processes.flatMap((process) => process.roots ?? []))];
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"' +
      ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"' +
      ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
      ' id="definitions" targetNamespace="http://countersign.dev/tests">',
    ...processes.flatMap((process) => [
      `  <bpmn:process id="${process.id}" isExecutable="true">`,
      ...scopeLines(process, '    '),
      '  </bpmn:process>',
    ]),
    ...roots.map((root) => `  ${root}`),
    '</bpmn:definitions>',
  ];
  return `${lines.join('\n')}\n`;
}

function scopeLines({ nodes, flows }: ScopeSource, indent: string): string[] {
  return [
    ...nodes.flatMap((node) => nodeLines(node, indent)),
    ...flows.map((flow) => indent + flowLine(flow)),
  ];
}

function nodeLines(node: NodeSource, indent: string): string[] {
  const { type, id, attributes = {}, extensions = [], content = [], inside } = node;
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
  const head = `bpmn:${type} id="${id}"${written.join('')}`;
  const inner = [
    ...(extensions.length === 0
      ? []
      : ['<bpmn:extensionElements>', ...extensions.map((line) => `  ${line}`), '</bpmn:extensionElements>']),
    ...content,
    ...(inside ? scopeLines(inside, '') : []),
  ];
  if (inner.length === 0) return [`${indent}<${head} />`];
  return [`${indent}<${head}>`, ...inner.map((line) => `${indent}  ${line}`), `${indent}</bpmn:${type}>`];
}

function flowLine(flow: FlowSource): string {
  const head = `bpmn:sequenceFlow id="${flowId(flow)}" sourceRef="${flow.from}" targetRef="${flow.to}"`;
  if (flow.condition === undefined) return `<${head} />`;
  const body = escapeXml(flow.condition);
  return (
    `<${head}><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${body}` +
    '</bpmn:conditionExpression></bpmn:sequenceFlow>'
  );
}

/** Text as it stands in XML, in an attribute or between tags. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Flows in a line: `chain('start', 'work', 'end')`. */
export function chain(...ids: readonly string[]): FlowSource[] {
  return ids.slice(1).map((to, index) => ({ from: ids[index], to }));
}

/** A service task whose jobs have the type of its id. */
export function serviceTask(id: string, more: Partial<NodeSource> = {}): NodeSource {
  const extensions = [`<zeebe:taskDefinition type="${id}" />`, ...(more.extensions ?? [])];
  return { ...more, type: 'serviceTask', id, extensions };
}

/** A timer event definition. */
export function timer(kind: 'timeDate' | 'timeDuration' | 'timeCycle', value: string): string {
  const body = `<bpmn:${kind} xsi:type="bpmn:tFormalExpression">${escapeXml(value)}</bpmn:${kind}>`;
  return `<bpmn:timerEventDefinition>${body}</bpmn:timerEventDefinition>`;
}

/** A message of the file, and the definition of an event that waits for it. */
export function message(id: string, name: string, correlationKey?: string): { root: string; event: string } {
  const extension =
    correlationKey === undefined
      ? ''
      : `<bpmn:extensionElements><zeebe:subscription correlationKey="${escapeXml(correlationKey)}" /></bpmn:extensionElements>`;
  return {
    root: `<bpmn:message id="${id}" name="${escapeXml(name)}">${extension}</bpmn:message>`,
    event: `<bpmn:messageEventDefinition messageRef="${id}" />`,
  };
}

/** An input or output mapping: `=source` to a target. */
export type Mapping = readonly [source: string, target: string];

/** `zeebe:ioMapping`. */
export function ioMapping(inputs: readonly Mapping[], outputs: readonly Mapping[] = []): string {
  const line = (tag: string) => (mapping: Mapping) =>
    `<zeebe:${tag} source="${escapeXml(mapping[0])}" target="${escapeXml(mapping[1])}" />`;
  return `<zeebe:ioMapping>${[...inputs.map(line('input')), ...outputs.map(line('output'))].join('')}</zeebe:ioMapping>`;
}
