/**
 * What process mining is told of the journal. It wants the steps of a case, so that of all rows those are taken that
 * say something about the life of an activity or an event; gateways, flows, variables and subscriptions stay out.
 */
import type { ElementType } from '@countersign/engine';
import type { AuditRow } from '../../store/queries/audit-rows.js';
import type { FindProcess, KnownElement, KnownProcess } from '../definitions.js';

/** A row as a step of a case. */
export interface MiningStep {
  readonly row: AuditRow;
  /** The name of the element in the diagram. */
  readonly activity: string;
  readonly elementType: ElementType;
  readonly process: KnownProcess;
  /** Where it stands in the life of the element (standard transactional model of XES). */
  readonly transition: Transition;
  /** The number of the run of an activity that runs several times, from 1; null for others and for the body around all. */
  readonly run: number | null;
}

/** The transitions that the journal knows. */
export type Transition =
  'schedule' | 'assign' | 'start' | 'suspend' | 'resume' | 'complete' | 'ate_abort' | 'withdraw';

const TRANSITIONS: Readonly<Record<string, Transition | undefined>> = {
  'element activated': 'start',
  'element completed': 'complete',
  'element terminated': 'ate_abort',
  'user task created': 'schedule',
  'user task assigned': 'assign',
  'user task cancelled': 'withdraw',
  'incident created': 'suspend',
  'incident resolved': 'resume',
};

const LEFT_OUT: ReadonlySet<ElementType> = new Set([
  'process',
  'exclusiveGateway',
  'parallelGateway',
  'inclusiveGateway',
  'complexGateway',
  'eventBasedGateway',
]);

/** Tells which rows are steps; rows come tree by tree, each tree in its order. */
export type FindStep = (row: AuditRow) => Promise<MiningStep | null>;

/**
 * Begins at the first tree. A row is none where it says nothing of an activity or event, or where its definition is not
 * there any more. An activity that runs several times has steps of its body, which stands for all of them, and of each run.
 */
export function createFindStep(findProcess: FindProcess): FindStep {
  let root: string | null = null;
  /** The numbers of runs by their element instances, as they began in this tree. */
  let runs = new Map<string, number>();
  const runOf = (row: AuditRow): number | null => {
    if (row.rootProcessInstanceKey !== root) {
      root = row.rootProcessInstanceKey;
      runs = new Map();
    }
    const key = row.elementInstanceKey ?? '';
    const { loopCounter } = (row.data ?? {}) as { loopCounter?: unknown };
    if (row.type === 'element activated' && typeof loopCounter === 'number') runs.set(key, loopCounter);
    return runs.get(key) ?? null;
  };
  return async (row) => {
    const transition = TRANSITIONS[row.type];
    if (!transition || row.processInstanceKey === null || row.elementId === null) return null;
    const process = await findProcess(row.processDefinitionKey);
    const element: KnownElement | undefined = process?.element(row.elementId);
    if (!process || !element || LEFT_OUT.has(element.type)) return null;
    const { name: activity, type: elementType } = element;
    return { row, activity, elementType, process, transition, run: runOf(row) };
  };
}

/** Who did it, as mining tools want it: without the kind for people, so that names are names. */
export function resourceOf(actor: string): string {
  return actor.startsWith('user:') ? actor.slice('user:'.length) : actor;
}
