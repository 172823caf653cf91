/** Ends the access of somebody whose account stays: for those who left, and whom the audit trail goes on to name. */
import type { Runtime } from '../../runtime/runtime.js';
import type { Change, MakeChange, Refusal } from './change.js';
import { giveBackTasks } from './open-tasks.js';
import { setActive } from './people.js';

/** Ends sessions and remembered passwords at once, and gives back the open tasks that others can take. */
export async function deactivate(
  runtime: Pick<Runtime, 'store' | 'changeUserTask'>,
  change: MakeChange,
  username: string,
  caller: Change['caller'],
): Promise<Refusal> {
  const refusal = await change(caller, (work) => setActive(work, username, false));
  if (refusal) return refusal;
  await giveBackTasks(runtime, username, caller.actor);
  return null;
}
