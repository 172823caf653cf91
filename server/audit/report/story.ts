/**
 * The story of one process instance, told from its rows of the journal: the path it took, who did what and when, what
 * was asked of models, what people decided and why. Only sums and lists of a limited length are kept of the rows.
 */
import type { Signature } from '@countersign/engine';
import type { AuditRow } from '../../store/queries/audit-rows.js';
import { approvalIn, signatureIn } from '../approvals.js';
import type { FindProcess, KnownProcess } from '../definitions.js';
import type { Doer } from '../filter.js';
import type { Path } from './draw-diagram.js';

/** A step of the business that was done. */
export interface Step {
  readonly at: string;
  readonly name: string;
  readonly what: string;
  readonly actor: string;
  readonly doer: Doer;
}

/** A user task that a person completed. */
export interface Decision {
  readonly at: string;
  readonly askedAt: string | null;
  readonly name: string;
  readonly actor: string;
  readonly askedOf: string;
  /** `answer`: the variable that was set to true or false. */
  readonly approval: {
    readonly outcome: 'approved' | 'refused';
    readonly reason: string | null;
    readonly answer: string;
  } | null;
  readonly given: unknown;
  readonly signature: Signature | null;
}

/** A call to a model that came to an end. */
export interface ModelCall {
  readonly at: string;
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly outcome: string;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly cost: { readonly amount: number; readonly currency: string } | null;
  readonly latencyMs: number | null;
  readonly confidence: number | null;
  readonly result: unknown;
}

/** An incident, with its end where it has one. */
export interface Incident {
  readonly at: string;
  readonly name: string;
  readonly message: string;
  resolvedAt: string | null;
  resolvedBy: string | null;
}

/** A decision table that was asked. */
export interface Evaluation {
  readonly at: string;
  readonly name: string;
  readonly decision: string;
  readonly version: number;
  readonly output: unknown;
  readonly failure: string | null;
}

/** Everything a report says of an instance. */
export interface Story {
  readonly key: string;
  readonly definitionKey: string | null;
  process: KnownProcess | undefined;
  parentKey: string | null;
  businessId: string | null;
  readonly startedAt: string;
  readonly startedBy: string;
  endedAt: string | null;
  state: 'active' | 'completed' | 'terminated';
  rows: number;
  readonly path: Path;
  readonly steps: Step[];
  readonly decisions: Decision[];
  readonly calls: ModelCall[];
  readonly incidents: Incident[];
  readonly evaluations: Evaluation[];
  readonly variables: Map<string, unknown>;
  /** Entries of the lists above that were too many to keep. */
  leftOut: number;
}

/** Entries kept of each list. */
const MOST = 2000;

type Data = Readonly<Record<string, unknown>>;

/** Tells the story of an instance from all of its rows, in their order; null where there are none. */
export async function tellStory(
  chunks: AsyncIterable<AuditRow[]>,
  findProcess: FindProcess,
): Promise<Story | null> {
  let teller: ReturnType<typeof createTeller> | null = null;
  for await (const rows of chunks) {
    for (const row of rows) {
      teller ??= createTeller(row, await findProcess(row.processDefinitionKey));
      teller.take(row);
    }
  }
  return teller?.story() ?? null;
}

interface Task {
  readonly askedAt: string;
  readonly askedOf: string;
}

function createTeller(
  first: AuditRow,
  process: KnownProcess | undefined,
): { take(row: AuditRow): void; story(): Story } {
  const entered = new Map<string, number>();
  /** Element instances that are runs of an activity which runs several times. */
  const runs = new Set<string>();
  const taken = new Map<string, number>();
  const active = new Map<string, string>();
  const openIncidents = new Map<string, Incident & { elementId: string }>();
  const doneBy = new Map<string, Doer>();
  const lastDone = new Map<string, { actor: string; doer: Doer }>();
  const asked = new Set<string>();
  const tasks = new Map<string, Task>();
  const path = { entered, taken, waiting: new Set<string>(), incidents: new Set<string>(), doneBy };
  const story: Story = {
    key: first.processInstanceKey ?? '',
    definitionKey: first.processDefinitionKey,
    process,
    parentKey: null,
    businessId: null,
    startedAt: first.at,
    startedBy: first.actor,
    endedAt: null,
    state: 'active',
    rows: 0,
    path,
    steps: [],
    decisions: [],
    calls: [],
    incidents: [],
    evaluations: [],
    variables: new Map(),
    leftOut: 0,
  };
  const keep = <T>(list: T[], item: T): void => {
    if (list.length < MOST) list.push(item);
    else story.leftOut += 1;
  };
  const nameOf = ({ elementId }: AuditRow): string =>
    elementId === null ? '' : (process?.element(elementId)?.name ?? elementId);

  const TAKERS: Readonly<Record<string, ((row: AuditRow, data: Data) => void) | undefined>> = {
    'element activated': (row, data) => {
      if (row.elementInstanceKey === row.processInstanceKey) {
        const start = (data.process ?? {}) as Data;
        story.parentKey = keyText(start.parentProcessInstanceKey);
        story.businessId = typeof start.businessId === 'string' ? start.businessId : null;
        return;
      }
      const id = row.elementId ?? '';
      if (typeof data.loopCounter === 'number') runs.add(row.elementInstanceKey ?? '');
      entered.set(id, (entered.get(id) ?? 0) + 1);
      active.set(row.elementInstanceKey ?? '', id);
    },
    'element completed': (row) => {
      if (row.elementInstanceKey === row.processInstanceKey) {
        story.endedAt = row.at;
        story.state = 'completed';
        return;
      }
      active.delete(row.elementInstanceKey ?? '');
      noteStep(row, 'completed');
    },
    'element terminated': (row) => {
      if (row.elementInstanceKey === row.processInstanceKey) {
        story.endedAt = row.at;
        story.state = 'terminated';
        return;
      }
      active.delete(row.elementInstanceKey ?? '');
      noteStep(row, 'stopped');
    },
    'flow taken': ({ flowId }) => {
      if (flowId !== null) taken.set(flowId, (taken.get(flowId) ?? 0) + 1);
    },
    'variable created': (row, data) => noteVariable(row, data),
    'variable updated': (row, data) => noteVariable(row, data),
    'job completed': (row) => {
      const doer =
        row.actor.startsWith('agent:') || asked.has(row.elementInstanceKey ?? '') ? 'ai' : 'system';
      lastDone.set(row.elementInstanceKey ?? '', { actor: row.actor, doer });
    },
    'user task created': (row, data) => {
      const people = [...groupsOf(data.candidateGroups), ...textsOf(data.candidateUsers)];
      const assignee = typeof data.assignee === 'string' ? data.assignee : null;
      const askedOf = [...(assignee === null ? [] : [assignee]), ...people].join(', ');
      tasks.set(keyText(data.userTaskKey) ?? '', { askedAt: row.at, askedOf });
    },
    'user task completed': (row, data) => {
      const task = tasks.get(keyText(data.userTaskKey) ?? '');
      const settings = row.elementId === null ? null : (process?.element(row.elementId)?.approval ?? null);
      const answer = approvalIn(data, settings);
      lastDone.set(row.elementInstanceKey ?? '', { actor: row.actor, doer: 'human' });
      keep(story.decisions, {
        at: row.at,
        askedAt: task?.askedAt ?? null,
        askedOf: task?.askedOf ?? '',
        name: nameOf(row),
        actor: row.actor,
        approval: answer && { ...answer, answer: settings?.answer ?? '' },
        given: data.variables,
        signature: signatureIn(data),
      });
    },
    'model call finished': (row, data) => {
      asked.add(row.elementInstanceKey ?? '');
      keep(story.calls, toCall(row, data, nameOf(row)));
    },
    'model call lost': (row, data) => {
      keep(story.calls, toCall(row, { ...data, outcome: 'lost' }, nameOf(row)));
    },
    'decision evaluated': (row, data) => {
      const failure = data.failure as Data | null | undefined;
      keep(story.evaluations, {
        at: row.at,
        name: nameOf(row),
        decision: String(data.decisionName ?? data.decisionId),
        version: Number(data.version),
        output: data.output,
        failure: failure ? String(failure.message) : null,
      });
    },
    'incident created': (row, data) => {
      const incident = {
        at: row.at,
        name: nameOf(row),
        elementId: row.elementId ?? '',
        message: typeof data.errorMessage === 'string' ? data.errorMessage : '',
        resolvedAt: null,
        resolvedBy: null,
      };
      openIncidents.set(keyText(data.incidentKey) ?? '', incident);
      keep(story.incidents, incident);
    },
    'incident resolved': (row, data) => {
      const key = keyText(data.incidentKey) ?? '';
      const incident = openIncidents.get(key);
      if (incident) Object.assign(incident, { resolvedAt: row.at, resolvedBy: row.actor });
      openIncidents.delete(key);
    },
  };

  const noteVariable = (row: AuditRow, data: Data): void => {
    if (row.elementInstanceKey !== row.processInstanceKey || typeof data.name !== 'string') return;
    if (story.variables.size < MOST || story.variables.has(data.name))
      story.variables.set(data.name, data.value);
  };
  const noteStep = (row: AuditRow, what: string): void => {
    const id = row.elementId ?? '';
    const { type, isRepeated } = process?.element(id) ?? { type: 'task', isRepeated: false };
    // The body around the runs of an activity does nothing itself.
    if (type.endsWith('Gateway') || (isRepeated && !runs.has(row.elementInstanceKey ?? ''))) return;
    const done = lastDone.get(row.elementInstanceKey ?? '');
    // What the engine does by itself happens in the step of somebody's command, but that somebody did not do it.
    const isStart = type === 'startEvent';
    const actor = done?.actor ?? (isStart ? row.actor : 'system');
    const doer = done?.doer ?? (isStart && row.actor.startsWith('user:') ? 'human' : 'system');
    if (!type.endsWith('Event') && what === 'completed') doneBy.set(id, doer);
    lastDone.delete(row.elementInstanceKey ?? '');
    keep(story.steps, { at: row.at, name: nameOf(row), what, actor, doer });
  };

  return {
    take(row) {
      story.rows += 1;
      TAKERS[row.type]?.(row, (row.data ?? {}) as Data);
    },
    story() {
      for (const id of active.values()) path.waiting.add(id);
      for (const { elementId } of openIncidents.values()) path.incidents.add(elementId);
      return story;
    },
  };
}

function toCall(row: AuditRow, data: Data, name: string): ModelCall {
  const usage = (data.usage ?? {}) as Data;
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const failure = data.failure as Data | undefined;
  return {
    at: row.at,
    name,
    provider: text(data.provider),
    model: text(data.model),
    simulated: data.simulated === true,
    outcome: failure ? `failed: ${String(failure.message)}` : text(data.outcome),
    tokensIn: number(usage.inputTokens),
    tokensOut: number(usage.outputTokens),
    cost: (data.cost ?? data.charged ?? null) as ModelCall['cost'],
    latencyMs: number(data.latencyMs),
    confidence: number(data.confidence),
    result: data.result,
  };
}

function keyText(value: unknown): string | null {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : null;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function groupsOf(value: unknown): string[] {
  return textsOf(value).map((group) => `the group ${group}`);
}
