/** Blocks that fork, join, choose and repeat. */
import { chain, escapeXml, type FlowSource, type NodeSource } from '../../support/bpmn-xml.js';
import type { Block, Fragment, Grower } from '../fragments.js';
import { condition } from './values.js';

/** Blocks that hold others on several paths. */
export const GATEWAY_BLOCKS: readonly Block[] = [
  { share: 4, grow: choice },
  { share: 4, grow: parallel },
  { share: 2, grow: loop },
  { share: 2, grow: conditionalFlows },
  { share: 1, grow: multiplied },
  { share: 4, grow: inclusive },
  { share: 2, grow: complex },
];

function branches({ inside, random }: Grower): Fragment[] {
  return Array.from({ length: 2 + random.below(2) }, () => inside());
}

function between(
  split: NodeSource,
  merge: NodeSource,
  paths: readonly Fragment[],
  into: readonly FlowSource[],
): Fragment {
  return {
    nodes: [split, ...paths.flatMap(({ nodes }) => nodes), merge],
    flows: [
      ...into,
      ...paths.flatMap(({ flows }) => flows),
      ...paths.flatMap(({ last }) => chain(last, merge.id)),
    ],
    first: split.id,
    last: merge.id,
  };
}

/** An exclusive choice with a condition on each flow but, mostly, one that is the default. */
function choice(grower: Grower): Fragment {
  const { id, random } = grower;
  const split = id('choice');
  const paths = branches(grower);
  const hasDefault = random.chance(0.8);
  const into = paths.map(({ first }, index) => ({
    id: id('flow'),
    from: split,
    to: first,
    ...((index > 0 || !hasDefault) && { condition: condition(random) }),
  }));
  const attributes: Record<string, string> = hasDefault ? { default: into[0]?.id ?? '' } : {};
  return between(
    { type: 'exclusiveGateway', id: split, attributes },
    { type: 'exclusiveGateway', id: id('merge') },
    paths,
    into,
  );
}

/** A parallel fork and its join. */
function parallel(grower: Grower): Fragment {
  const fork = { type: 'parallelGateway', id: grower.id('fork') };
  const paths = branches(grower);
  const into = paths.flatMap(({ first }) => chain(fork.id, first));
  return between(fork, { type: 'parallelGateway', id: grower.id('join') }, paths, into);
}

/** A path that is gone round up to four times, counted by a variable of its own. */
function loop({ id, inside, random }: Grower): Fragment {
  const again = id('again');
  const body = inside();
  const count = id('count');
  const more = id('more');
  const back = { id: id('flow'), from: more, to: again, condition: `=${count} < ${1 + random.below(4)}` };
  const out = id('out');
  const onward = { id: id('flow'), from: more, to: out };
  const source = escapeXml(`=if ${count} = null then 1 else ${count} + 1`);
  const script = `<zeebe:script expression="${source}" resultVariable="${count}" />`;
  return {
    nodes: [
      { type: 'exclusiveGateway', id: again },
      ...body.nodes,
      { type: 'scriptTask', id: `turn-${count}`, extensions: [script] },
      { type: 'exclusiveGateway', id: more, attributes: { default: onward.id } },
      { type: 'task', id: out },
    ],
    flows: [
      ...chain(again, body.first),
      ...body.flows,
      ...chain(body.last, `turn-${count}`, more),
      back,
      onward,
    ],
    first: again,
    last: out,
  };
}

/** Conditional flows out of a task beside a flow without: the ones that do not hold bring no token. */
function conditionalFlows(grower: Grower): Fragment {
  const { id, random } = grower;
  const split = { type: 'task', id: id('split') };
  const [plain, ...others] = branches(grower) as [Fragment, ...Fragment[]];
  const ends = others.map(() => ({ type: 'endEvent', id: id('end') }));
  return {
    nodes: [split, ...plain.nodes, ...others.flatMap(({ nodes }) => nodes), ...ends],
    flows: [
      ...chain(split.id, plain.first),
      ...plain.flows,
      ...others.flatMap((path, index) => [
        { from: split.id, to: path.first, condition: condition(random) },
        ...path.flows,
        ...chain(path.last, ends[index]?.id ?? ''),
      ]),
    ],
    first: split.id,
    last: plain.last,
  };
}

/** An implicit fork without a join: what follows is done once for each path, here up to the end of a scope. */
function multiplied(grower: Grower): Fragment {
  const { id } = grower;
  const [start, split, left, right, end] = ['start', 'split', 'left', 'right', 'end'].map((prefix) =>
    id(prefix),
  ) as [string, string, string, string, string];
  const after = grower.inside();
  const nodes: NodeSource[] = [
    { type: 'task', id: split },
    { type: 'manualTask', id: left },
    { type: 'manualTask', id: right },
    ...after.nodes,
  ];
  const flows = [...chain(split, left, after.first), ...chain(split, right, after.first), ...after.flows];
  if (!grower.sound) return { nodes, flows, first: split, last: after.last };
  const scope: NodeSource = {
    type: 'subProcess',
    id: id('scope'),
    inside: {
      nodes: [{ type: 'startEvent', id: start }, ...nodes, { type: 'endEvent', id: end }],
      flows: [...chain(start, split), ...flows, ...chain(after.last, end)],
    },
  };
  return { nodes: [scope], flows: [], first: scope.id, last: scope.id };
}

/** An inclusive fork of any number of its paths, and their join. */
function inclusive(grower: Grower): Fragment {
  const { id, random } = grower;
  const split = id('any');
  const paths = branches(grower);
  const into = paths.map(({ first }, index) => ({
    id: id('flow'),
    from: split,
    to: first,
    ...(index > 0 && { condition: condition(random) }),
  }));
  const attributes: Record<string, string> = random.chance(0.7) ? { default: into[0]?.id ?? '' } : {};
  return between(
    { type: 'inclusiveGateway', id: split, attributes },
    { type: 'inclusiveGateway', id: id('all') },
    paths,
    into,
  );
}

/** A fork whose join goes on when enough paths have come, and forgets the others. */
function complex(grower: Grower): Fragment {
  const fork = { type: 'parallelGateway', id: grower.id('fork') };
  const paths = branches(grower);
  const enough = escapeXml(`=activationCount >= ${1 + grower.random.below(paths.length)}`);
  const content = [
    `<bpmn:activationCondition xsi:type="bpmn:tFormalExpression">${enough}</bpmn:activationCondition>`,
  ];
  const into = paths.flatMap(({ first }) => chain(fork.id, first));
  return between(fork, { type: 'complexGateway', id: grower.id('enough'), content }, paths, into);
}
