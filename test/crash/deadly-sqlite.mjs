/**
 * Takes the place of `@photostructure/sqlite` in a process that kills itself at a statement: the fifth argument is the
 * number of the statement, counted from the start of the process, the sixth whether `before` or `after` it.
 */
import { DatabaseSync as RealDatabase } from '@photostructure/sqlite';

const [last, when] = [Number(process.argv[6]), process.argv[7]];
let ran = 0;

function deadly(run) {
  ran += 1;
  const isLast = ran === last;
  if (isLast && when === 'before') process.kill(process.pid, 'SIGKILL');
  const result = run();
  if (isLast) process.kill(process.pid, 'SIGKILL');
  return result;
}

/** The database that the server opens: each of its calls counts towards the deadly one. */
export class DatabaseSync extends RealDatabase {
  exec(sql) {
    return deadly(() => super.exec(sql));
  }

  prepare(sql) {
    const statement = super.prepare(sql);
    return {
      run: (...values) => deadly(() => statement.run(...values)),
      get: (...values) => deadly(() => statement.get(...values)),
      all: (...values) => deadly(() => statement.all(...values)),
      iterate: (...values) => deadly(() => statement.iterate(...values)),
      columns: () => statement.columns(),
    };
  }
}
