/** Grows random small processes for the token game: any flows between a few elements, many of them joins. */
import { bpmnXml, escapeXml, ioMapping, type NodeSource, type ScopeSource } from '../support/bpmn-xml.js';
import { randomSource, type RandomSource } from '../support/random-source.js';
import type { FlowModel, NodeModel, ScopeModel, Trigger } from './join-net.js';

/** The variables that conditions ask. */
export const VARIABLES = ['a', 'b', 'c'];

type Kind = NodeModel['kind'];
type Draft = { -readonly [K in keyof NodeModel]: NodeModel[K] };

/** A process from a seed. */
export function growJoins(seed: number): ScopeModel {
  const random = randomSource(seed);
  let ids = 0;
  return growScope({ random, id: (prefix) => `${prefix}${(ids += 1)}` }, 0, 'process');
}

interface Grower {
  readonly random: RandomSource;
  id(prefix: string): string;
}

const GATEWAYS: readonly Kind[] = ['parallel', 'inclusive', 'inclusive', 'exclusive', 'complex'];
const OTHERS: readonly Kind[] = [
  'work',
  'work',
  'work',
  'person',
  'pass',
  'catch',
  'throw',
  'events',
  'throw link',
  'scope',
  'transaction',
  'end',
];

type Around = 'process' | 'scope' | 'transaction' | 'handler';

function growScope(grower: Grower, depth: number, around: Around): ScopeModel {
  const { random, id } = grower;
  const nodes: Draft[] = [{ id: id('start'), kind: 'start' }];
  const flows: FlowModel[] = [];
  const connect = (from: string, to: string): void => void flows.push({ id: id('f'), from, to });
  const size = (depth === 0 ? 2 : 1) + random.below(depth === 0 ? 6 : 3);
  for (let count = 0; count < size; count += 1) {
    const kind = random.chance(0.5) ? random.pick(GATEWAYS) : random.pick(OTHERS);
    const isFirst = count === 0;
    const node = growNode(grower, kind, depth, around);
    if (!node || (isFirst && node.kind === 'end')) continue;
    const before = nodes.filter((other) => mayLead(other));
    if (before.length === 0) break;
    connect(random.pick(before.slice(-3)).id, node.id);
    const more = GATEWAYS.includes(node.kind) ? random.below(3) : random.chance(0.15) ? 1 : 0;
    for (let extra = 0; extra < more; extra += 1) connect(random.pick(before).id, node.id);
    nodes.push(node);
    if (node.kind === 'events') {
      for (let events = 0; events < 2; events += 1) {
        const event = growNode(grower, 'catch', depth, around);
        if (!event || event.event?.kind === 'condition') {
          const message = { id: id('catch'), kind: 'catch' as const };
          nodes.push({ ...message, event: { kind: 'message', name: message.id } });
        } else nodes.push(event);
        connect(node.id, nodes[nodes.length - 1].id);
      }
    }
    if (node.kind === 'throw link') {
      const land: Draft = { id: id('land'), kind: 'catch link' };
      node.linkTo = land.id;
      nodes.push(land);
    }
    for (const boundary of boundariesOf(grower, node)) nodes.push(boundary);
  }
  const end: Draft = { id: id('end'), kind: 'end' };
  nodes.push(end);
  // What leads nowhere comes to the end or to a later join.
  for (const [index, node] of nodes.entries()) {
    if (!mayLead(node) || flows.some(({ from }) => from === node.id)) continue;
    if (node.kind === 'work' && random.chance(0.2)) continue;
    const later = nodes.slice(index + 1).filter((other) => mayBeLedTo(other, nodes, flows));
    connect(node.id, random.pick(later).id);
  }
  // Back from where an instance waits, so that nothing goes round by itself.
  for (const node of nodes) {
    if (node.kind !== 'work' || !random.chance(0.25)) continue;
    const back = nodes.filter(
      (other, index) => index <= nodes.indexOf(node) && mayBeLedTo(other, nodes, flows),
    );
    if (back.length > 0) connect(node.id, random.pick(back).id);
  }
  if (around !== 'handler' && random.chance(depth === 0 ? 0.3 : 0.25) && depth < 2) {
    nodes.push(growHandler(grower, depth));
  }
  return { nodes, flows: conditions(grower, nodes, flows) };
}

/** Whether flows may lead out of a node. */
function mayLead({ kind }: NodeModel): boolean {
  return kind !== 'end' && kind !== 'throw link' && kind !== 'events' && kind !== 'handler';
}

function mayBeLedTo(node: NodeModel, nodes: readonly NodeModel[], flows: readonly FlowModel[]): boolean {
  if (['start', 'boundary', 'catch link', 'handler'].includes(node.kind)) return false;
  const events = nodes.filter(({ kind }) => kind === 'events').map(({ id }) => id);
  return !flows.some(({ from, to }) => to === node.id && events.includes(from));
}

function growNode(grower: Grower, kind: Kind, depth: number, around: Around): Draft | undefined {
  const { random, id } = grower;
  const node: Draft = { id: id(kind.replace(/ .*/, '').slice(0, 5)), kind };
  const unless = random.chance(0.15) ? { unless: random.pick(VARIABLES) } : {};
  switch (kind) {
    case 'person':
      return around === 'transaction' || depth > 1 ? undefined : node;
    case 'work':
      return { ...node, ...unless, ...(random.chance(0.15) && !unless.unless && repeats(random)) };
    case 'catch':
      return { ...node, ...unless, event: waitsFor(random, node.id) };
    case 'throw':
      return around === 'handler' ? undefined : { ...node, event: throwsWhat(random) };
    case 'complex':
      return {
        ...node,
        needs: 1 + random.below(3),
        ...(random.chance(0.4) && { orIf: random.pick(VARIABLES) }),
      };
    case 'end':
      return { ...node, event: endsHow(random, around) };
    case 'scope':
      if (depth > 1) return undefined;
      return {
        ...node,
        inside: growScope(grower, depth + 1, around === 'transaction' ? around : 'scope'),
        ...(random.chance(0.25) && repeats(random)),
      };
    case 'transaction':
      if (depth > 0) return undefined;
      return { ...node, inside: growScope(grower, depth + 1, 'transaction') };
    default:
      return node;
  }
}

function repeats(random: RandomSource): { runs: number; sequential: boolean } {
  return { runs: 2, sequential: random.chance(0.4) };
}

function waitsFor(random: RandomSource, name: string): Trigger {
  const ticket = random.below(10);
  if (ticket < 5) return { kind: 'message', name };
  if (ticket < 8) return { kind: 'signal', name: random.pick(['S', 'T']) };
  return { kind: 'condition', name: random.pick(VARIABLES) };
}

function throwsWhat(random: RandomSource): Trigger {
  return random.chance(0.6)
    ? { kind: 'signal', name: random.pick(['S', 'T']) }
    : { kind: 'escalation', name: 'X' };
}

function endsHow(random: RandomSource, around: Around): Trigger | undefined {
  const ticket = random.below(10);
  if (ticket < 2) return { kind: 'terminate', name: '' };
  if (ticket < 4 && around !== 'process') return { kind: 'error', name: random.pick(['E', 'F']) };
  if (ticket < 6 && around === 'transaction') return { kind: 'cancel', name: '' };
  if (ticket < 7 && around !== 'handler') return throwsWhat(random);
  return undefined;
}

function boundariesOf({ random, id }: Grower, node: NodeModel): Draft[] {
  const made: Draft[] = [];
  const attach = (event: Trigger, interrupting: boolean): void => {
    const name = id('at');
    const own = event.kind === 'message' ? { ...event, name } : event;
    made.push({ id: name, kind: 'boundary', event: own, attachedTo: node.id, interrupting });
  };
  if (node.kind === 'transaction') attach({ kind: 'cancel', name: '' }, true);
  if (!['work', 'person', 'scope', 'transaction'].includes(node.kind)) return made;
  if (random.chance(0.4)) attach(waitsFor(random, ''), random.chance(0.6));
  if (random.chance(0.15)) attach({ kind: 'message', name: '' }, random.chance(0.6));
  if (node.kind !== 'person' && random.chance(0.4))
    attach({ kind: 'error', name: random.pick(['E', 'F']) }, true);
  if (node.inside && random.chance(0.3)) attach({ kind: 'escalation', name: 'X' }, random.chance(0.5));
  return made;
}

function growHandler(grower: Grower, depth: number): Draft {
  const { random, id } = grower;
  const name = id('handler');
  const interrupting = random.chance(0.6);
  const ticket = random.below(10);
  const event: Trigger =
    ticket < 5
      ? { kind: 'message', name }
      : ticket < 7
        ? { kind: 'signal', name: random.pick(['S', 'T']) }
        : ticket < 9 && interrupting
          ? { kind: 'error', name: random.pick(['E', 'F']) }
          : { kind: 'escalation', name: 'X' };
  return {
    id: name,
    kind: 'handler',
    interrupting,
    event,
    inside: growScope(grower, Math.max(depth, 1) + 1, 'handler'),
  };
}

/** Gives conditions to the flows out of gateways that choose. */
function conditions({ random }: Grower, nodes: Draft[], flows: readonly FlowModel[]): FlowModel[] {
  return nodes.reduce<FlowModel[]>(
    (all, node) => {
      if (node.kind !== 'exclusive' && node.kind !== 'inclusive' && node.kind !== 'complex') return all;
      const out = all.filter(({ from }) => from === node.id);
      if (out.length < 2) return all;
      if (random.chance(0.75)) node.defaultFlow = random.pick(out).id;
      return all.map((flow) => {
        if (flow.from !== node.id || flow.id === node.defaultFlow) return flow;
        if (node.kind !== 'exclusive' && random.chance(0.3)) return flow;
        return { ...flow, condition: random.pick(VARIABLES) };
      });
    },
    [...flows],
  );
}

/** The process as a BPMN file. */
export function joinsXml(process: ScopeModel): string {
  const triggers = allNodes(process).flatMap(({ event }) => event ?? []);
  const names = (kind: Trigger['kind']): string[] => [
    ...new Set(triggers.filter((event) => event.kind === kind).map(({ name }) => name)),
  ];
  const roots = [
    ...names('message').map(
      (name) =>
        `<bpmn:message id="m-${name}" name="${name}"><bpmn:extensionElements><zeebe:subscription correlationKey="=&quot;k&quot;" /></bpmn:extensionElements></bpmn:message>`,
    ),
    ...names('signal').map((name) => `<bpmn:signal id="s-${name}" name="${name}" />`),
    ...names('error').map((name) => `<bpmn:error id="e-${name}" errorCode="${name}" />`),
    ...names('escalation').map((name) => `<bpmn:escalation id="x-${name}" escalationCode="${name}" />`),
  ];
  return bpmnXml({ id: 'p', roots, ...scopeSource(process) });
}

function allNodes({ nodes }: ScopeModel): NodeModel[] {
  return nodes.flatMap((node) => [node, ...(node.inside ? allNodes(node.inside) : [])]);
}

function scopeSource({ nodes, flows }: ScopeModel, start?: NodeModel): ScopeSource {
  return {
    nodes: nodes.map((node) => nodeSource(node, start)),
    flows: flows.map(({ condition, ...flow }) => ({
      ...flow,
      ...(condition !== undefined && { condition: `=${condition}` }),
    })),
  };
}

const TAGS: Readonly<Record<Kind, string>> = {
  start: 'startEvent',
  end: 'endEvent',
  pass: 'task',
  work: 'serviceTask',
  person: 'userTask',
  catch: 'intermediateCatchEvent',
  throw: 'intermediateThrowEvent',
  events: 'eventBasedGateway',
  parallel: 'parallelGateway',
  inclusive: 'inclusiveGateway',
  exclusive: 'exclusiveGateway',
  complex: 'complexGateway',
  'throw link': 'intermediateThrowEvent',
  'catch link': 'intermediateCatchEvent',
  scope: 'subProcess',
  transaction: 'transaction',
  handler: 'subProcess',
  boundary: 'boundaryEvent',
};

function nodeSource(node: NodeModel, handler?: NodeModel): NodeSource {
  const { id, kind, inside } = node;
  const attributes: Record<string, string> = {};
  const extensions: string[] = [];
  const content: string[] = [];
  if (node.defaultFlow !== undefined) attributes['default'] = node.defaultFlow;
  if (node.attachedTo !== undefined) attributes['attachedToRef'] = node.attachedTo;
  if (kind === 'boundary') attributes['cancelActivity'] = String(node.interrupting);
  if (kind === 'handler') attributes['triggeredByEvent'] = 'true';
  if (kind === 'work') extensions.push('<zeebe:taskDefinition type="work" />');
  if (kind === 'person')
    extensions.push(
      '<zeebe:userTask />',
      '<zeebe:taskListeners><zeebe:taskListener eventType="canceling" type="asked" /></zeebe:taskListeners>',
    );
  if (node.unless !== undefined)
    extensions.push(ioMapping([], [[`=assert(1, ${node.unless} = true)`, 'out']]));
  if (kind === 'complex') {
    const or = node.orIf === undefined ? '' : ` or ${node.orIf} = true`;
    const condition = escapeXml(`=activationCount >= ${node.needs ?? 1}${or}`);
    content.push(
      `<bpmn:activationCondition xsi:type="bpmn:tFormalExpression">${condition}</bpmn:activationCondition>`,
    );
  }
  if (kind === 'throw link') content.push(`<bpmn:linkEventDefinition name="${node.linkTo}" />`);
  if (kind === 'catch link') content.push(`<bpmn:linkEventDefinition name="${id}" />`);
  const event = kind === 'start' ? handler?.event : kind === 'handler' ? undefined : node.event;
  if (event) content.push(definitionOf(event));
  if (kind === 'start' && handler) attributes['isInterrupting'] = String(handler.interrupting);
  if (node.runs !== undefined)
    content.push(
      `<bpmn:multiInstanceLoopCharacteristics isSequential="${node.sequential}"><bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">=${node.runs}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>`,
    );
  return {
    type: TAGS[kind],
    id,
    attributes,
    extensions,
    content,
    ...(inside && { inside: scopeSource(inside, kind === 'handler' ? node : undefined) }),
  };
}

function definitionOf({ kind, name }: Trigger): string {
  switch (kind) {
    case 'message':
      return `<bpmn:messageEventDefinition messageRef="m-${name}" />`;
    case 'signal':
      return `<bpmn:signalEventDefinition signalRef="s-${name}" />`;
    case 'error':
      return `<bpmn:errorEventDefinition errorRef="e-${name}" />`;
    case 'escalation':
      return `<bpmn:escalationEventDefinition escalationRef="x-${name}" />`;
    case 'condition':
      return `<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">=${name} = true</bpmn:condition></bpmn:conditionalEventDefinition>`;
    case 'cancel':
      return '<bpmn:cancelEventDefinition />';
    case 'terminate':
      return '<bpmn:terminateEventDefinition />';
  }
}
