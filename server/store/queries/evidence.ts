/** What an approver should see of an instance's past: the model calls of its agents, and the steps that were done. */
import { asKey } from '@countersign/engine';
import type { ElementType, JsonObject, JsonValue, Key } from '@countersign/engine';
import { isoTime } from './values.js';
import type { Knex } from 'knex';
import { dataOf } from '../contents.js';
import type { StoredData } from '../contents.js';
import { findActors } from '../people.js';

/** Money as it is shown: an amount in units of the currency (ISO 4217). */
export interface Cost {
  readonly amount: number;
  readonly currency: string;
}

/** One finished model call; `result` is what the process got of it: text, or JSON. */
export interface AgentCallEvidence {
  readonly elementId: string;
  readonly elementName: string | null;
  /** When the answer came, ISO 8601 in UTC. */
  readonly at: string;
  readonly provider: string;
  /** The model as it was answered by the provider. */
  readonly model: string;
  /** Whether no model was asked: the answer comes from an expression in the process. */
  readonly simulated: boolean;
  /** Null where the provider does not say. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Null where no price is known. */
  readonly cost: Cost | null;
  readonly latencyMs: number;
  readonly result: JsonValue;
  /** The answer's own field `confidence`, where it has a number there. */
  readonly confidence: number | null;
  /** The prompts as they were sent. */
  readonly systemPrompt?: string;
  readonly userPrompt?: string;
}

/** Who did a step. */
export type StepKind = 'ai' | 'human' | 'system';

/** A start, a task, a call or a caught event that was completed. */
export interface StepEvidence {
  readonly at: string;
  readonly elementId: string;
  readonly elementName: string | null;
  readonly elementType: ElementType;
  /** As in the audit trail; `system` for what the engine did by itself. */
  readonly actor: string;
  readonly kind: StepKind;
}

/** The evidence of one process instance, both lists in order of time. */
export interface Evidence {
  readonly agentCalls: readonly AgentCallEvidence[];
  readonly steps: readonly StepEvidence[];
}

/** Name and type of an element, from its model; undefined where the model is not at hand. */
export type DescribeElement = (
  processDefinitionKey: Key,
  elementId: string,
) =>
  | {
      readonly name: string | null;
      /** Of an activity that runs several times its own; `isRepeated` then. */
      readonly type: ElementType;
      readonly isRepeated?: boolean;
    }
  | undefined;

/** The newest model calls and steps that are given, at most. */
const MAX_CALLS = 50;
const MAX_STEPS = 200;

const DONE_BY_WORKER = 'job completed';
const DONE_BY_PERSON = 'user task completed';
const CALL_STARTED = 'model call started';
const CALL_FINISHED = 'model call finished';
const COMPLETED = 'element completed';

/** Types that are a step of the business; gateways, scopes and ends are not. */
const STEP_TYPES: ReadonlySet<ElementType> = new Set([
  'startEvent',
  'intermediateCatchEvent',
  'boundaryEvent',
  'manualTask',
  'serviceTask',
  'userTask',
  'scriptTask',
  'sendTask',
  'receiveTask',
  'callActivity',
]);

const COLUMNS = [
  'a.at',
  'a.actor',
  'a.type',
  'a.element_id',
  'a.element_instance_key',
  'a.process_definition_key',
  'a.data',
  'a.commitment',
  'c.content',
];

/** PostgreSQL gives 64-bit integers as text. */
interface AuditRow extends StoredData {
  at: number | string;
  actor: string;
  element_id: string;
  element_instance_key: number | string;
  process_definition_key: number | string;
}

/**
 * The evidence of the process instance; empty lists where there is none of that key. Instances that it called have
 * their own. With `until` it is the evidence as it was at that row of the tree.
 */
export async function readEvidence(
  knex: Knex,
  processInstanceKey: Key,
  describe: DescribeElement,
  until = Number.MAX_SAFE_INTEGER,
): Promise<Evidence> {
  const instance = await knex<{ key: number; root_key: number }>('process_instance')
    .where('key', processInstanceKey)
    .first('root_key');
  if (!instance) return { agentCalls: [], steps: [] };
  const stored = await knex('audit as a')
    .leftJoin('audit_content as c', 'c.position', 'a.position')
    .where('a.root_key', instance.root_key)
    .where('a.process_instance_key', processInstanceKey)
    .where('a.sequence', '<=', until)
    .whereIn('a.type', [CALL_STARTED, CALL_FINISHED, DONE_BY_WORKER, DONE_BY_PERSON, COMPLETED])
    .orderBy('a.sequence')
    .select<AuditRow[]>(COLUMNS);
  const actors = await findActors(
    knex,
    stored.map(({ actor }) => actor),
  );
  const rows = stored.map((row) => ({ ...row, actor: actors.get(row.actor) ?? row.actor }));
  return {
    agentCalls: agentCallsOf(rows, describe).slice(-MAX_CALLS),
    steps: stepsOf(rows, describe).slice(-MAX_STEPS),
  };
}

function agentCallsOf(rows: readonly AuditRow[], describe: DescribeElement): AgentCallEvidence[] {
  const prompts = new Map<string, JsonObject>();
  const calls: AgentCallEvidence[] = [];
  for (const row of rows) {
    if (row.type !== CALL_STARTED && row.type !== CALL_FINISHED) continue;
    const data = dataOf(row);
    const request = `${row.element_instance_key} ${text(data.requestHash)}`;
    if (row.type === CALL_STARTED) {
      if (data.prompts) prompts.set(request, data.prompts as JsonObject);
    } else if (data.outcome === 'answered') {
      calls.push(agentCall(row, data, prompts.get(request), describe));
    }
  }
  return calls;
}

/** The data of a finished call is written by our own worker alone, so its shape is known. */
function agentCall(
  row: AuditRow,
  data: JsonObject,
  prompts: JsonObject | undefined,
  describe: DescribeElement,
): AgentCallEvidence {
  const usage = data.usage as JsonObject | null;
  return {
    elementId: row.element_id,
    elementName: nameOf(row, describe),
    at: isoTime(Number(row.at)),
    provider: text(data.provider),
    model: text(data.model),
    simulated: data.simulated === true,
    promptTokens: numberOrNull(usage?.inputTokens),
    completionTokens: numberOrNull(usage?.outputTokens),
    cost: (data.cost as Cost | null | undefined) ?? null,
    latencyMs: numberOrNull(data.latencyMs) ?? 0,
    result: data.result ?? null,
    confidence: numberOrNull(data.confidence),
    ...(typeof prompts?.system === 'string' && { systemPrompt: prompts.system }),
    ...(typeof prompts?.user === 'string' && { userPrompt: prompts.user }),
  };
}

function stepsOf(rows: readonly AuditRow[], describe: DescribeElement): StepEvidence[] {
  const asked = new Set<number | string>();
  const doneBy = new Map<number | string, { actor: string; type: string }>();
  const steps: StepEvidence[] = [];
  for (const row of rows) {
    const key = row.element_instance_key;
    if (row.type === CALL_FINISHED) asked.add(key);
    else if (row.type === DONE_BY_WORKER || row.type === DONE_BY_PERSON) doneBy.set(key, row);
    if (row.type !== COMPLETED) continue;
    const element = describe(asKey(Number(row.process_definition_key)), row.element_id);
    if (!element || !STEP_TYPES.has(element.type)) continue;
    const done = doneBy.get(key);
    // The body around the runs of an activity does nothing itself.
    if (element.isRepeated && !done && !asked.has(key)) continue;
    // What the engine does by itself happens in the step of somebody's command, but that somebody did not do it.
    const actor = done?.actor ?? (element.type === 'startEvent' ? row.actor : 'system');
    const kind = asked.has(key) ? 'ai' : kindOf(actor, done?.type);
    const at = isoTime(Number(row.at));
    steps.push({
      at,
      elementId: row.element_id,
      elementName: element.name,
      elementType: element.type,
      actor,
      kind,
    });
  }
  return steps;
}

function kindOf(actor: string, doneBy: string | undefined): StepKind {
  // A worker has an account of its own, or somebody's: it is still a worker that did the work.
  if (doneBy === DONE_BY_WORKER) return actor.startsWith('agent:') ? 'ai' : 'system';
  if (doneBy === DONE_BY_PERSON || actor.startsWith('user:')) return 'human';
  return actor.startsWith('agent:') ? 'ai' : 'system';
}

function nameOf(row: AuditRow, describe: DescribeElement): string | null {
  return describe(asKey(Number(row.process_definition_key)), row.element_id)?.name ?? null;
}

function numberOrNull(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
