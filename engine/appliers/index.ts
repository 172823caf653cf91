/** One applier per engine event: the only code that changes an instance. It decides nothing. */
import type { DefinitionSource } from '../model/definitions.js';
import type { EngineEvent, EventOf, EventType } from '../records/engine-events.js';
import type { InstanceTree } from '../state/instance-tree.js';
import * as compensation from './compensation.js';
import * as elements from './elements.js';
import * as subscriptions from './subscriptions.js';
import * as userTasks from './user-tasks.js';
import * as migration from './migration.js';
import * as suspension from './suspension.js';
import * as waits from './waits.js';

type Applier<T extends EventType> = (
  tree: InstanceTree,
  event: EventOf<T>,
  definitions: DefinitionSource,
) => void;

/** Events that tell what happened without changing what the instance waits for. */
const changesNothing = (): void => undefined;

const APPLIERS: { readonly [T in EventType]: Applier<T> } = {
  'element activated': elements.elementActivated,
  'element completed': elements.elementCompleted,
  'element terminated': elements.elementTerminated,
  'element terminating': elements.elementTerminating,
  'termination begun': elements.terminationBegun,
  'interruption begun': elements.interruptionBegun,
  'flow taken': elements.flowTaken,
  'token discarded': elements.tokenDiscarded,
  'variable created': elements.variableSet,
  'variable updated': elements.variableSet,
  'loop started': elements.loopStarted,
  'ad-hoc sub-process fulfilled': elements.adHocFulfilled,
  'job created': waits.jobCreated,
  'job completed': waits.jobCompleted,
  'job failed': waits.jobRetriesSet,
  'job updated': waits.jobRetriesSet,
  'job cancelled': waits.jobCancelled,
  'error thrown': waits.errorThrown,
  'user task created': userTasks.userTaskCreated,
  'user task change begun': userTasks.userTaskChangeBegun,
  'user task corrected': userTasks.userTaskCorrected,
  'user task change denied': userTasks.userTaskChangeDenied,
  'user task ready': userTasks.userTaskReady,
  'user task assigned': userTasks.userTaskAssigned,
  'user task updated': userTasks.userTaskUpdated,
  'user task completed': userTasks.userTaskOver,
  'user task cancelled': userTasks.userTaskOver,
  'timer scheduled': subscriptions.timerScheduled,
  'timer triggered': subscriptions.timerOver,
  'timer cancelled': subscriptions.timerOver,
  'message subscription opened': subscriptions.messageSubscriptionOpened,
  'message correlated': subscriptions.subscriptionTriggered,
  'message subscription closed': subscriptions.subscriptionClosed,
  'signal subscription opened': subscriptions.signalSubscriptionOpened,
  'signal caught': subscriptions.subscriptionTriggered,
  'signal subscription closed': subscriptions.subscriptionClosed,
  'signal thrown': changesNothing,
  'escalation thrown': changesNothing,
  'compensation recorded': compensation.compensationRecorded,
  'compensation triggered': compensation.compensationTriggered,
  'condition subscription opened': subscriptions.conditionSubscriptionOpened,
  'condition met': subscriptions.conditionMet,
  'condition no longer met': subscriptions.conditionNoLongerMet,
  'condition subscription closed': subscriptions.subscriptionClosed,
  'incident created': waits.incidentCreated,
  'incident resolved': waits.incidentResolved,
  'decision evaluated': changesNothing,
  'instance modified': changesNothing,
  'contents erased': changesNothing,
  'instance suspended': suspension.instanceSuspended,
  'instance resumed': suspension.instanceResumed,
  'move held': suspension.moveHeld,
  'moves postponed': suspension.movesPostponed,
  'moves continued': suspension.movesContinued,
  'instance migrated': migration.instanceMigrated,
  'model call started': changesNothing,
  'model call finished': changesNothing,
  'model call lost': changesNothing,
};

/**
 * Applies one engine event to the tree and counts it in `revision`. Used while a step runs and when a
 * journal is replayed: the same code, so the same state.
 * @throws MissingState when the event contradicts the state, which is a defect or a damaged journal.
 */
export function applyEvent(tree: InstanceTree, event: EngineEvent, definitions: DefinitionSource): void {
  const apply = APPLIERS[event.type] as Applier<EventType>;
  apply(tree, event, definitions);
  tree.revision += 1;
}
