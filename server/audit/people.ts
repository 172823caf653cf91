/** What people are called, so that a report has the name of who signed and not only the name of the account. */
import { findAccount } from '../store/queries/accounts.js';
import type { Store } from '../store/store.js';

/** The name of an actor as a report writes it: `Mary Adler (mary)`; systems and agents as they stand in the journal. */
export type NameActor = (actor: string) => Promise<string>;

/** A lookup in the accounts. A person without an account any more is named as in the journal. */
export function createNameActor({ knex }: Pick<Store, 'knex'>): NameActor {
  const known = new Map<string, string>();
  return async (actor) => {
    if (!actor.startsWith('user:')) return actor;
    let name = known.get(actor);
    if (name === undefined) {
      const username = actor.slice('user:'.length);
      const account = await findAccount(knex, username);
      name = account ? `${account.name} (${username})` : username;
      if (known.size > 1000) known.clear();
      known.set(actor, name);
    }
    return name;
  };
}
