/**
 * What keeps ended instances from deletion by law: legal holds, and a floor under retention. Instances in which a model
 * was called stay for six months after their end, as the EU AI Act asks (articles 19 and 26).
 */
import { createHoldRows } from '../../store/queries/legal-holds.js';
import type { LegalHold } from '../../store/queries/legal-holds.js';
import type { Database } from '../../store/database.js';
import type { RetentionGuard } from '../retention.js';

/** Six months, counted as 184 days: no six months have more. In milliseconds. */
const AI_FLOOR = 184 * 24 * 60 * 60 * 1000;

/** The guard of the database on `connection`. */
export function createLegalGuard(connection: Database): RetentionGuard {
  const rows = createHoldRows(connection);
  return ({ rootKey, processId, endedAt }, now) => {
    const hold = rows.on(processId, rootKey);
    if (hold) return describeHold(hold);
    if (now - endedAt < AI_FLOOR && rows.hasModelCalls(rootKey)) {
      return 'AI took part in it: it stays for six months after its end.';
    }
    return null;
  };
}

/** Why an instance under the hold must stay, as a sentence. */
export function describeHold({ key, setAt, reason }: LegalHold): string {
  const since = new Date(setAt).toISOString().slice(0, 10);
  return `The legal hold ${key} stands on it since ${since}: ${reason}`;
}
