/** Models of plain BPMN that both engines run: fixed ones by name, and ones grown from a seed. */
import {
  bpmnXml,
  chain,
  message,
  serviceTask,
  timer,
  type FlowSource,
  type NodeSource,
  type ScopeSource,
} from '../support/bpmn-xml.js';
import { randomSource, type RandomSource } from '../support/random-source.js';

/** A model, and what is to be compared. */
export interface PlainModel {
  readonly name: string;
  readonly xml: string;
  readonly people: 'quick' | 'slow';
}

const start: NodeSource = { type: 'startEvent', id: 'start' };
const end: NodeSource = { type: 'endEvent', id: 'end' };
const person = (id: string): NodeSource => ({ type: 'userTask', id, extensions: ['<zeebe:userTask />'] });
const gateway = (type: string, id: string, defaultFlow?: string): NodeSource => ({
  type: `${type}Gateway`,
  id,
  ...(defaultFlow !== undefined && { attributes: { default: defaultFlow } }),
});
const boundary = (
  id: string,
  attachedToRef: string,
  content: string,
  cancelActivity = 'true',
): NodeSource => ({
  type: 'boundaryEvent',
  id,
  attributes: { attachedToRef, cancelActivity },
  content: [content],
});
const endWith = (id: string, content: string): NodeSource => ({ type: 'endEvent', id, content: [content] });
const failed = '<bpmn:errorEventDefinition errorRef="Failed" />';
const failedRoot = '<bpmn:error id="Failed" name="Failed" errorCode="FAILED" />';
const inside = (id: string, nodes: readonly NodeSource[], flows: readonly FlowSource[]): NodeSource => ({
  type: 'subProcess',
  id,
  inside: { nodes, flows },
});
const when = (from: string, to: string, condition: string): FlowSource => ({ from, to, condition });
const told = message('told', 'told', '="k"');

function model(
  name: string,
  nodes: readonly NodeSource[],
  flows: readonly FlowSource[],
  more: { people?: 'slow'; roots?: readonly string[] } = {},
): PlainModel {
  const scope: ScopeSource = { nodes: [start, ...nodes, end], flows };
  return {
    name,
    xml: bpmnXml({ id: 'p', ...scope, roots: more.roots ?? [] }),
    people: more.people ?? 'quick',
  };
}

/** Fixed models. The variables of every run are `PLAIN_VARIABLES`. */
export const PLAIN_MODELS: readonly PlainModel[] = [
  model(
    'tasks in a row',
    [serviceTask('a'), { type: 'task', id: 'b' }, person('c')],
    chain('start', 'a', 'b', 'c', 'end'),
  ),
  model(
    'exclusive: the first that holds',
    [gateway('exclusive', 'g', 'g-to-c'), serviceTask('a'), serviceTask('b'), serviceTask('c')],
    [
      ...chain('start', 'g'),
      when('g', 'a', '=size0 > 5'),
      when('g', 'b', '=size0 > 1'),
      ...chain('g', 'c'),
      ...chain('a', 'end'),
      ...chain('b', 'end'),
      ...chain('c', 'end'),
    ],
  ),
  model(
    'exclusive: the default',
    [gateway('exclusive', 'g', 'g-to-c'), serviceTask('a'), serviceTask('c')],
    [...chain('start', 'g'), when('g', 'a', '=size0 > 50'), ...chain('g', 'c', 'end'), ...chain('a', 'end')],
  ),
  model(
    'parallel fork and join',
    [gateway('parallel', 'f'), serviceTask('a'), person('b'), gateway('parallel', 'j'), serviceTask('c')],
    [...chain('start', 'f', 'a', 'j', 'c', 'end'), ...chain('f', 'b', 'j')],
  ),
  model(
    'parallel fork with two ends',
    [gateway('parallel', 'f'), serviceTask('a'), person('b'), { type: 'endEvent', id: 'other' }],
    [...chain('start', 'f', 'a', 'end'), ...chain('f', 'b', 'other')],
  ),
  model(
    'two tokens into one task',
    [gateway('parallel', 'f'), serviceTask('a'), serviceTask('b'), person('c')],
    [...chain('start', 'f', 'a', 'c', 'end'), ...chain('f', 'b', 'c')],
  ),
  model(
    'a sub-process in a sub-process',
    [
      inside(
        'outer',
        [
          { type: 'startEvent', id: 'o' },
          inside(
            'inner',
            [{ type: 'startEvent', id: 'i' }, person('a'), { type: 'endEvent', id: 'i-end' }],
            chain('i', 'a', 'i-end'),
          ),
          { type: 'endEvent', id: 'o-end' },
        ],
        chain('o', 'inner', 'o-end'),
      ),
    ],
    chain('start', 'outer', 'end'),
  ),
  model(
    'a boundary timer that comes first',
    [person('a'), boundary('late', 'a', timer('timeDuration', 'PT1H')), serviceTask('b')],
    [...chain('start', 'a', 'end'), ...chain('late', 'b', 'end')],
    { people: 'slow' },
  ),
  model(
    'a boundary timer that comes too late',
    [person('a'), boundary('late', 'a', timer('timeDuration', 'PT1H')), serviceTask('b')],
    [...chain('start', 'a', 'end'), ...chain('late', 'b', 'end')],
  ),
  model(
    'a boundary timer on a sub-process',
    [
      inside(
        'sub',
        [
          { type: 'startEvent', id: 'i' },
          gateway('parallel', 'f'),
          person('a'),
          person('b'),
          { type: 'endEvent', id: 'i-end' },
        ],
        [...chain('i', 'f', 'a', 'i-end'), ...chain('f', 'b', 'i-end')],
      ),
      boundary('late', 'sub', timer('timeDuration', 'PT1H')),
      serviceTask('c'),
    ],
    [...chain('start', 'sub', 'end'), ...chain('late', 'c', 'end')],
    { people: 'slow' },
  ),
  model(
    'a terminate end event',
    [
      gateway('parallel', 'f'),
      person('a'),
      serviceTask('b'),
      endWith('stop', '<bpmn:terminateEventDefinition />'),
    ],
    [...chain('start', 'f', 'a', 'end'), ...chain('f', 'b', 'stop')],
  ),
  model(
    'a message that is waited for',
    [{ type: 'intermediateCatchEvent', id: 'wait', content: [told.event] }, serviceTask('a')],
    chain('start', 'wait', 'a', 'end'),
    { roots: [told.root] },
  ),
  model(
    'a timer that is waited for',
    [
      { type: 'intermediateCatchEvent', id: 'wait', content: [timer('timeDuration', 'P1D')] },
      serviceTask('a'),
    ],
    chain('start', 'wait', 'a', 'end'),
  ),
];

/** A model on which the engines differ, and which of them the standard's text makes right. */
export interface KnownDifference {
  readonly model: PlainModel;
  /** The elements that differ. */
  readonly elements: readonly string[];
  readonly reason: string;
}

/** Where ours is not as the package does it. An entry whose engines agree again is to be removed. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    model: model(
      'an error end event and its boundary event',
      [
        inside(
          'sub',
          [{ type: 'startEvent', id: 'i' }, serviceTask('a'), endWith('failed', failed)],
          chain('i', 'a', 'failed'),
        ),
        boundary('caught', 'sub', failed),
        serviceTask('b'),
      ],
      [...chain('start', 'sub', 'end'), ...chain('caught', 'b', 'end')],
      { roots: [failedRoot] },
    ),
    elements: ['failed'],
    reason:
      'The error ends everything in the sub-process (BPMN 2.0.2 §10.5.6), its end event too: ours terminates it, the package completes it first.',
  },
];

/** What every run starts with. */
export const PLAIN_VARIABLES = { size0: 9, size1: 2, yes0: true, yes1: false } as const;

const CONDITIONS = ['=yes0', '=yes1', '=size0 > 5', '=size1 > 5', '=size0 < size1'];

/** A block-structured model of tasks, exclusive choices, forks with joins, and sub-processes. */
export function growPlainModel(seed: number): PlainModel {
  const random = randomSource(seed);
  let ids = 0;
  const id = (prefix: string) => `${prefix}${(ids += 1)}`;
  const part = (depth: number): ScopeSource & { first: string; last: string } => {
    const kind =
      depth > 2 ? 'task' : random.pick(['task', 'task', 'choice', 'parallel', 'scope', 'row'] as const);
    if (kind === 'task') return growTask(random, id);
    if (kind === 'row') {
      const [before, after] = [part(depth + 1), part(depth + 1)];
      const flows = [...before.flows, ...chain(before.last, after.first), ...after.flows];
      return { nodes: [...before.nodes, ...after.nodes], flows, first: before.first, last: after.last };
    }
    if (kind === 'scope') {
      const body = part(depth + 1);
      const [begin, finish, scope] = [id('start'), id('end'), id('scope')];
      const nodes = [{ type: 'startEvent', id: begin }, ...body.nodes, { type: 'endEvent', id: finish }];
      const flows = [...chain(begin, body.first), ...body.flows, ...chain(body.last, finish)];
      return { nodes: [inside(scope, nodes, flows)], flows: [], first: scope, last: scope };
    }
    const [split, merge] = [id('split'), id('merge')];
    const type = kind === 'choice' ? 'exclusive' : 'parallel';
    const paths = [part(depth + 1), part(depth + 1)];
    const into = paths.map(({ first }, index): FlowSource => {
      const conditional = kind === 'choice' && index > 0;
      return {
        id: id('flow'),
        from: split,
        to: first,
        ...(conditional && { condition: random.pick(CONDITIONS) }),
      };
    });
    return {
      nodes: [
        gateway(type, split, kind === 'choice' ? into[0]?.id : undefined),
        ...paths.flatMap(({ nodes }) => nodes),
        gateway(type, merge),
      ],
      flows: [
        ...into,
        ...paths.flatMap(({ flows }) => flows),
        ...paths.flatMap(({ last }) => chain(last, merge)),
      ],
      first: split,
      last: merge,
    };
  };
  const body = part(0);
  const flows = [...chain('start', body.first), ...body.flows, ...chain(body.last, 'end')];
  return model(`grown from seed ${seed}`, body.nodes, flows);
}

function growTask(random: RandomSource, id: (prefix: string) => string) {
  const task = id('task');
  const node = random.pick([serviceTask(task), person(task), { type: 'task', id: task }]);
  return { nodes: [node], flows: [], first: task, last: task };
}
