/** Runs the commands of a case through a runtime, as callers would: by keys from the tables, by messages, by the clock. */
import { asKey } from '@countersign/engine';
import type { EngineEvent, JsonObject, Key } from '@countersign/engine';
import type { CommandResult, InstanceCommand } from '@countersign/server';
import { createJournal } from '../../server/store/journal.js';
import { decision, listenerAnswer } from './case-file.js';
import type { CaseCommand, CaseFile } from './case-file.js';
import type { TestRuntime } from './runtime.js';
import { operateCommand } from './operate-case.js';
import { traceLine } from './trace.js';

/** A case on its way through a runtime. */
export interface RuntimeCase {
  /** Runs one command; answers the trace that the journal has of it, or the rejection. */
  run(command: CaseCommand): Promise<string[]>;
  /** Whether the instance has ended. */
  hasEnded(): boolean;
}

/** Deploys what a case needs before its first step. `files` are its BPMN and DMN files by name. */
export async function beginCase(
  open: TestRuntime,
  file: CaseFile,
  files: ReadonlyMap<string, string>,
): Promise<RuntimeCase> {
  for (const form of file.forms ?? []) await deployForm(open, form);
  const first = [...files.keys()].filter((name) => !file.later?.includes(name));
  await deployFiles(open, files, first);
  const journal = createJournal(open.runtime.store.connection);
  let root: Key | undefined;

  const rootKey = (): Key | undefined => {
    root ??= open.rows<{ key: Key }>('select key from process_instance order by key limit 1')[0]?.key;
    return root;
  };
  const lastPosition = (): number =>
    open.rows<{ position: number }>('select coalesce(max(position), 0) as position from audit')[0].position;

  return {
    async run(command) {
      if (command.addForm !== undefined) await deployForm(open, command.addForm);
      if (command.deploy !== undefined) await deployFiles(open, files, [command.deploy].flat());
      const position = lastPosition();
      const result = await act(open, command, file.process, rootKey);
      if (!result.ok) {
        const { type, reason } = result.rejection;
        return [`rejected ${type}: ${reason.replaceAll(/\b\d+\b/g, '#')}`];
      }
      return [...journal.rows(position)]
        .filter((row) => row.rootKey !== null && row.rootKey === rootKey())
        .map((row) => traceLine(row.event as EngineEvent, row.at));
    },
    hasEnded() {
      const rows = open.rows(
        `select key from process_instance where key = ? and state <> 'ACTIVE'`,
        rootKey() ?? 0,
      );
      return rows.length === 1;
    },
  };
}

async function deployForm(open: TestRuntime, id: string): Promise<void> {
  const content = JSON.stringify({ type: 'default', id, components: [] });
  await open.runtime.deploy({ resources: [{ name: `${id}.form`, content }], actor: 'user:demo' });
}

async function deployFiles(
  open: TestRuntime,
  files: ReadonlyMap<string, string>,
  names: readonly string[],
): Promise<void> {
  const resources = names.map((name) => ({ name, content: files.get(name) ?? '' }));
  const result = await open.runtime.deploy({ resources, actor: 'user:demo' });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
}

type Outcome = CommandResult | { readonly ok: true };

async function act(
  open: TestRuntime,
  command: CaseCommand,
  processId: string,
  rootKey: () => Key | undefined,
): Promise<Outcome> {
  const { runtime } = open;
  const variables = command.variables ?? {};
  if (command.addForm !== undefined || command.deploy !== undefined) return { ok: true };
  if (command.start) {
    const request = { processId, variables: command.start, startBefore: command.before };
    return runtime.createInstance(request, 'user:mary');
  }
  if (command.startAt !== undefined) return startAt(open, command.startAt, variables);
  if (command.advance !== undefined) return advance(open, milliseconds(command.advance));
  if (command.message !== undefined) {
    const request = { name: command.message, correlationKey: command.key ?? '', variables };
    return runtime.publishMessage(request, 'client:test');
  }
  if (command.signal !== undefined) {
    return runtime.broadcastSignal({ name: command.signal, variables }, 'client:test');
  }
  return runtime.execute(instanceCommand(open, command, variables, rootKey()), 'user:mary');
}

/** Triggers a start event by what it waits for. */
async function startAt(open: TestRuntime, elementId: string, variables: JsonObject): Promise<Outcome> {
  const at = (table: string, column: string): unknown =>
    open.rows(
      `select ${column} as wanted from ${table} where element_id = ? and root_key is null`,
      elementId,
    )[0]?.['wanted'];
  const message = at('message_subscription', 'message_name');
  if (typeof message === 'string') {
    return open.runtime.publishMessage({ name: message, correlationKey: '', variables }, 'client:test');
  }
  const signal = at('signal_subscription', 'signal_name');
  if (typeof signal === 'string')
    return open.runtime.broadcastSignal({ name: signal, variables }, 'client:test');
  const due = at('timer', 'due_at');
  if (typeof due !== 'number') throw new Error(`The start event ${elementId} waits for nothing`);
  return advance(open, due - open.clock.now());
}

/** Moves the clock, and stops on the way at every timer that is due, as time would. */
async function advance(open: TestRuntime, by: number): Promise<Outcome> {
  const target = open.clock.now() + by;
  for (;;) {
    const [next] = open.rows<{ at: number | null }>(
      'select min(due_at) as at from timer where due_at <= ?',
      target,
    );
    if (next.at === null) break;
    open.clock.pin(Math.max(open.clock.now(), next.at));
    await open.runtime.broadcastSignal({ name: 'nobody listens to this', variables: {} }, 'system');
  }
  open.clock.pin(target);
  return { ok: true };
}

function instanceCommand(
  open: TestRuntime,
  command: CaseCommand,
  variables: JsonObject,
  root: Key | undefined,
): InstanceCommand {
  const nth = command.nth ?? 0;
  const find = (sql: string, id: string, index = nth): Key => {
    const found = open.rows<{ key: Key }>(`${sql} order by key limit 1 offset ${index}`, root ?? 0, id)[0];
    if (!found) throw new Error(`Nothing of that kind waits at ${id}`);
    return found.key;
  };
  const job = (id: string) =>
    find('select key from job where root_key = ? and element_id = ? and ended_at is null', id);
  const task = (id: string) =>
    find(`select key from user_task where root_key = ? and element_id = ? and completed_at is null`, id);

  if (command.job !== undefined) {
    const adHoc = command.decide && decision(command.decide);
    const userTask = listenerAnswer(command);
    const said = { ...(adHoc && { adHoc }), ...(userTask && { userTask }) };
    return { type: 'complete job', jobKey: job(command.job), variables, ...said };
  }
  if (command.activateIn !== undefined) {
    const elementInstanceKey = scopeAt(open, command.activateIn, root, find);
    const activate = (command.elements ?? []).map((elementId) => ({ elementId, variables }));
    return {
      type: 'activate ad-hoc elements',
      elementInstanceKey,
      activate,
      isCancelRemainingInstances: false,
    };
  }
  if (command.fail !== undefined) {
    const failure = { retries: command.retries, errorMessage: 'failed', retryBackOff: 0, variables };
    return { type: 'fail job', jobKey: job(command.fail), ...failure };
  }
  if (command.update !== undefined) {
    return { type: 'update job', jobKey: job(command.update), retries: command.retries ?? 1 };
  }
  if (command.error !== undefined) {
    const error = { errorCode: command.code ?? '', errorMessage: '', variables };
    return { type: 'throw job error', jobKey: job(command.error), ...error };
  }
  if (command.task !== undefined) {
    return { type: 'complete user task', userTaskKey: task(command.task), variables, action: 'complete' };
  }
  if (command.change !== undefined) {
    const changes = command.changes ?? {};
    return { type: 'update user task', userTaskKey: task(command.change), changes, action: 'update' };
  }
  if (command.assign !== undefined) {
    const assignment = { assignee: command.to ?? null, allowOverride: false, action: 'assign' };
    return { type: 'assign user task', userTaskKey: task(command.assign), ...assignment };
  }
  if (command.resolve !== undefined) {
    const sql = `select key from incident where root_key = ? and element_id = ? and state = 'ACTIVE'`;
    return { type: 'resolve incident', incidentKey: find(sql, command.resolve), retries: 1 };
  }
  if (command.set !== undefined) {
    const elementInstanceKey = scopeAt(open, command.set, root, find);
    return { type: 'set variables', elementInstanceKey, variables, local: command.local ?? false };
  }
  const operators = operateCommand(command, {
    keyAt: (id, index) => scopeAt(open, id, root, (sql, of) => find(sql, of, index)),
    rootKey: root ?? asKey(1),
    definitionKey: (id) =>
      open.runtime.definitions.process(id, { kind: 'latest' }, asKey(1))?.key ?? asKey(1),
  });
  if (operators) return operators;
  if (command.cancel && root !== undefined) return { type: 'cancel instance', processInstanceKey: root };
  throw new Error(`A step of the case says nothing to do: ${JSON.stringify(command)}`);
}

/** A process instance by its process id, or an element instance by its element's. */
function scopeAt(
  open: TestRuntime,
  id: string,
  root: Key | undefined,
  find: (sql: string, id: string) => Key,
): Key {
  const process = open.rows<{ key: Key }>(
    `select i.key from process_instance i join process_definition d on d.key = i.process_definition_key
     where i.root_key = ? and d.process_id = ? and i.state = 'ACTIVE' order by i.key`,
    root ?? 0,
    id,
  )[0];
  if (process) return process.key;
  return find(
    `select key from element_instance where root_key = ? and element_id = ? and state = 'ACTIVE'`,
    id,
  );
}

function milliseconds(duration: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!match) throw new Error(`Not a duration of days, hours, minutes and seconds: ${duration}`);
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = match.map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
