/** Runs a case: live, with save and restore between all commands, and as a replay of its journal. */
import {
  applyEvent,
  createTree,
  hasEnded,
  readJson,
  restoreTree,
  snapshotTree,
  writeJson,
  type Command,
  type ElementInstance,
  type EngineEvent,
  type InstanceTree,
  type JsonObject,
} from '@countersign/engine';
import { decision, listenerAnswer } from './case-file.js';
import type { CaseCommand, CaseFile } from './case-file.js';
import { continuation, newTree, openEngineBench, type EngineBench } from './engine-bench.js';
import { operateCommand } from './operate-case.js';
import { traceLine } from './trace.js';

/** A `case.json`; its whole numbers are those that are written there. */
export function readCase(text: string): CaseFile {
  return readJson(text) as CaseFile;
}

/** How the state is kept between the commands of a case. */
export type CaseMode = 'live' | 'restored' | 'replayed';

/** What a run gave: the trace of each step, and whether the instance was over at the end. */
export interface CaseRun {
  readonly traces: readonly (readonly string[])[];
  readonly ends: boolean;
}

/** Runs a case file on the BPMN and DMN files of its folder, by file name. */
export async function runCase(
  file: CaseFile,
  files: ReadonlyMap<string, string>,
  mode: CaseMode,
): Promise<CaseRun> {
  const bench = openEngineBench();
  await bench.deployTogether(new Map([...files].filter(([name]) => !file.later?.includes(name))));
  for (const form of file.forms ?? []) bench.addForm(form);
  let tree = newTree(bench);
  const journal: EngineEvent[] = [];
  const traces: string[][] = [];
  for (const { do: command } of file.steps) {
    const trace: string[] = [];
    traces.push(trace);
    if (await prepare(command, bench, files)) continue;
    const repeats = command.advance !== undefined || command.continue !== undefined;
    for (let isFirst = true; isFirst || repeats; isFirst = false) {
      const next = nextCommand(command, tree, bench, file.process);
      if (!next) break;
      const startedAt = bench.now;
      const result = bench.step(tree, next, file.stepLimit);
      if (!result.ok) {
        trace.push(
          `rejected ${result.rejection.type}: ${result.rejection.reason.replaceAll(/\b\d+\b/g, '#')}`,
        );
        break;
      }
      journal.push(...result.events);
      trace.push(...result.events.map((event) => traceLine(event, startedAt)));
      tree = keep(tree, journal, bench, mode);
    }
  }
  return { traces, ends: hasEnded(tree) };
}

/** Deploys what a step of the case deploys; false where the step is a command to the instance. */
async function prepare(
  command: CaseCommand,
  bench: EngineBench,
  files: ReadonlyMap<string, string>,
): Promise<boolean> {
  if (command.addForm !== undefined) bench.addForm(command.addForm);
  if (command.deploy !== undefined) {
    const names = typeof command.deploy === 'string' ? [command.deploy] : command.deploy;
    const missing = names.find((name) => !files.has(name));
    if (missing !== undefined) throw new Error(`The case has no file ${missing}.`);
    await bench.deployTogether(new Map([...files].filter(([name]) => names.includes(name))));
  }
  return command.addForm !== undefined || command.deploy !== undefined;
}

/** Puts the state through storage, as the mode asks. */
function keep(
  tree: InstanceTree,
  journal: readonly EngineEvent[],
  bench: EngineBench,
  mode: CaseMode,
): InstanceTree {
  if (mode === 'live') return tree;
  if (mode === 'restored') {
    return restoreTree(readJson(writeJson(snapshotTree(tree))) as JsonObject, bench.definitions);
  }
  const replayed = createTree(tree.rootKey);
  const stored = readJson(writeJson(journal)) as EngineEvent[];
  for (const event of stored) applyEvent(replayed, event, bench.definitions);
  return replayed;
}

/** The engine's command for a step of the case; undefined when an `advance` finds nothing more that is due. */
function nextCommand(
  command: CaseCommand,
  tree: InstanceTree,
  bench: EngineBench,
  processId: string,
): Command | undefined {
  const variables = command.variables ?? {};
  const nth = command.nth ?? 0;
  if (command.start || command.startAt !== undefined) {
    const definition = bench.latest(processId);
    if (!definition) throw new Error(`No process ${processId} in the case's files.`);
    const keys = { processInstanceKey: tree.rootKey, processDefinitionKey: definition.key };
    if (command.startAt !== undefined) {
      return { type: 'start by event', ...keys, startEventId: command.startAt, variables, trigger: {} };
    }
    const startBefore = command.before;
    return {
      type: 'create instance',
      ...keys,
      variables: command.start ?? {},
      ...(startBefore && { startBefore }),
    };
  }
  if (command.job !== undefined) {
    const jobKey = waiting(tree, command.job, nth, (element) => element.job);
    const adHoc = command.decide && decision(command.decide);
    const userTask = listenerAnswer(command);
    return {
      type: 'complete job',
      jobKey,
      variables,
      ...(adHoc && { adHoc }),
      ...(userTask && { userTask }),
    };
  }
  if (command.fail !== undefined) {
    const jobKey = waiting(tree, command.fail, nth, (element) => element.job);
    return {
      type: 'fail job',
      jobKey,
      retries: command.retries,
      errorMessage: 'failed',
      retryBackOff: 0,
      variables,
    };
  }
  if (command.update !== undefined) {
    const jobKey = waiting(tree, command.update, nth, (element) => element.job);
    return { type: 'update job', jobKey, retries: command.retries ?? 1 };
  }
  if (command.error !== undefined) {
    const jobKey = waiting(tree, command.error, nth, (element) => element.job);
    return { type: 'throw job error', jobKey, errorCode: command.code ?? '', errorMessage: '', variables };
  }
  if (command.task !== undefined) {
    const userTaskKey = waiting(tree, command.task, nth, (element) => element.userTask);
    return { type: 'complete user task', userTaskKey, variables, action: 'complete' };
  }
  if (command.change !== undefined) {
    const userTaskKey = waiting(tree, command.change, nth, (element) => element.userTask);
    return { type: 'update user task', userTaskKey, changes: command.changes ?? {}, action: 'update' };
  }
  if (command.assign !== undefined) {
    const userTaskKey = waiting(tree, command.assign, nth, (element) => element.userTask);
    const assignee = command.to ?? null;
    return { type: 'assign user task', userTaskKey, assignee, allowOverride: false, action: 'assign' };
  }
  if (command.resolve !== undefined) {
    return {
      type: 'resolve incident',
      incidentKey: waiting(tree, command.resolve, nth, (element) => element.incident),
      retries: 1,
    };
  }
  if (command.set !== undefined) {
    const elementInstanceKey = waiting(tree, command.set, nth, (element) => element.key);
    return { type: 'set variables', elementInstanceKey, variables, local: command.local ?? false };
  }
  if (command.activateIn !== undefined) {
    const elementInstanceKey = waiting(tree, command.activateIn, nth, (element) => element.key);
    const activate = (command.elements ?? []).map((elementId) => ({ elementId, variables }));
    return {
      type: 'activate ad-hoc elements',
      elementInstanceKey,
      activate,
      isCancelRemainingInstances: false,
    };
  }
  const keyAt = (id: string, index: number) => waiting(tree, id, index, (element) => element.key);
  const operators = operateCommand(command, {
    keyAt,
    rootKey: tree.rootKey,
    definitionKey: (id) => bench.latest(id)?.key ?? tree.rootKey,
  });
  if (operators) return operators;
  if (command.continue) return continuation(tree);
  if (command.cancel) return { type: 'cancel instance', processInstanceKey: tree.rootKey };
  if (command.signal !== undefined) {
    const subscription = [...tree.subscriptions.values()].find(
      (candidate) => candidate.kind === 'signal' && candidate.signalName === command.signal,
    );
    if (!subscription) throw new Error(`No subscription waits for signal ${command.signal}.`);
    return { type: 'catch signal', subscriptionKey: subscription.key, variables };
  }
  if (command.message !== undefined) return messageCommand(command, tree, bench);
  if (command.advance !== undefined) return timerCommand(command.advance, tree, bench);
  throw new Error(`A step of the case says nothing to do: ${JSON.stringify(command)}`);
}

function waiting<T>(
  tree: InstanceTree,
  id: string,
  nth: number,
  of: (element: ElementInstance) => T | null,
): T {
  const found = [...tree.elements.values()].filter(({ node }) => node.id === id).map(of);
  const value = found.filter((candidate) => candidate !== null)[nth];
  if (value === undefined || value === null) throw new Error(`Nothing of that kind waits at ${id}.`);
  return value;
}

function messageCommand(command: CaseCommand, tree: InstanceTree, bench: EngineBench): Command {
  for (const subscription of tree.subscriptions.values()) {
    if (subscription.kind !== 'message') continue;
    if (subscription.messageName !== command.message || subscription.correlationKey !== (command.key ?? ''))
      continue;
    const messageKey = bench.nextKey();
    return {
      type: 'correlate message',
      subscriptionKey: subscription.key,
      messageKey,
      variables: command.variables ?? {},
    };
  }
  throw new Error(`No subscription waits for message ${command.message} with key ${command.key}.`);
}

/** Where a bench's clock is going while the timers before that moment still fire. */
const advancing = new WeakMap<EngineBench, number>();

/** The next timer due on the way to the new time, earliest first; the clock stops at each. */
function timerCommand(advance: string, tree: InstanceTree, bench: EngineBench): Command | undefined {
  const target = advancing.get(bench) ?? bench.now + milliseconds(advance);
  advancing.set(bench, target);
  const due = [...tree.subscriptions.values()]
    .filter((subscription) => subscription.kind === 'timer')
    .filter(({ dueAt }) => dueAt <= target)
    .sort((a, b) => a.dueAt - b.dueAt || a.key - b.key)[0];
  if (!due) {
    bench.now = target;
    advancing.delete(bench);
    return undefined;
  }
  bench.now = Math.max(bench.now, due.dueAt);
  return { type: 'trigger timer', timerKey: due.key };
}

function milliseconds(duration: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!match) throw new Error(`Not a duration of days, hours, minutes and seconds: ${duration}`);
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = match.map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
