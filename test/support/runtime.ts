/** Opens a runtime for a test, on a database of its own, with a pinned clock; compares it with its journal at the end. */
import { createClock, openRuntime } from '@countersign/server';
import type { Clock, Runtime, RuntimeOptions } from '@countersign/server';
import type { Key } from '@countersign/engine';
import { checkJournal } from '../../server/store/check-journal.js';
import { createTestDatabase } from './databases.js';

/** A runtime under test. */
export interface TestRuntime {
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** The path of its file, or its address on PostgreSQL. */
  readonly path: string;
  /** What the runtime reported by itself: defects in timers and the like. */
  readonly errors: unknown[];
  /** Deploys one file; throws with the problems where it was refused. Answers its processes' keys. */
  deploy(xml: string, name?: string): Promise<Key[]>;
  /** The rows of a query on its database. */
  rows<T = Record<string, unknown>>(sql: string, ...values: (string | number)[]): T[];
  /** Closes the runtime and opens it again on the same database, as a restart does. */
  restart(): Promise<void>;
  /** Closes the runtime, throws where the database differs from its journal, and removes it. */
  close(): Promise<void>;
}

/** The moment at which the clock of every runtime under test stands. */
export const RUNTIME_START = Date.UTC(2030, 0, 1, 9);

/** Opens a runtime. */
export async function openTestRuntime(options: Partial<RuntimeOptions> = {}): Promise<TestRuntime> {
  const database = await createTestDatabase();
  const path = database.address;
  const clock = createClock(RUNTIME_START);
  const errors: unknown[] = [];
  const open = (): Promise<Runtime> =>
    openRuntime({ database: path, clock, onError: (error) => errors.push(error), ...options });
  const test = {
    runtime: await open(),
    clock,
    path,
    errors,
    async deploy(xml: string, name = 'process.bpmn'): Promise<Key[]> {
      const result = await test.runtime.deploy({ resources: [{ name, content: xml }], actor: 'user:demo' });
      if (!result.ok)
        throw new Error(result.problems.map(({ code, message }) => `${code}: ${message}`).join('\n'));
      return result.deployments.flatMap((found) =>
        found.kind === 'process' ? [found.processDefinitionKey] : [],
      );
    },
    rows<T>(sql: string, ...values: (string | number)[]): T[] {
      return test.runtime.store.connection.prepare(sql).all(...values) as T[];
    },
    async restart(): Promise<void> {
      await test.runtime.shutdown();
      test.runtime = await open();
    },
    async close(): Promise<void> {
      await test.runtime.shutdown();
      const { differences } = await checkJournal(path);
      await database.remove();
      if (differences.length > 0)
        throw new Error(`The journal differs:\n${JSON.stringify(differences, null, 2)}`);
    },
  };
  return test;
}
