/**
 * Grows random processes from a seed. A process is a sequence of blocks; a block has one way in and one way out, and
 * may hold sequences of its own. A new element is a block in `blocks/` and a line in its list.
 */
import { bpmnXml, type ProcessSource } from '../support/bpmn-xml.js';
import { randomSource, type RandomSource } from '../support/random-source.js';
import { EVENT_BLOCKS } from './blocks/events.js';
import { GATEWAY_BLOCKS } from './blocks/gateways.js';
import { REPEAT_BLOCKS } from './blocks/repeats.js';
import { SCOPE_BLOCKS } from './blocks/scopes.js';
import { beginning } from './blocks/starts.js';
import { TASK_BLOCKS } from './blocks/tasks.js';
import { trimmed } from './blocks/trimmings.js';
import { UNDO_BLOCKS } from './blocks/undoing.js';
import { join, single, type Block, type Fragment, type Grower } from './fragments.js';

const BLOCKS: readonly Block[] = [
  ...TASK_BLOCKS,
  ...GATEWAY_BLOCKS,
  ...SCOPE_BLOCKS,
  ...EVENT_BLOCKS,
  ...REPEAT_BLOCKS,
  ...UNDO_BLOCKS,
];

/** How many blocks a file may hold, and how deep they may be nested. */
const SIZE = 12;
const DEPTH = 4;

/** A file with a process `p`, and whether every instance of it can come to its end. */
export interface Growth {
  readonly xml: string;
  readonly sound: boolean;
  /** The element that a trigger begins `p` at; absent where it begins at a none start event. */
  readonly startAt?: string;
}

/** A file grown from a seed: sound three times of four. */
export function growProcess(seed: number): Growth {
  const random = randomSource(seed);
  const sound = random.chance(0.75);
  const roots: string[] = [];
  const called: ProcessSource[] = [];
  const given = new Set<string>();
  let ids = 0;
  let room = 1 + random.below(SIZE);

  const growerAt = (depth: number): Grower => ({
    random,
    sound,
    id: (prefix) => `${prefix}${(ids += 1)}`,
    inside: () => sequence(depth + 1),
    process() {
      const id = `called${(ids += 1)}`;
      called.push(processOf(id, sequence(depth + 1)));
      return id;
    },
    once(purpose, from) {
      const left = from.filter((value) => !given.has(`${purpose} ${value}`));
      if (left.length === 0) return null;
      const chosen = random.pick(left);
      given.add(`${purpose} ${chosen}`);
      return chosen;
    },
    root: (xml) => void roots.push(xml),
  });
  const block = (depth: number): Fragment => {
    room -= 1;
    const simple = depth >= DEPTH || room <= 0;
    return chooseBlock(simple ? TASK_BLOCKS : BLOCKS, random).grow(growerAt(depth));
  };
  const sequence = (depth: number): Fragment => {
    let fragment = block(depth);
    for (let more = random.below(3); more > 0 && room > 0; more -= 1) fragment = join(fragment, block(depth));
    return fragment;
  };
  let main = sequence(0);
  while (room > 0 && random.chance(0.8)) main = join(main, block(0));
  const { fragment, startAt } = beginning(growerAt(0));
  const whole = join(join(fragment, main), single({ type: 'endEvent', id: 'p-end' }));
  const trim = (source: ProcessSource): ProcessSource => {
    return { ...source, nodes: source.nodes.map((node) => trimmed(growerAt(0), node)) };
  };
  const process = trim({ id: 'p', nodes: whole.nodes, flows: whole.flows });
  const others = called.map(trim);
  const xml = bpmnXml({ ...process, roots }, ...others);
  return { xml, sound, ...(startAt !== undefined && { startAt }) };
}

function chooseBlock(blocks: readonly Block[], random: RandomSource): Block {
  let ticket = random.below(blocks.reduce((sum, { share }) => sum + share, 0));
  const chosen = blocks.find(({ share }) => (ticket -= share) < 0);
  if (!chosen) throw new RangeError('There are no blocks.');
  return chosen;
}

function processOf(id: string, { nodes, flows, first, last }: Fragment): ProcessSource {
  const start = `${id}-start`;
  const end = `${id}-end`;
  return {
    id,
    nodes: [{ type: 'startEvent', id: start }, ...nodes, { type: 'endEvent', id: end }],
    flows: [{ from: start, to: first }, ...flows, { from: last, to: end }],
  };
}
