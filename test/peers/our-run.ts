/** Runs a file on our engine as the peer runs it: services done at once, people and messages when they are waited for. */
import {
  hasEnded,
  type Command,
  type EngineEvent,
  type InstanceTree,
  type JsonObject,
} from '@countersign/engine';
import { mustStep, newTree, openEngineBench, type EngineBench } from '../support/engine-bench.js';
import type { PeerRun } from '../support/peer-engine.js';

/** Runs process `p` of a file with these variables; `slow` people let timers fire first. */
export async function runOurs(
  xml: string,
  variables: JsonObject,
  people: 'quick' | 'slow',
): Promise<PeerRun> {
  const bench = openEngineBench();
  const [definition] = await bench.deploy(xml);
  if (!definition) throw new Error('The file has no process.');
  const tree = newTree(bench);
  const entered: Record<string, number> = {};
  const completed: Record<string, number> = {};
  const count = (event: EngineEvent) => {
    const counts =
      event.type === 'element activated' ? entered : event.type === 'element completed' ? completed : null;
    if (!counts || event.elementId === definition.processId) return;
    counts[event.elementId] = (counts[event.elementId] ?? 0) + 1;
  };
  const keys = { processInstanceKey: tree.rootKey, processDefinitionKey: definition.key };
  mustStep(bench, tree, { type: 'create instance', ...keys, variables }).forEach(count);
  for (let turns = 0; !hasEnded(tree) && turns < 10_000; turns += 1) {
    const command = nextCommand(tree, bench, people);
    if (!command) break;
    mustStep(bench, tree, command).forEach(count);
  }
  return { entered, completed, ends: hasEnded(tree) };
}

function nextCommand(tree: InstanceTree, bench: EngineBench, people: 'quick' | 'slow'): Command | undefined {
  const variables = {};
  for (const { key: jobKey, element } of tree.jobs.values()) {
    if (element.incident === null) return { type: 'complete job', jobKey, variables };
  }
  const timer = nextTimer(tree, bench);
  if (timer && people === 'slow') return timer;
  for (const { key: userTaskKey } of tree.userTasks.values()) {
    return { type: 'complete user task', userTaskKey, variables, action: '' };
  }
  for (const subscription of tree.subscriptions.values()) {
    if (subscription.kind !== 'message' || subscription.targetId !== subscription.element.node.id) continue;
    const messageKey = bench.nextKey();
    return { type: 'correlate message', subscriptionKey: subscription.key, messageKey, variables };
  }
  return timer;
}

function nextTimer(tree: InstanceTree, bench: EngineBench): Command | undefined {
  const [due] = [...tree.subscriptions.values()]
    .filter((subscription) => subscription.kind === 'timer')
    .sort((a, b) => a.dueAt - b.dueAt || a.key - b.key);
  if (!due) return undefined;
  bench.now = Math.max(bench.now, due.dueAt);
  return { type: 'trigger timer', timerKey: due.key };
}
