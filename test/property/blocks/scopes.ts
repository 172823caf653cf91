/** Blocks with a scope inside: sub-processes and called processes, and the ends that end more than their path. */
import { chain, type NodeSource } from '../../support/bpmn-xml.js';
import { join, single, type Block, type Fragment, type Grower } from '../fragments.js';
import { ERROR_CODES, guarded } from './tasks.js';
import { executionListeners } from './listeners.js';
import { condition, mappings } from './values.js';

/** Blocks that hold others in a scope of its own. */
export const SCOPE_BLOCKS: readonly Block[] = [
  { share: 4, grow: subProcess },
  { share: 2, grow: callActivity },
  { share: 2, grow: adHocSubProcess },
  { share: 2, grow: workedAdHocSubProcess },
];

function subProcess(grower: Grower): Fragment {
  const { id, random, inside } = grower;
  const start = id('start');
  const end = id('end');
  let body = inside();
  if (random.chance(0.3)) body = withEarlyEnd(grower, body, '<bpmn:terminateEventDefinition />');
  if (random.chance(0.3)) body = withEarlyEnd(grower, body, errorEnd(grower));
  const node: NodeSource = {
    type: 'subProcess',
    id: id('scope'),
    extensions: [...mappings(random), ...executionListeners(random)],
    inside: {
      nodes: [{ type: 'startEvent', id: start }, ...body.nodes, { type: 'endEvent', id: end }],
      flows: [...chain(start, body.first), ...body.flows, ...chain(body.last, end)],
    },
  };
  return guarded(grower, node);
}

function adHocSubProcess(grower: Grower): Fragment {
  return guarded(grower, adHocNode(grower));
}

/** One or two paths, activated together or one after the other; some twice. */
export function adHocNode(grower: Grower): NodeSource {
  const { id, random, inside } = grower;
  // Only what no flow leads to can be activated, and a path may begin with a loop.
  const path = (): Fragment =>
    join(
      join(single({ type: 'task', id: id('begin') }), inside()),
      single({ type: 'endEvent', id: id('done') }),
    );
  const paths = random.chance(0.5) ? [path(), path()] : [path()];
  const wanted = [...paths, ...(random.chance(0.3) ? [paths[0]] : [])];
  const ids = wanted.map(({ first }) => `&quot;${first}&quot;`).join(', ');
  return {
    type: 'adHocSubProcess',
    id: id('adhoc'),
    attributes: { ordering: random.pick(['Parallel', 'Sequential']) },
    extensions: [`<zeebe:adHoc activeElementsCollection="=[${ids}]" />`, ...mappings(random)],
    inside: { nodes: paths.flatMap(({ nodes }) => nodes), flows: paths.flatMap(({ flows }) => flows) },
  };
}

/** One or two paths that a worker activates, until it says that it is enough. */
function workedAdHocSubProcess(grower: Grower): Fragment {
  const { id, random, inside } = grower;
  const path = (): Fragment =>
    join(
      join(single({ type: 'task', id: id('begin') }), inside()),
      single({ type: 'endEvent', id: id('done') }),
    );
  const paths = random.chance(0.5) ? [path(), path()] : [path()];
  return guarded(grower, {
    type: 'adHocSubProcess',
    id: id('worked'),
    extensions: ['<zeebe:taskDefinition type="work" />', ...executionListeners(random)],
    inside: { nodes: paths.flatMap(({ nodes }) => nodes), flows: paths.flatMap(({ flows }) => flows) },
  });
}

function callActivity(grower: Grower): Fragment {
  const { id, random, process } = grower;
  const called = `<zeebe:calledElement processId="${process()}" propagateAllChildVariables="${random.chance(0.5)}" propagateAllParentVariables="${random.chance(0.5)}" />`;
  return guarded(grower, {
    type: 'callActivity',
    id: id('call'),
    extensions: [called, ...mappings(random), ...executionListeners(random)],
  });
}

/** Runs a path beside another that may end the whole scope before it is through. */
function withEarlyEnd(grower: Grower, body: Fragment, definition: string): Fragment {
  const { id, random } = grower;
  const fork = { type: 'parallelGateway', id: id('fork') };
  const gate = id('gate');
  const stop = { type: 'endEvent', id: id('stop'), content: [definition] };
  const quiet = { type: 'endEvent', id: id('quiet') };
  const toQuiet = { id: id('flow'), from: gate, to: quiet.id };
  const beside = join(
    grower.inside(),
    single({ type: 'exclusiveGateway', id: gate, attributes: { default: toQuiet.id } }),
  );
  return {
    nodes: [fork, ...body.nodes, ...beside.nodes, stop, quiet],
    flows: [
      ...chain(fork.id, body.first),
      ...chain(fork.id, beside.first),
      ...body.flows,
      ...beside.flows,
      { from: gate, to: stop.id, condition: condition(random) },
      toQuiet,
    ],
    first: fork.id,
    last: body.last,
  };
}

function errorEnd({ id, random, root }: Grower): string {
  const errorId = id('error');
  root(`<bpmn:error id="${errorId}" errorCode="${random.pick(ERROR_CODES)}" />`);
  return `<bpmn:errorEventDefinition errorRef="${errorId}" />`;
}
