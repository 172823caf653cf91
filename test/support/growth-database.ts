/**
 * A database that has grown: instances that ended, instances that wait, and the timers of those. Made by the runtime
 * itself, so that every row and index is as it would be after years of work.
 */
import { openRuntime } from '@countersign/server';
import { bpmnXml, chain, serviceTask, timer, type NodeSource } from './bpmn-xml.js';
import { completeAll, createAll } from './runtime-load.js';

/** How much of everything. */
export interface GrowthSize {
  readonly ended: number;
  readonly waiting: number;
  readonly timersEach: number;
}

const CALLERS = 400;
const WORKERS = 8;
const STEP = 20_000;

/** A process of one task, job type `work`. */
export const ONE_TASK = bpmnXml({
  id: 'one-task',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

/** A process that waits at a task, job type `hold`, with so many timers that fall due in years. */
function waitingProcess(timers: number): string {
  const ids = Array.from({ length: timers }, (_, index) => `later-${index}`);
  const boundary = (id: string): NodeSource => ({
    type: 'boundaryEvent',
    id,
    attributes: { attachedToRef: 'hold', cancelActivity: 'false' },
    content: [timer('timeDuration', 'P1000D')],
  });
  return bpmnXml({
    id: 'waiting',
    nodes: [
      { type: 'startEvent', id: 'start' },
      serviceTask('hold'),
      ...ids.map(boundary),
      { type: 'endEvent', id: 'end' },
      { type: 'endEvent', id: 'reminded' },
    ],
    flows: [...chain('start', 'hold', 'end'), ...ids.flatMap((id) => chain(id, 'reminded'))],
  });
}

/** Fills the database at `path`, which is made; tells `say` how far it is. */
export async function growDatabase(
  path: string,
  size: GrowthSize,
  say: (text: string) => void,
): Promise<void> {
  const runtime = await openRuntime({ database: path });
  const resources = [
    { name: 'one-task.bpmn', content: ONE_TASK },
    { name: 'waiting.bpmn', content: waitingProcess(size.timersEach) },
  ];
  const deployed = await runtime.deploy({ resources, actor: 'client:bench' });
  if (!deployed.ok) throw new Error(deployed.problems[0].message);
  for (let done = 0; done < size.waiting; done += STEP) {
    await createAll(runtime, 'waiting', Math.min(STEP, size.waiting - done), CALLERS);
    say(`${Math.min(size.waiting, done + STEP)} waiting`);
  }
  for (let done = 0; done < size.ended; done += STEP) {
    const count = Math.min(STEP, size.ended - done);
    await Promise.all([
      createAll(runtime, 'one-task', count, CALLERS),
      completeAll(runtime, 'work', count, WORKERS),
    ]);
    if ((done + count) % (5 * STEP) === 0) say(`${done + count} ended`);
  }
  await runtime.shutdown();
}
