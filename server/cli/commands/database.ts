/** `countersign backup`, `restore` and `migrate`: the commands that work on the embedded database itself. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { findFolders } from '../../settings/folders.js';
import { readDatabase } from '../../settings/database-url.js';
import { printDone, withJson } from '../command.js';
import type { CommandContext, OutputOptions } from '../command.js';
import { CliFailure, EXIT } from '../exit-codes.js';
import { createProgress } from '../terminal.js';
import type { Terminal } from '../terminal.js';

/** Adds the commands. */
export function addDatabaseCommands(program: Command, context: CommandContext): void {
  withJson(program.command('backup'))
    .description('copy the database into a new folder, also while a server runs on it')
    .argument('<folder>', 'the folder to make')
    .option('--without-key', 'leave out the key that signs checkpoints of the audit trail')
    .option('--quick', 'do not compare the copy with its journal')
    .action((folder: string, options: OutputOptions & { withoutKey?: boolean; quick?: boolean }) =>
      backup(context, folder, options),
    );

  withJson(program.command('restore'))
    .description('put a backup where the server looks for its database; no server may run on it')
    .argument('<folder>', 'the folder of the backup')
    .option('--force', 'move a database that is there aside')
    .action((folder: string, options: OutputOptions & { force?: boolean }) =>
      restore(context, folder, options),
    );

  withJson(program.command('migrate'))
    .description('bring the tables up to date, as a start of the server does')
    .option('--dry-run', 'only list what is to be done')
    .action((options: OutputOptions & { dryRun?: boolean }) => migrate(context, options));
}

async function backup(
  context: CommandContext,
  folder: string,
  options: OutputOptions & { withoutKey?: boolean; quick?: boolean },
): Promise<void> {
  const { backUp } = await import('../../backup/back-up.js');
  const result = await withProgress(context.terminal, (progress) =>
    backUp({
      database: databaseFile(context.terminal),
      folder: resolve(folder),
      withoutKey: options.withoutKey ?? false,
      quick: options.quick ?? false,
      version: findFolders().version,
      progress,
    }),
  );
  const bytes = result.files.reduce((sum, file) => sum + file.bytes, 0);
  const compared =
    result.journalRows === null
      ? 'It was not compared with its journal.'
      : `It is exactly what its ${String(result.journalRows)} journal rows give.`;
  const sentence = `${result.folder} holds ${String(result.files.length)} files, ${String(bytes)} bytes, up to audit position ${String(result.lastPosition)}. ${compared}`;
  printDone(context, options, sentence, result);
}

async function restore(
  context: CommandContext,
  folder: string,
  options: OutputOptions & { force?: boolean },
): Promise<void> {
  const { restore: run } = await import('../../backup/restore.js');
  const result = await withProgress(context.terminal, (progress) =>
    run({
      folder: resolve(folder),
      database: databaseFile(context.terminal),
      force: options.force ?? false,
      progress,
    }),
  );
  const aside =
    result.movedAside.length === 0 ? '' : ` What was there is now ${result.movedAside.join(', ')}.`;
  const sentence = `${result.database} is as it was at ${result.at}, up to audit position ${String(result.lastPosition)}.${aside}`;
  printDone(context, options, sentence, result);
}

async function migrate(
  context: CommandContext,
  options: OutputOptions & { dryRun?: boolean },
): Promise<void> {
  const { migrateDatabase } = await import('../../backup/migrate.js');
  const database = databaseFile(context.terminal);
  const pending = await migrateDatabase(database, options.dryRun ?? false);
  const what = options.dryRun ? 'needs' : 'now has';
  const sentence =
    pending.length === 0 ? `${database} is up to date.` : `${database} ${what} ${pending.join(', ')}.`;
  printDone(context, options, sentence, { database, migrations: pending, dryRun: options.dryRun ?? false });
}

/** The file that COUNTERSIGN_DATABASE_URL names. Throws `CliFailure` for PostgreSQL, which has tools of its own. */
function databaseFile({ environment }: Terminal): string {
  const url = environment.COUNTERSIGN_DATABASE_URL?.trim() || 'sqlite:data/countersign.db';
  if (/^postgres(ql)?:/.test(url)) {
    throw new CliFailure(
      'COUNTERSIGN_DATABASE_URL names a PostgreSQL database: docs/backup.md says how to back it up and restore it; the server migrates it when it starts.',
      EXIT.usage,
    );
  }
  const database = readDatabase(url);
  if (!database.ok) throw new CliFailure(database.error, EXIT.usage);
  if (database.database === ':memory:') throw new CliFailure('A database in memory has no file.', EXIT.usage);
  return resolve(database.database);
}

async function withProgress<T>(
  terminal: Terminal,
  work: (progress: (text: string) => void) => Promise<T>,
): Promise<T> {
  const progress = createProgress(terminal);
  try {
    return await work(progress.update);
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    throw new CliFailure(error instanceof Error ? error.message : String(error), EXIT.failed, {
      cause: error,
    });
  } finally {
    progress.done();
  }
}
