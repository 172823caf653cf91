/**
 * Runs a BPMN file on the npm package `bpmn-engine`: the same XML, with conditions evaluated as FEEL, services that
 * are done at once, people and messages that come when they are waited for, and a clock that is moved by hand.
 */
import { EventEmitter } from 'node:events';
import { compileExpression, scopeOf, type JsonObject } from '@countersign/engine';
import { Engine, type BpmnEngineOptions } from 'bpmn-engine';

/** How often each element was entered and completed, by its id. */
export interface ElementCounts {
  readonly entered: Readonly<Record<string, number>>;
  readonly completed: Readonly<Record<string, number>>;
}

/** What a run gave. `ends` is false where it waits for something that cannot come. */
export interface PeerRun extends ElementCounts {
  readonly ends: boolean;
}

/** A file that was read once and can be run many times. */
export interface PeerModel {
  /** Runs an instance with these variables; `slow` people let timers fire first. */
  run(variables: JsonObject, people: 'quick' | 'slow'): Promise<PeerRun>;
  /** Starts an instance that waits at its first service, and gives its state as JSON text. */
  waitingState(variables: JsonObject): Promise<string>;
}

/** A private method of the package that reads a file once, as its own documentation advises for speed. */
interface SourceReader {
  _serializeSource(xml: string): Promise<BpmnEngineOptions['sourceContext']>;
}

interface ExpressionContext {
  readonly environment: { readonly variables: JsonObject };
}

/** Expressions with a leading "=" are FEEL; other texts stand for themselves. */
function feelExpressions() {
  const known = new Map<string, ReturnType<typeof compileExpression>>();
  const compile = (text: string) => {
    const compiled = known.get(text) ?? compileExpression(text.slice(1));
    known.set(text, compiled);
    return compiled;
  };
  return {
    resolveExpression(text: string, { environment }: ExpressionContext): unknown {
      if (typeof text !== 'string' || !text.startsWith('=')) return text;
      const compiled = compile(text);
      if (!compiled.ok) throw new Error(`Not FEEL: ${text}`);
      return compiled.expression.evaluateToJson(scopeOf(environment.variables), 0).value;
    },
    isExpression: (text: unknown) => typeof text === 'string' && text.startsWith('='),
    hasExpression: (text: unknown) => typeof text === 'string' && text.startsWith('='),
  };
}

/** Timers that fire when they are told to, earliest first. */
function handTimers() {
  const waiting = new Map<object, { at: number; fire: () => void }>();
  let now = 0;
  const set = (callback: (...args: unknown[]) => void, delay: number, ...args: unknown[]) => {
    const timer = { timerId: String(waiting.size), expireAt: new Date(), delay };
    waiting.set(timer, { at: now + delay, fire: () => callback(...args) });
    return timer;
  };
  const clear = (timer: object) => void waiting.delete(timer);
  const timers = { executing: [], setTimeout: set, clearTimeout: clear, register: () => timers };
  const fireNext = (): boolean => {
    const next = [...waiting].sort(([, a], [, b]) => a.at - b.at)[0];
    if (!next) return false;
    now = next[1].at;
    waiting.delete(next[0]);
    next[1].fire();
    return true;
  };
  return { timers, fireNext };
}

/** Reads a file for the package. */
export async function readPeerModel(xml: string): Promise<PeerModel> {
  const reader = new Engine({ name: 'reader' }) as unknown as SourceReader;
  const sourceContext = await reader._serializeSource(xml);
  const expressions = feelExpressions();
  const open = (variables: JsonObject, options: object) =>
    new Engine({ name: 'peer', sourceContext, expressions, variables, ...options });
  return {
    run: (variables, people) => runPeer((options) => open({ ...variables }, options), people),
    async waitingState(variables) {
      const engine = open({ ...variables }, { extensions: { holdServices } });
      const execution = await engine.execute();
      const state = JSON.stringify(execution.getState());
      await execution.stop();
      return state;
    },
  };
}

async function runPeer(open: (options: object) => Engine, people: 'quick' | 'slow'): Promise<PeerRun> {
  const { timers, fireNext } = handTimers();
  const engine = open({ timers, settings: { enableDummyService: true } });
  const entered: Record<string, number> = {};
  const completed: Record<string, number> = {};
  const waiting: { id: string; signal: () => void }[] = [];
  let ends = false;
  engine.once('end', () => (ends = true));
  const listener = new EventEmitter();
  listener.on('activity.start', ({ id }: { id: string }) => (entered[id] = (entered[id] ?? 0) + 1));
  listener.on('activity.end', ({ id }: { id: string }) => (completed[id] = (completed[id] ?? 0) + 1));
  listener.on('activity.wait', (api: { id: string; signal: () => void }) => void waiting.push(api));
  const failed = new Promise<never>((_, reject) => engine.once('error', reject));
  failed.catch(() => undefined);
  const execution = await Promise.race([engine.execute({ listener } as never), failed]);
  for (let turns = 0; !ends && turns < 10_000; turns += 1) {
    if (people === 'slow' && fireNext()) continue;
    const next = waiting.shift();
    if (next) next.signal();
    else if (!fireNext()) break;
  }
  if (!ends) await execution.stop();
  return { entered, completed, ends };
}

/** A service that is never done. */
function holdServices(activity: { type: string; behaviour: { Service?: unknown } }): void {
  if (activity.type !== 'bpmn:ServiceTask') return;
  activity.behaviour.Service = function Held() {
    return { execute: () => undefined, stop: () => undefined };
  };
}
