/** What somebody who is gone had on their desk goes back to those it was offered to. */
import type { Actor } from '@countersign/engine';
import { parseKey } from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import { search } from '../../store/queries/search.js';
import { USER_TASKS } from '../../store/queries/user-tasks.js';
import { EVERYTHING } from '../grants/rights.js';

/** Tasks looked at in one search. */
const PAGE = 500;

/** Takes a person off the open tasks that others can take; answers how many. What nobody else could do stays theirs. */
export async function giveBackTasks(
  { store, changeUserTask }: Pick<Runtime, 'store' | 'changeUserTask'>,
  username: string,
  actor: Actor,
): Promise<number> {
  let given = 0;
  for (let after: string | undefined; ;) {
    const result = await search(
      store.knex,
      USER_TASKS,
      {
        filter: { assignee: username, state: 'CREATED' },
        sort: [{ field: 'creationDate' }],
        page: { limit: PAGE, after },
      },
      EVERYTHING,
    );
    if (!result.ok) throw new Error(result.reason);
    const { items, page } = result.page;
    for (const { userTaskKey, candidateGroups, candidateUsers } of items) {
      const key = parseKey(userTaskKey);
      const isOffered = candidateGroups.length > 0 || candidateUsers.some((name) => name !== username);
      if (key === null || !isOffered) continue;
      const done = await changeUserTask(
        {
          type: 'assign user task',
          userTaskKey: key,
          assignee: null,
          allowOverride: true,
          action: 'unassign',
        },
        actor,
      );
      // Somebody may have taken or done it meanwhile: then it is not theirs any more either.
      if (done.ok) given += 1;
    }
    if (items.length < PAGE) return given;
    after = page.endCursor ?? undefined;
  }
}
