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
  'multiInstanceBody',
  'adHocSubProcessInnerInstance',
]);

/** The step that a row is; null where it is none, or its definition is not there any more. */
export async function stepOf(row: AuditRow, findProcess: FindProcess): Promise<MiningStep | null> {
  const transition = TRANSITIONS[row.type];
  if (!transition || row.processInstanceKey === null || row.elementId === null) return null;
  const process = await findProcess(row.processDefinitionKey);
  const element: KnownElement | undefined = process?.element(row.elementId);
  if (!process || !element || LEFT_OUT.has(element.type)) return null;
  return { row, activity: element.name, elementType: element.type, process, transition };
}

/** Who did it, as mining tools want it: without the kind for people, so that names are names. */
export function resourceOf(actor: string): string {
  return actor.startsWith('user:') ? actor.slice('user:'.length) : actor;
}
