/**
 * Who looked at what in processes that are marked sensitive (docs/approvals.md). What somebody is about to be shown is
 * recorded before it is answered: a view that cannot be written is not shown. Whoever looks at the same thing again
 * within ten minutes adds no row, so that a page of many requests leaves one of each kind.
 */
import { asKey } from '@countersign/engine';
import type { Actor, Key } from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import { serverEvent } from '../../store/journal-events.js';
import type { ViewKind } from '../../store/journal-events.js';
import { findDefinitionsOf } from '../../store/queries/viewed-instances.js';

/** A process instance of which something is shown; its definition and root where they are at hand. */
export interface Viewed {
  readonly processInstanceKey: string;
  readonly processDefinitionKey?: string | null;
  readonly rootProcessInstanceKey?: string | null;
}

/** Records views. */
export interface DataViews {
  /** Fulfilled when it stands on disk that `actor` looks at this; at once where nothing is to be recorded. */
  saw(actor: Actor, kind: ViewKind, viewed: Iterable<Viewed>): Promise<void>;
}

type House = Pick<Runtime, 'commit' | 'definitions' | 'store' | 'clock'>;

/** Milliseconds in which a view of the same kind is not told again. */
const WINDOW = 10 * 60 * 1000;
/** Views remembered, at most; the oldest are forgotten, and told again. */
const MOST_REMEMBERED = 100_000;
/** Instances that a row names, at most. */
const MOST_IN_ROW = 1000;

const opened = new WeakMap<object, DataViews>();

/** The views of a server: pages and exports share what was told already. */
export function viewsOf(house: House): DataViews {
  let views = opened.get(house.store);
  if (!views) {
    views = createDataViews(house);
    opened.set(house.store, views);
  }
  return views;
}

/** Records nothing told yet. */
export function createDataViews({ commit, definitions, store, clock }: House): DataViews {
  const told = new Map<string, { readonly at: number; readonly written: Promise<void> }>();
  const sensitive = new Map<string, string | null>();

  /** The id of a process that is sensitive; null for one that is not. */
  const processOf = async (definitionKey: string): Promise<string | null> => {
    let processId = sensitive.get(definitionKey);
    if (processId === undefined) {
      const definition = await definitions.load(asKey(Number(definitionKey)));
      processId = definition?.model.sensitive ? definition.processId : null;
      sensitive.set(definitionKey, processId);
    }
    return processId;
  };

  /** The instances of sensitive processes among them, by their definition. */
  const sensitiveOf = async (viewed: Iterable<Viewed>): Promise<Map<string, Set<string>>> => {
    const byInstance = new Map<string, string>();
    const unknown = new Map<string, Viewed>();
    for (const one of viewed) {
      if (one.processDefinitionKey) byInstance.set(one.processInstanceKey, one.processDefinitionKey);
      else unknown.set(one.processInstanceKey, one);
    }
    for (const key of byInstance.keys()) unknown.delete(key);
    if (unknown.size > 0) {
      const found = await findDefinitionsOf(store.knex, [...unknown.values()]);
      for (const [instance, definition] of found) byInstance.set(instance, definition);
    }
    const found = new Map<string, Set<string>>();
    for (const [instance, definition] of byInstance) {
      if ((await processOf(definition)) === null) continue;
      const instances = found.get(definition) ?? new Set();
      found.set(definition, instances.add(instance));
    }
    return found;
  };

  const forget = (keys: readonly string[]): void => {
    for (const key of keys) told.delete(key);
  };

  const tell = (actor: Actor, kind: ViewKind, definition: string, instances: readonly Key[]): Promise<void> =>
    commit((batch) => {
      for (let from = 0; from < instances.length; from += MOST_IN_ROW) {
        const processInstanceKeys = instances.slice(from, from + MOST_IN_ROW);
        const data = { kind, processId: sensitive.get(definition) ?? '', processInstanceKeys };
        batch.record(serverEvent('data viewed', data, asKey(Number(definition))), actor);
      }
    });

  return {
    async saw(actor, kind, viewed) {
      const now = clock.now();
      const waiting: Promise<void>[] = [];
      for (const [definition, instances] of await sensitiveOf(viewed)) {
        const due: string[] = [];
        for (const instance of instances) {
          const known = told.get(`${kind} ${instance} ${actor}`);
          // Somebody else may still be writing that row: this answer waits for it as well.
          if (known && Math.abs(now - known.at) < WINDOW) waiting.push(known.written);
          else due.push(instance);
        }
        if (due.length === 0) continue;
        const keys = due.map((instance) => `${kind} ${instance} ${actor}`);
        const written = tell(actor, kind, definition, due.map(Number).map(asKey));
        forget(keys);
        for (const key of keys) told.set(key, { at: now, written });
        written.catch(() => forget(keys));
        waiting.push(written);
      }
      for (const oldest of told.keys()) {
        if (told.size <= MOST_REMEMBERED) break;
        told.delete(oldest);
      }
      await Promise.all(waiting);
    },
  };
}
