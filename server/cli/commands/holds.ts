/** `countersign holds`: what must neither be deleted nor erased. */
import type { Command } from 'commander';
import { connectionOf, printDone, printList, readKeyArgument, withServer } from '../command.js';
import type { CommandContext, RemoteOptions } from '../command.js';
import { CliFailure, EXIT } from '../exit-codes.js';
import type { Column } from '../table.js';

interface Hold {
  readonly key: string;
  readonly processId: string | null;
  readonly rootKey: string | null;
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: number;
  readonly liftedBy: string | null;
  readonly liftedAt: number | null;
}

const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const COLUMNS: readonly Column<Hold>[] = [
  { head: 'KEY', value: (item) => item.key },
  { head: 'PROCESS', value: (item) => item.processId },
  { head: 'INSTANCE', value: (item) => item.rootKey },
  { head: 'REASON', value: (item) => item.reason },
  { head: 'SET', value: (item) => time(item.setAt) },
  { head: 'BY', value: (item) => item.setBy },
  { head: 'LIFTED', value: (item) => time(item.liftedAt) },
];

interface SetOptions extends RemoteOptions {
  readonly process?: string;
  readonly instance?: string;
  readonly reason: string;
}

/** Adds the commands. */
export function addHoldCommands(program: Command, context: CommandContext): void {
  const group = program.command('holds').description('legal holds: what must neither be deleted nor erased');

  withServer(group.command('list', { isDefault: true }))
    .description('list them, newest first')
    .option('--all', 'also those that were lifted')
    .action(async (options: RemoteOptions & { all?: boolean }) => {
      const found = await connectionOf(context, options).get<{ items: Hold[] }>('/api/legal-holds');
      const items = options.all ? found.items : found.items.filter(({ liftedAt }) => liftedAt === null);
      printList(
        context,
        options,
        { items, page: { totalItems: items.length, hasMoreTotalItems: false } },
        COLUMNS,
      );
    });

  withServer(group.command('set'))
    .description('keep all instances of a process, or one of them')
    .option('--process <id>', 'the process')
    .option('--instance <key>', 'the process instance', readKeyArgument)
    .requiredOption('--reason <text>', 'why')
    .action(async (options: SetOptions) => {
      const { process: processId, instance: processInstanceKey, reason } = options;
      if ((processId === undefined) === (processInstanceKey === undefined)) {
        throw new CliFailure('Name what to keep: --process or --instance, one of both.', EXIT.usage);
      }
      const body = { processId, processInstanceKey, reason };
      const set = await connectionOf(context, options).post<{ key: string }>('/api/legal-holds', body);
      printDone(context, options, `The hold ${set.key} is set.`, set);
    });

  withServer(group.command('lift'))
    .description('let go what one kept')
    .argument('<key>', 'its key', readKeyArgument)
    .action(async (key: string, options: RemoteOptions) => {
      await connectionOf(context, options).delete(`/api/legal-holds/${key}`);
      printDone(context, options, `The hold ${key} is lifted.`, { key, lifted: true });
    });
}
