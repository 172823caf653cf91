/** Who answers each command. An answer is a rejection, given before anything was appended, or nothing. */
import type { Step } from '../kernel/step-run.js';
import type { Command } from '../records/commands.js';
import type { Rejection } from '../records/rejections.js';
import { catchSignal, continuePostponed, correlateMessage, triggerTimer } from './events.js';
import { activateAdHoc, completeJob, failJob, recordModelCall, throwJobError, updateJob } from './jobs.js';
import { reportDefect } from './defects.js';
import { migrateInstance } from './migrate.js';
import { modifyInstance } from './modify.js';
import { noteErasure } from './note-erasure.js';
import { cancelInstance, resolveIncident, setVariables } from './operate.js';
import { createInstance, startByEvent } from './start.js';
import { whyStopped } from './stopped.js';
import { whyRefusedForSize } from './too-large.js';
import { resumeInstance, suspendInstance, whySuspended } from './suspend.js';
import { assignUserTask, completeUserTask, updateUserTask } from './user-tasks.js';

type Answer<T extends Command['type']> = (
  step: Step,
  command: Extract<Command, { type: T }>,
) => Rejection | void;

const ANSWERS: { readonly [T in Command['type']]: Answer<T> } = {
  'create instance': createInstance,
  'start by event': startByEvent,
  'cancel instance': cancelInstance,
  'complete job': completeJob,
  'fail job': failJob,
  'throw job error': throwJobError,
  'update job': updateJob,
  'record model call': recordModelCall,
  'assign user task': assignUserTask,
  'update user task': updateUserTask,
  'complete user task': completeUserTask,
  'trigger timer': triggerTimer,
  'continue moves': continuePostponed,
  'correlate message': correlateMessage,
  'catch signal': catchSignal,
  'resolve incident': resolveIncident,
  'report defect': reportDefect,
  'set variables': setVariables,
  'activate ad-hoc elements': activateAdHoc,
  'modify instance': modifyInstance,
  'migrate instance': migrateInstance,
  'suspend instance': suspendInstance,
  'resume instance': resumeInstance,
  'note erasure': noteErasure,
};

/** Answers a command: refuses it, or appends its first engine events and fills the agenda. */
export function answer(step: Step, command: Command): Rejection | void {
  const refused =
    whySuspended(step, command) ?? whyStopped(step, command) ?? whyRefusedForSize(step, command);
  if (refused) return refused;
  return (ANSWERS[command.type] as Answer<Command['type']>)(step, command);
}
