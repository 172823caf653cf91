/** Blocks of work that can be undone: compensation and transactions. */
import { chain, serviceTask, type NodeSource } from '../../support/bpmn-xml.js';
import { join, single, type Block, type Fragment, type Grower } from '../fragments.js';
import { condition } from './values.js';

/** Compensation and transactions. */
export const UNDO_BLOCKS: readonly Block[] = [
  { share: 2, grow: undoneLater },
  { share: 2, grow: transaction },
  { share: 2, grow: undoneByEventSubProcess },
];

/** An activity with a handler that undoes it. */
function undoable({ id, random }: Grower): Fragment {
  const done = random.chance(0.7) ? serviceTask(id('done')) : { type: 'manualTask', id: id('done') };
  const undo = random.chance(0.7) ? serviceTask(id('undo')) : { type: 'task', id: id('undo') };
  const boundary: NodeSource = {
    type: 'boundaryEvent',
    id: id('boundary'),
    attributes: { attachedToRef: done.id },
    content: ['<bpmn:compensateEventDefinition />'],
  };
  const association: NodeSource = {
    type: 'association',
    id: id('association'),
    attributes: { sourceRef: boundary.id, targetRef: undo.id, associationDirection: 'One' },
  };
  const handler = { ...undo, attributes: { isForCompensation: 'true' } };
  return { ...single(done), nodes: [done, boundary, handler, association] };
}

/** One or two activities, other work, and an event that undoes them. */
function undoneLater(grower: Grower): Fragment {
  const { id, random } = grower;
  const first = undoable(grower);
  const work = random.chance(0.5) ? join(first, undoable(grower)) : first;
  const which = random.chance(0.4) ? ` activityRef="${first.first}"` : '';
  const undo: NodeSource = {
    type: 'intermediateThrowEvent',
    id: id('throw'),
    content: [`<bpmn:compensateEventDefinition${which} />`],
  };
  return join(join(work, grower.inside()), single(undo));
}

/** A sub-process that says itself how it is undone, with or without what completed inside it; then it is undone. */
function undoneByEventSubProcess(grower: Grower): Fragment {
  const { id, random } = grower;
  const definition = '<bpmn:compensateEventDefinition />';
  const [start, end, on, off] = ['start', 'end', 'on', 'off'].map((prefix) => id(prefix)) as [
    string,
    string,
    string,
    string,
  ];
  const body = join(undoable(grower), grower.inside());
  const undo = random.chance(0.5) ? serviceTask(id('note')) : { type: 'task', id: id('note') };
  const handler: NodeSource = {
    type: 'subProcess',
    id: id('undo'),
    attributes: { triggeredByEvent: 'true' },
    inside: {
      nodes: [
        { type: 'startEvent', id: on, content: [definition] },
        undo,
        { type: 'endEvent', id: off, content: random.chance(0.5) ? [definition] : [] },
      ],
      flows: chain(on, undo.id, off),
    },
  };
  const scope: NodeSource = {
    type: 'subProcess',
    id: id('undoable'),
    inside: {
      nodes: [{ type: 'startEvent', id: start }, ...body.nodes, { type: 'endEvent', id: end }, handler],
      flows: [...chain(start, body.first), ...body.flows, ...chain(body.last, end)],
    },
  };
  const which = random.chance(0.5) ? ` activityRef="${scope.id}"` : '';
  const back: NodeSource = {
    type: 'intermediateThrowEvent',
    id: id('throw'),
    content: [`<bpmn:compensateEventDefinition${which} />`],
  };
  return join(join(single(scope), grower.inside()), single(back));
}

/** A transaction that may be cancelled, and the path after that. */
function transaction(grower: Grower): Fragment {
  const { id, random } = grower;
  const [start, gate, good, cancel, boundary, after, merge] = [
    'start',
    'gate',
    'good',
    'cancel',
    'boundary',
    'after',
    'merge',
  ].map((prefix) => id(prefix)) as [string, string, string, string, string, string, string];
  const body = join(undoable(grower), grower.inside());
  const toGood = { id: id('flow'), from: gate, to: good };
  const cancelled = '<bpmn:cancelEventDefinition />';
  const node: NodeSource = {
    type: 'transaction',
    id: id('transaction'),
    inside: {
      nodes: [
        { type: 'startEvent', id: start },
        ...body.nodes,
        { type: 'exclusiveGateway', id: gate, attributes: { default: toGood.id } },
        { type: 'endEvent', id: good },
        { type: 'endEvent', id: cancel, content: [cancelled] },
      ],
      flows: [
        ...chain(start, body.first),
        ...body.flows,
        ...chain(body.last, gate),
        { from: gate, to: cancel, condition: condition(random) },
        toGood,
      ],
    },
  };
  return {
    nodes: [
      node,
      { type: 'boundaryEvent', id: boundary, attributes: { attachedToRef: node.id }, content: [cancelled] },
      { type: 'task', id: after },
      { type: 'exclusiveGateway', id: merge },
    ],
    flows: [...chain(node.id, merge), ...chain(boundary, after, merge)],
    first: node.id,
    last: merge,
  };
}
