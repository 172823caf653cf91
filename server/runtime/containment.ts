/**
 * Keeps a defect of the engine to the instance it happened in. The failed command is undone; in the same batch the
 * instance gets an incident that names the defect, and what the command was about waits until that is resolved.
 * Nobody else in the batch notices.
 */
import type { Actor, DefectPlace, Key } from '@countersign/engine';
import type { FindRoot } from '../store/roots.js';
import type { Batch } from './batch.js';
import { addressOf, runCommand } from './commands.js';
import { Defect } from './errors.js';
import type { GroupCommit } from './group-commit.js';
import type { CommandResult, InstanceCommand, Refused } from './runtime.js';

/**
 * Raises the incident. False where that cannot be: the tree cannot be read, or what the command was about is gone or
 * has an incident already.
 */
export function containDefect(batch: Batch, rootKey: Key, about: DefectPlace, defect: Defect): boolean {
  const message =
    `A defect of the server kept the instance from going on; its process is not to blame. ` +
    `The log has it under ${defect.id}. Resolving the incident tries again.`;
  try {
    return batch.step(rootKey, { type: 'report defect', about, message }, 'system').ok;
  } catch (error) {
    if (error instanceof Defect) return false;
    throw error;
  }
}

/**
 * Runs a command in a batch of `group` and answers after its commit. A command of a worker, or on a user task, that
 * meets a defect leaves an incident; its caller gets the `Defect` all the same. `check` can refuse it in the batch, before
 * it runs; `look` sees the result there. `forWorker`: its rows name the worker of the job beside the actor.
 */
export async function runContained(
  group: GroupCommit,
  findRoot: FindRoot,
  command: InstanceCommand,
  actor: Actor,
  look?: (batch: Batch, result: CommandResult) => void,
  check?: (batch: Batch) => Refused | null,
  forWorker = false,
): Promise<CommandResult> {
  const result = await group.run((batch): CommandResult | Defect => {
    try {
      const result = check?.(batch) ?? runCommand(batch, findRoot, command, actor, forWorker);
      look?.(batch, result);
      return result;
    } catch (error) {
      const about = placeOf(command);
      const rootKey = about && findRoot(about.kind, about.key)?.rootKey;
      if (!(error instanceof Defect) || !rootKey || !containDefect(batch, rootKey, about, error)) throw error;
      return error;
    }
  }, addressOf(command));
  if (result instanceof Defect) throw result;
  return result;
}

/** What waits while a defect keeps the command from being done; null for a command that nothing waits for. */
function placeOf(command: InstanceCommand): { readonly kind: 'job' | 'user task'; readonly key: Key } | null {
  const { what, key } = addressOf(command);
  return what === 'job' || what === 'user task' ? { kind: what, key } : null;
}
