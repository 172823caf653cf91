/** From an event to the live notice that pages get of it. */
import type { EngineEvent, Key } from '@countersign/engine';
import type { ServerEvent } from '../store/journal-events.js';
import type { LiveNotice } from './live.js';

type TaskEvent = Extract<EngineEvent, { data: { userTaskKey: Key } }>;

const TASK_STATES: Readonly<Record<string, 'CREATED' | 'COMPLETED' | 'CANCELED'>> = {
  'user task created': 'CREATED',
  'user task change begun': 'CREATED',
  'user task change denied': 'CREATED',
  'user task ready': 'CREATED',
  'user task assigned': 'CREATED',
  'user task updated': 'CREATED',
  'user task completed': 'COMPLETED',
  'user task cancelled': 'CANCELED',
};

/** Events that move no token and are told by a notice of their own, or that follow from one that is. */
const SILENT: ReadonlySet<string> = new Set([
  'job created',
  'timer scheduled',
  'message subscription opened',
  'message subscription closed',
  'signal subscription opened',
  'signal subscription closed',
]);

/** The notice of an event; null where pages need none. */
export function noticeOf(
  event: EngineEvent | ServerEvent,
  processIdOf: (definitionKey: Key) => string,
): LiveNotice | null {
  if (event.type === 'deployment created')
    return { kind: 'deployment', deploymentKey: event.data.deploymentKey };
  if (event.processInstanceKey === null || SILENT.has(event.type)) return null;
  if (isTaskEvent(event)) {
    const { processInstanceKey, data } = event;
    return {
      kind: 'task',
      userTaskKey: data.userTaskKey,
      processInstanceKey,
      state: TASK_STATES[event.type],
    };
  }
  if (event.type === 'incident created' || event.type === 'incident resolved') {
    const { processInstanceKey, data } = event;
    const state = event.type === 'incident created' ? 'ACTIVE' : 'RESOLVED';
    return { kind: 'incident', incidentKey: data.incidentKey, processInstanceKey, state };
  }
  const { processInstanceKey } = event;
  const processDefinitionId = processIdOf(event.processDefinitionKey);
  return { kind: 'instance', processInstanceKey, processDefinitionId, state: stateOf(event) };
}

function isTaskEvent(event: EngineEvent | ServerEvent): event is TaskEvent {
  return event.type in TASK_STATES;
}

function stateOf(event: EngineEvent | ServerEvent): 'ACTIVE' | 'COMPLETED' | 'TERMINATED' {
  if (event.elementInstanceKey !== event.processInstanceKey) return 'ACTIVE';
  if (event.type === 'element completed') return 'COMPLETED';
  return event.type === 'element terminated' ? 'TERMINATED' : 'ACTIVE';
}
