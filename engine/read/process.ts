/** Reads one BPMN process (BPMN 2.0.2 §10) into an executable model: flow nodes, then the flows between them. */
import { isElementType, type ElementType } from '../model/element-types.js';
import type { LoopDefinition, ProcessModel, SequenceFlow } from '../model/process-model.js';
import type { ProblemList } from '../rules/problem.js';
import { draftNode, finishModel, type FlowNodeDraft, type ProcessDraft } from './draft.js';
import { linkEvents } from './links.js';
import { linkCompensation } from './compensation.js';
import { readLoop } from './loop.js';
import { readMappings, readProperties } from './mappings.js';
import { child, children, extension, extensions, flag, text, type ModdleElement } from './moddle.js';
import { NOT_EXECUTED, READERS, UNSUPPORTED_EXTENSIONS } from './registry.js';
import { readExpression } from './values.js';

/** Reads a process; what cannot run is reported, and the model is then not to be used. */
export function readProcess(source: ModdleElement, problems: ProblemList): ProcessModel {
  const draft: ProcessDraft = { elements: [], flows: [], elementsById: new Map(), flowsById: new Map() };
  const root = addNode(draft, source, 'process', null);
  root.properties = readProperties(source);
  reportExtensions(source, problems);
  readScope(source, root, draft, problems);
  const start = startEventOf(source);
  for (const node of draft.elements) {
    const starts = node.eventSubProcesses.flatMap(({ children }) => children.filter(({ type }) => type === 'startEvent'));
    node.catchers.push(...node.boundaryEvents, ...starts);
  }
  return finishModel(draft, root, {
    versionTag: text(extension(source, 'zeebe:VersionTag'), 'value'),
    startFormId: text(extension(start, 'zeebe:FormDefinition'), 'formId'),
  });
}

function startEventOf(source: ModdleElement): ModdleElement | undefined {
  return children(source, 'flowElements').find(
    (element) => element.$type === 'bpmn:StartEvent' && children(element, 'eventDefinitions').length === 0,
  );
}

function readScope(source: ModdleElement, scope: FlowNodeDraft, draft: ProcessDraft, problems: ProblemList): void {
  const elements = children(source, 'flowElements');
  for (const element of elements) {
    if (element.$type !== 'bpmn:SequenceFlow' && !NOT_EXECUTED.has(element.$type)) {
      readNode(element, scope, draft, problems);
    }
  }
  for (const element of elements) {
    if (element.$type === 'bpmn:BoundaryEvent') attach(element, draft, problems);
    if (element.$type === 'bpmn:SequenceFlow') readFlow(element, scope, draft, problems);
  }
  for (const element of elements) readDefaultFlow(element, draft);
  linkEvents(scope, problems);
  linkCompensation(source, scope, draft, problems);
}

function readNode(source: ModdleElement, scope: FlowNodeDraft, draft: ProcessDraft, problems: ProblemList): void {
  const name = source.$type.replace(/^bpmn:/, '');
  const type = flag(source, 'triggeredByEvent') ? 'eventSubProcess' : name.charAt(0).toLowerCase() + name.slice(1);
  const id = source.id ?? '';
  if (!id) {
    return problems.error('VALUE_MISSING', scope.id, `A ${name} has no id.`, 'Give every element an id.');
  }
  if (!isElementType(type) || type === 'process') {
    return problems.error(
      'NOT_SUPPORTED',
      id,
      `The element type ${name} is not supported yet.`,
      'Replace it with elements of the support table, or wait for a version that runs it.',
    );
  }
  const loop = readLoop(source, id, problems);
  const node = loop ? addLoop(draft, source, type, scope, loop) : addNode(draft, source, type, scope);
  reportExtensions(source, problems);
  node.inputs = readMappings(source, id, 'inputParameters', problems);
  node.outputs = readMappings(source, id, 'outputParameters', problems);
  node.properties = readProperties(source);
  const outer = loop ? (node.scope as FlowNodeDraft) : node;
  outer.isForCompensation = node.isForCompensation = flag(source, 'isForCompensation') === true;
  READERS[type]({ source, node, problems });
  if (type === 'startEvent' && node.event.kind === 'none') scope.startEvent ??= node;
  if (type === 'eventSubProcess') scope.eventSubProcesses.push(node);
  if (type === 'subProcess' || type === 'transaction' || type === 'eventSubProcess') readScope(source, node, draft, problems);
}

/** A body stands in the scope for an activity that runs several times; the activity itself is inside it. */
function addLoop(
  draft: ProcessDraft,
  source: ModdleElement,
  type: ElementType,
  scope: FlowNodeDraft,
  loop: LoopDefinition,
): FlowNodeDraft {
  const body = addNode(draft, source, 'multiInstanceBody', scope);
  const inner = draftNode(draft.elements.length, body.id, body.name, type, body);
  draft.elements.push(inner);
  body.loop = loop;
  body.inner = inner;
  return inner;
}

function addNode(
  draft: ProcessDraft,
  source: ModdleElement,
  type: ElementType,
  scope: FlowNodeDraft | null,
): FlowNodeDraft {
  const node = draftNode(draft.elements.length, source.id ?? '', text(source, 'name'), type, scope);
  draft.elements.push(node);
  draft.elementsById.set(node.id, node);
  scope?.children.push(node);
  return node;
}

function attach(source: ModdleElement, draft: ProcessDraft, problems: ProblemList): void {
  const event = draft.elementsById.get(source.id ?? '');
  const host = draft.elementsById.get(child(source, 'attachedToRef')?.id ?? '');
  if (!event) return;
  if (!host) {
    return problems.error(
      'REFERENCE_BROKEN',
      event.id,
      'The boundary event is not attached to an activity.',
      'Attach it to the border of a task or sub-process.',
    );
  }
  event.attachedTo = host;
  host.boundaryEvents.push(event);
}

function readFlow(source: ModdleElement, scope: FlowNodeDraft, draft: ProcessDraft, problems: ProblemList): void {
  const id = source.id ?? '';
  const from = draft.elementsById.get(child(source, 'sourceRef')?.id ?? '');
  const to = draft.elementsById.get(child(source, 'targetRef')?.id ?? '');
  if (!from || !to) return reportLooseEnds(source, problems);
  if (from.scope !== scope || to.scope !== scope) {
    return problems.error(
      'FLOW_CROSSES_SCOPE',
      id,
      'The sequence flow crosses the border of a sub-process.',
      'Connect elements inside one scope; use events to cross its border.',
    );
  }
  const expression = text(child(source, 'conditionExpression'), 'body')?.trim();
  const flow: SequenceFlow = {
    index: draft.flows.length,
    id,
    name: text(source, 'name'),
    source: from,
    target: to,
    condition: expression === undefined ? undefined : readExpression(expression, id, 'condition', problems),
  };
  draft.flows.push(flow);
  draft.flowsById.set(id, flow);
  from.outgoing.push(flow);
  to.incoming.push(flow);
}

/** A flow without a source or target. An end that is in the file but cannot run was reported there. */
function reportLooseEnds(source: ModdleElement, problems: ProblemList): void {
  for (const [property, what] of [['sourceRef', 'source'], ['targetRef', 'target']] as const) {
    if (child(source, property)) continue;
    const message = `The sequence flow has no ${what} in this file.`;
    problems.error('REFERENCE_BROKEN', source.id ?? null, message, 'Draw it from one element to another.');
  }
}

function readDefaultFlow(source: ModdleElement, draft: ProcessDraft): void {
  const flow = child(source, 'default');
  const node = draft.elementsById.get(source.id ?? '');
  if (flow && node) node.defaultFlow = draft.flowsById.get(flow.id ?? '');
}

function reportExtensions(source: ModdleElement, problems: ProblemList): void {
  for (const { $type } of extensions(source)) {
    const what = UNSUPPORTED_EXTENSIONS[$type];
    if (what) {
      problems.error('NOT_SUPPORTED', source.id ?? null, `${what} are not supported yet.`, 'Remove them.');
    }
  }
}
