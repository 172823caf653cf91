/** Engine events as short lines, for expectations that a person can read and a diff can show. */
import { writeJson } from '@countersign/engine';
import type { EngineEvent, EventData, UserTaskCorrections } from '@countersign/engine';

/** One line for an event, e.g. `activated review`, `taken to-pay`, `job created pay-invoice`. Keys are left out. */
export function traceLine(event: EngineEvent, startedAt: number): string {
  const at = event.elementId;
  switch (event.type) {
    case 'element activated':
      return `activated ${at}`;
    case 'element completed':
      return `completed ${at}`;
    case 'element terminated':
      return `terminated ${at}`;
    case 'flow taken':
      return `taken ${event.flowId}`;
    case 'token discarded':
      return `discarded ${event.flowId}`;
    case 'variable created':
    case 'variable updated':
      return `set ${at}.${event.data.name} = ${writeJson(event.data.value)}`;
    case 'job created':
      return `job ${event.data.jobType} at ${at}`;
    case 'job failed':
      return `job failed at ${at}, ${event.data.retries} left`;
    case 'job updated':
      return `job updated at ${at}, ${event.data.retries} left`;
    case 'job completed':
      return `job completed at ${at}${event.data.denied ? ', denied' : ''}`;
    case 'user task change begun':
      return `user task ${event.data.transition.toLowerCase()} at ${at}`;
    case 'user task corrected':
      return `user task corrected at ${at} ${writeJson(event.data.corrections)}`;
    case 'user task change denied':
      return `user task ${event.data.transition.toLowerCase()} denied at ${at}: ${event.data.reason}`;
    case 'user task ready':
      return `user task ready at ${at}${corrected(event.data.corrections)}`;
    case 'user task updated':
      return `user task updated at ${at}${updated(event.data)}`;
    case 'termination begun':
      return `termination ${event.data.inside ? 'inside' : 'of'} ${at} begun`;
    case 'interruption begun':
      return `interruption by ${event.data.targetId} at ${at}`;
    case 'user task created':
      return `user task at ${at}${userTaskDetails(event.data)}`;
    case 'user task assigned':
      return `user task assigned at ${at} to ${event.data.assignee ?? 'nobody'}${corrected(event.data.corrections)}`;
    case 'user task completed':
      return `user task completed at ${at}${corrected(event.data.corrections)}`;
    case 'timer scheduled':
      return `timer ${event.data.targetId} in ${(event.data.dueAt - startedAt) / 1000}s`;
    case 'timer triggered':
    case 'message correlated':
    case 'signal caught':
    case 'condition met':
      return `${event.type} ${event.data.targetId}`;
    case 'message subscription opened':
      return `waits for message ${event.data.messageName} ${event.data.correlationKey} at ${event.data.targetId}`;
    case 'signal subscription opened':
      return `waits for signal ${event.data.signalName} at ${event.data.targetId}`;
    case 'condition subscription opened':
      return `waits for the condition of ${event.data.targetId}`;
    case 'signal thrown':
      return `signal ${event.data.signalName} at ${at}`;
    case 'escalation thrown':
      return `escalation ${event.data.escalationCode} at ${at}, caught by ${event.data.caughtBy ?? 'nobody'}`;
    case 'loop started':
      return `loop of ${event.data.size ?? 'any size'} at ${at}`;
    case 'decision evaluated':
      return `decision ${event.data.decisionId} version ${event.data.version} at ${at}`;
    case 'error thrown':
      return `error ${event.data.errorCode} at ${at}, caught by ${event.data.caughtBy ?? 'nobody'}`;
    case 'instance modified': {
      const { activated, moved, terminated } = event.data;
      const moves = moved.map(({ from, to }) => `${from} to ${to}`);
      return `modified ${at}: ${[...activated.map((id) => `+${id}`), ...moves, ...terminated.map((id) => `-${id}`)].join(', ')}`;
    }
    case 'instance migrated': {
      const { elements, subscriptions } = event.data;
      const kept = subscriptions.map(({ targetId }) => `keeps ${targetId}`);
      return `migrated ${at}: ${[...elements.map(({ elementId }) => elementId), ...kept].join(', ')}`;
    }
    case 'move held':
      return `held ${event.data.op} at ${at}`;
    case 'incident created':
      return `incident ${event.data.errorType} at ${at}`;
    default:
      return `${event.type} at ${at}`;
  }
}

function corrected(corrections: UserTaskCorrections = {}): string {
  return Object.keys(corrections).length === 0 ? '' : ` ${writeJson(corrections)}`;
}

function updated({ userTaskKey: _key, action: _action, ...changes }: EventData['user task updated']): string {
  return corrected(changes);
}

/** The attributes of a user task that its model sets, e.g. ` (assignee "mary", priority 80)`. */
function userTaskDetails(data: EventData['user task created']): string {
  const { assignee, candidateGroups, candidateUsers, dueDate, followUpDate, priority, formKey } = data;
  const given = Object.entries({
    assignee,
    groups: candidateGroups.length > 0 ? candidateGroups : null,
    users: candidateUsers.length > 0 ? candidateUsers : null,
    due: dueDate,
    'follow up': followUpDate,
    priority: priority === 50 ? null : priority,
    'form reference': data.externalFormReference,
  }).filter(([, value]) => value !== null);
  const parts = given.map(([name, value]) => `${name} ${writeJson(value)}`);
  if (formKey !== null) parts.push('form');
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
