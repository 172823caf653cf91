/** A small write that shows whether the database takes writes: readiness is more than an open connection. */
import type { Database } from './database.js';

/** The name of the row in `setting` that the probe keeps writing. */
const NAME = 'last-probe';

/** A probe on `connection`; call it inside a batch. Throws as every write would. */
export function createProbe(connection: Database): (now: number) => void {
  const write = connection.prepare(
    'insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
  );
  return (now) => {
    write.run(NAME, String(now));
  };
}
