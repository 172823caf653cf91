/** Commands on instances that exist: from the key a command names to its tree, then a step. */
import type { Actor, Rejection } from '@countersign/engine';
import type { FindRoot, Hint } from '../store/roots.js';
import type { Batch } from './batch.js';
import type { CommandResult, InstanceCommand } from './runtime.js';

/** What a command names, and by which key. */
export function addressOf(command: InstanceCommand): Hint {
  switch (command.type) {
    case 'cancel instance':
    case 'modify instance':
    case 'migrate instance':
    case 'suspend instance':
    case 'resume instance':
      return { what: 'process instance', key: command.processInstanceKey };
    case 'complete job':
    case 'fail job':
    case 'throw job error':
    case 'update job':
    case 'record model call':
      return { what: 'job', key: command.jobKey };
    case 'assign user task':
    case 'update user task':
    case 'complete user task':
      return { what: 'user task', key: command.userTaskKey };
    case 'trigger timer':
      return { what: 'timer', key: command.timerKey };
    case 'resolve incident':
      return { what: 'incident', key: command.incidentKey };
    case 'catch signal':
      return { what: 'signal subscription', key: command.subscriptionKey };
    case 'set variables':
    case 'activate ad-hoc elements':
      return { what: 'element instance', key: command.elementInstanceKey };
  }
}

/** The command with the worker that has leased the job, where its rows name one. */
function nameWorker(command: InstanceCommand, worker: string | null): InstanceCommand {
  if (worker === null) return command;
  switch (command.type) {
    case 'complete job':
    case 'fail job':
    case 'throw job error':
      return { ...command, worker };
    default:
      return command;
  }
}

/**
 * Runs a command in a batch. What does not exist, or is over, is NOT_FOUND. `forWorker`: the worker that has leased the
 * job stands beside the actor in its rows.
 */
export function runCommand(
  batch: Batch,
  findRoot: FindRoot,
  command: InstanceCommand,
  actor: Actor,
  forWorker = false,
): CommandResult {
  const { what, key } = addressOf(command);
  const found = findRoot(what, key);
  if (!found) return { ok: false, rejection: notFound(`No ${what} has the key ${key}.`) };
  if (found.isOver)
    return { ok: false, rejection: notFound(`The ${what} ${key} is over: it was ended before.`) };
  return batch.step(found.rootKey, forWorker ? nameWorker(command, found.worker) : command, actor);
}

function notFound(reason: string): Rejection {
  return { type: 'NOT_FOUND', reason };
}
