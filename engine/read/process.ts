/** Reads one BPMN process (BPMN 2.0.2 §10) into an executable model: flow nodes, then the flows between them. */
import { isElementType, type ElementType } from '../model/element-types.js';
import type { LoopDefinition, ProcessModel, SequenceFlow } from '../model/process-model.js';
import type { ProblemList } from '../rules/problem.js';
import { draftNode, finishModel, type FlowNodeDraft, type ProcessDraft } from './draft.js';
import { readEmbeddedForms, readForm, type FormReading } from './forms.js';
import { linkEvents } from './links.js';
import { linkCompensation } from './compensation.js';
import { readLoop } from './loop.js';
import { readListeners } from './listeners.js';
import { readMappings, readProperties } from './mappings.js';
import { addMissingIds } from './missing-ids.js';
import { child, children, eventDefinitions, extension, flag, text, type ModdleElement } from './moddle.js';
import { NOT_EXECUTED, READERS } from './registry.js';
import type { Pausing } from '../xml/index.js';
import { readExpression } from './values.js';

/** How deep sub-processes may be nested: far beyond what a person can read, far below what a stack can hold. */
const NESTING_LIMIT = 100;

/** The most tokens that one activity may take or give. */
const QUANTITY_LIMIT = 1_000;

/** Reads a process, with pauses; what cannot run is reported, and the model is then not to be used. */
export function* readProcess(source: ModdleElement, problems: ProblemList): Pausing<ProcessModel> {
  addMissingIds(source);
  const draft: ProcessDraft = { elements: [], flows: [], elementsById: new Map(), flowsById: new Map() };
  const root = addNode(draft, source, 'process', null);
  if (!root.id)
    problems.error(
      'VALUE_MISSING',
      null,
      'The process has no id.',
      'Give it an id: instances are started by it.',
    );
  root.properties = readProperties(source);
  readListeners(source, root, problems);
  yield* readScope(source, root, draft, problems);
  const startForm = readStartForm(source, problems);
  for (const node of draft.elements) {
    const starts = node.eventSubProcesses.flatMap(({ children }) =>
      children.filter(({ type }) => type === 'startEvent'),
    );
    node.catchers.push(...node.boundaryEvents, ...starts);
  }
  return finishModel(draft, root, {
    versionTag: text(extension(source, 'zeebe:VersionTag'), 'value'),
    startFormId: startForm?.formId,
    startFormBinding: startForm?.binding ?? { kind: 'latest' },
    embeddedForms: readEmbeddedForms(source, problems),
  });
}

/** The form of the none start event: one of another application could not be shown before there is an instance. */
function readStartForm(source: ModdleElement, problems: ProblemList): FormReading | undefined {
  const start = children(source, 'flowElements').find(
    (element) => element.$type === 'bpmn:StartEvent' && eventDefinitions(element).length === 0,
  );
  if (!start) return undefined;
  const id = start.id ?? '';
  const form = readForm(start, id, problems);
  if (form?.external !== undefined) {
    const message = `The form "${form.external}" of another application is not shown before a start.`;
    problems.warn('NOT_SUPPORTED', id, message, 'Link a deployed form by its id.');
  }
  return form;
}

function* readScope(
  source: ModdleElement,
  scope: FlowNodeDraft,
  draft: ProcessDraft,
  problems: ProblemList,
): Pausing<void> {
  const elements = children(source, 'flowElements');
  for (const element of elements) {
    if (element.$type !== 'bpmn:SequenceFlow' && !NOT_EXECUTED.has(element.$type)) {
      yield* readNode(element, scope, draft, problems);
    }
  }
  for (const element of elements) {
    yield;
    if (element.$type === 'bpmn:BoundaryEvent') attach(element, draft, problems);
    if (element.$type === 'bpmn:SequenceFlow') readFlow(element, scope, draft, problems);
  }
  for (const element of elements) readDefaultFlow(element, draft, problems);
  linkEvents(scope, problems);
  linkCompensation(source, scope, draft, problems);
}

function* readNode(
  source: ModdleElement,
  scope: FlowNodeDraft,
  draft: ProcessDraft,
  problems: ProblemList,
): Pausing<void> {
  yield;
  const name = source.$type.replace(/^bpmn:/, '');
  const type = typeName(source);
  const id = source.id ?? '';
  if (!isElementType(type) || type === 'process') {
    return problems.error(
      'NOT_SUPPORTED',
      id,
      `The element type ${name} is not supported yet.`,
      'Replace it with elements of the support table, or wait for a version that runs it.',
    );
  }
  const loop = readLoop(source, id, problems);
  if (loop && type === 'eventSubProcess') {
    const message =
      'An event sub-process has a loop or multi-instance marker, but its trigger says how often it runs.';
    return problems.error('NOT_SUPPORTED', id, message, 'Put the repeated work in an activity inside it.');
  }
  const node = loop ? addLoop(draft, source, type, scope, loop) : addNode(draft, source, type, scope);
  node.inputs = readMappings(source, id, 'inputParameters', problems);
  node.outputs = readMappings(source, id, 'outputParameters', problems);
  node.properties = readProperties(source);
  const outer = loop ? (node.scope as FlowNodeDraft) : node;
  readListeners(source, node, problems, outer);
  outer.isForCompensation = node.isForCompensation = flag(source, 'isForCompensation') === true;
  outer.startQuantity = readQuantity(source, 'startQuantity', problems);
  outer.completionQuantity = readQuantity(source, 'completionQuantity', problems);
  READERS[type]({ source, node, problems });
  if (type === 'startEvent' && node.event.kind === 'none') scope.startEvent ??= node;
  if (type === 'eventSubProcess') scope.eventSubProcesses.push(node);
  if (CONTAINERS.has(type)) yield* readInside(source, node, draft, problems);
  if (type === 'adHocSubProcess') yield* readInside(source, addInner(draft, node), draft, problems);
}

/** Each element that is activated in an ad-hoc sub-process gets a scope of its own. */
function addInner(draft: ProcessDraft, adHoc: FlowNodeDraft): FlowNodeDraft {
  const id = `${adHoc.id}#innerInstance`;
  const inner = draftNode(draft.elements.length, id, adHoc.name, 'adHocSubProcessInnerInstance', adHoc);
  draft.elements.push(inner);
  draft.elementsById.set(id, inner);
  adHoc.inner = inner;
  return inner;
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

/** Elements with elements inside. */
const CONTAINERS: ReadonlySet<string> = new Set(['subProcess', 'transaction', 'eventSubProcess']);

function* readInside(
  source: ModdleElement,
  node: FlowNodeDraft,
  draft: ProcessDraft,
  problems: ProblemList,
): Pausing<void> {
  let depth = 0;
  for (let scope = node.scope; scope; scope = scope.scope) depth += 1;
  if (depth <= NESTING_LIMIT) return yield* readScope(source, node, draft, problems);
  const message = `Sub-processes are nested more than ${NESTING_LIMIT} deep, which is the limit.`;
  problems.error(
    'LIMIT_EXCEEDED',
    node.id,
    message,
    'Move the inner ones to a process of their own and call it.',
  );
}

/** The type as the model names it: `bpmn:ServiceTask` is `serviceTask`. */
function typeName(source: ModdleElement): string {
  if (flag(source, 'triggeredByEvent')) return 'eventSubProcess';
  const name = source.$type.replace(/^bpmn:/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
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
  if (host.scope !== event.scope) {
    const message = 'The boundary event stands in another scope than the activity it is attached to.';
    return problems.error(
      'REFERENCE_BROKEN',
      event.id,
      message,
      'Draw it on the border of the activity again.',
    );
  }
  event.attachedTo = host;
  host.boundaryEvents.push(event);
}

function readFlow(
  source: ModdleElement,
  scope: FlowNodeDraft,
  draft: ProcessDraft,
  problems: ProblemList,
): void {
  const id = source.id ?? '';
  const from = draft.elementsById.get(child(source, 'sourceRef')?.id ?? '');
  const to = draft.elementsById.get(child(source, 'targetRef')?.id ?? '');
  if (!from || !to) return reportLooseEnds(source, draft, problems);
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

/**
 * A flow without a source or target, or to something outside its scope that is not read (yet).
 * An end that is in the file but of a type that cannot run was reported there.
 */
function reportLooseEnds(source: ModdleElement, draft: ProcessDraft, problems: ProblemList): void {
  const id = source.id ?? null;
  for (const [property, what] of [
    ['sourceRef', 'source'],
    ['targetRef', 'target'],
  ] as const) {
    const end = child(source, property);
    if (end && draft.elementsById.has(end.id ?? '')) continue;
    if (!end) {
      const message = `The sequence flow has no ${what} in this file.`;
      problems.error('REFERENCE_BROKEN', id, message, 'Draw it from one element to another.');
    } else if (isElementType(typeName(end))) {
      const message = `The ${what} of the sequence flow is in another scope or another process.`;
      problems.error(
        'FLOW_CROSSES_SCOPE',
        id,
        message,
        'Connect elements inside one scope; use events or messages between.',
      );
    } else if (!problems.problems.some(({ elementId }) => elementId === end.id)) {
      const message = `The ${what} of the sequence flow is nothing that a token can enter.`;
      problems.error('REFERENCE_BROKEN', id, message, 'Draw it from one element to another.');
    }
  }
}

function readDefaultFlow(source: ModdleElement, draft: ProcessDraft, problems: ProblemList): void {
  const id = child(source, 'default')?.id;
  const node = draft.elementsById.get(source.id ?? '');
  if (id === undefined || !node) return;
  node.defaultFlow = node.outgoing.find((flow) => flow.id === id);
  if (node.defaultFlow) return;
  const message = `The default flow "${id}" does not leave this element.`;
  problems.error('REFERENCE_BROKEN', node.id, message, 'Choose one of its outgoing flows.');
}

/** How many tokens an activity takes or gives (BPMN 2.0.2 Table 10.3); 1 where it says nothing. */
function readQuantity(
  source: ModdleElement,
  property: 'startQuantity' | 'completionQuantity',
  problems: ProblemList,
): number {
  const quantity = Number(source[property] ?? 1);
  if (Number.isInteger(quantity) && quantity >= 1 && quantity <= QUANTITY_LIMIT) return quantity;
  const what = property === 'startQuantity' ? 'start quantity' : 'completion quantity';
  problems.error(
    'VALUE_INVALID',
    source.id ?? null,
    `The ${what} ${quantity} is no whole number from 1 to ${QUANTITY_LIMIT}.`,
    'Write such a number, or leave it out: then it is 1.',
  );
  return 1;
}
