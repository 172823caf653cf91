/** The engine's public face: everything the server and the web app may use of it. */
export * from './model/json.js';
export * from './model/exact-json.js';
export * from './model/json-limits.js';
export * from './model/keys.js';
export * from './model/element-types.js';
export * from './model/process-model.js';
export * from './model/definitions.js';
export * from './records/actor.js';
export * from './records/commands.js';
export * from './records/operate-commands.js';
export * from './records/migration.js';
export * from './records/engine-events.js';
export * from './records/operate-events.js';
export * from './records/rejections.js';
export * from './rules/problem.js';
export * from './xml/index.js';
export { readBpmn, type BpmnReading } from './read/bpmn.js';
export * from './state/instance-tree.js';
export * from './state/user-task-view.js';
export { isReadableSnapshot, restoreTree, snapshotTree } from './state/snapshot.js';
export { applyEvent } from './appliers/index.js';
export * from './kernel/step-types.js';
export { step } from './kernel/step.js';
export { conditionalStarts } from './behaviors/start-conditions.js';
export { checkMigration, type MigrationCheck } from './behaviors/migration-check.js';
export { evaluateStartEvents, type StartTrigger } from './behaviors/start-triggers.js';
export { evaluateDecision } from './behaviors/decisions.js';
export { VARIABLE_LIMIT, whyTooLarge } from './behaviors/variable-size.js';
export { nextOccurrence, scheduleTimer, type TimerSchedule } from './model/timers/timer-schedule.js';
export {
  compileExpression,
  compileUnaryTests,
  FeelFailure,
  FeelLimitError,
  kindOf,
  scopeOf,
  toEpochMillis,
  toJson,
  type CompiledExpression,
  type CompileResult,
  type FeelOutcome,
  type FeelProblem,
  type FeelScope,
  type FeelWarning,
} from './feel/index.js';
export * from './dmn/index.js';
export * from './camunda7/index.js';
export * from './journal/index.js';
