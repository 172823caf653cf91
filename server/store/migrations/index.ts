/** The migrations in their order. A released migration is never changed; a new one is added at the end. */
import type { Knex } from 'knex';
import { inTurn } from '../in-turn.js';
import { isSqlite } from './columns.js';
import * as journal from './0001-journal.js';
import * as definitions from './0002-definitions.js';
import * as instances from './0003-instances.js';
import * as messages from './0004-messages.js';
import * as access from './0005-access.js';
import * as models from './0006-models.js';
import * as decisions from './0007-decisions.js';
import * as nodes from './0008-nodes.js';
import * as contents from './0009-contents.js';
import * as auditTree from './0012-audit-tree.js';
import * as indexes from './0014-indexes.js';
import * as fairJobs from './0015-fair-jobs.js';
import * as deniedJobs from './0016-denied-jobs.js';
import * as resources from './0017-resources.js';
import * as erasures from './0018-erasures.js';
import * as exportSchedules from './0019-export-schedules.js';
import * as signing from './0021-signing.js';
import * as deletedDefinitions from './0023-deleted-definitions.js';
import * as deletedHistory from './0033-deleted-history.js';
import * as jobsNeverGiven from './0029-jobs-never-given.js';
import * as candidates from './0031-user-task-candidates.js';
import * as operate from './0010-operate.js';
import * as identity from './0032-identity.js';
import * as manyServers from './0022-many-servers.js';

interface Step {
  readonly name: string;
  readonly up: (knex: Knex) => Promise<void>;
}

const STEPS: readonly Step[] = [
  { name: '0001-journal', up: journal.up },
  { name: '0002-definitions', up: definitions.up },
  { name: '0003-instances', up: instances.up },
  { name: '0004-messages', up: messages.up },
  { name: '0005-access', up: access.up },
  { name: '0006-models', up: models.up },
  { name: '0007-decisions', up: decisions.up },
  { name: '0008-nodes', up: nodes.up },
  { name: '0009-contents', up: contents.up },
  { name: '0012-audit-tree', up: auditTree.up },
  { name: '0016-denied-jobs', up: deniedJobs.up },
  { name: '0017-resources', up: resources.up },
  { name: '0010-operate', up: operate.up },
  { name: '0014-indexes', up: indexes.up },
  { name: '0015-fair-jobs', up: fairJobs.up },
  { name: '0018-erasures', up: erasures.up },
  { name: '0019-export-schedules', up: exportSchedules.up },
  { name: '0021-signing', up: signing.up },
  { name: '0022-many-servers', up: manyServers.up },
  { name: '0023-deleted-definitions', up: deletedDefinitions.up },
  { name: '0029-jobs-never-given', up: jobsNeverGiven.up },
  { name: '0031-user-task-candidates', up: candidates.up },
  { name: '0032-identity', up: identity.up },
  { name: '0033-deleted-history', up: deletedHistory.up },
];

/**
 * Brings the schema up to date; each migration in its own transaction. Throws where a newer server migrated
 * it. Of several servers that start on PostgreSQL one migrates and the others wait.
 */
export async function migrate(knex: Knex): Promise<void> {
  await inTurn(knex, async () => {
    // The lock of knex outlives a server that was killed; ours does not, and we hold it.
    if (!isSqlite(knex) && (await knex.schema.hasTable('migration_lock')))
      await knex.migrate.forceFreeMigrationsLock({ tableName: 'migration' });
    await runSteps(knex);
  });
}

async function runSteps(knex: Knex): Promise<void> {
  // knex would call it a corrupt directory.
  await pendingMigrations(knex);
  await knex.migrate.latest({
    tableName: 'migration',
    migrationSource: {
      getMigrations: () => Promise.resolve([...STEPS]),
      getMigrationName: (step: Step) => step.name,
      getMigration: (step: Step) => Promise.resolve({ up: step.up, down: refuseDown }),
    },
  });
}

function refuseDown(): Promise<void> {
  return Promise.reject(new Error('Migrations go forward only: restore a backup to go back'));
}

/** The migrations that a database still needs, in their order. Throws where a newer server migrated it. */
export async function pendingMigrations(knex: Knex): Promise<string[]> {
  const done = (await knex.schema.hasTable('migration'))
    ? await knex('migration').pluck<string[]>('name')
    : [];
  const known = new Set(STEPS.map(({ name }) => name));
  const unknown = done.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const advice = 'Start that version, or restore a backup of this one';
    throw new Error(`A newer version made this database (${unknown.join(', ')}). ${advice}`);
  }
  return STEPS.map(({ name }) => name).filter((name) => !done.includes(name));
}
