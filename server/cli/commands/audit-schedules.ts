/** `countersign audit schedules`: exports of the audit trail that run by themselves. */
import type { Command } from 'commander';
import { connectionOf, definedOnly, printDone, printList, readKeyArgument, withServer } from '../command.js';
import type { CommandContext, RemoteOptions } from '../command.js';
import { CliFailure } from '../exit-codes.js';
import type { Column } from '../table.js';

interface Run {
  readonly at: string;
  readonly outcome: string;
  readonly file: string | null;
  readonly error: string | null;
}

interface Schedule {
  readonly scheduleKey: string;
  readonly name: string;
  readonly cycle: string;
  readonly period: string | null;
  readonly format: string;
  readonly report: string | null;
  readonly setBy: string;
  readonly isPaused: boolean;
  readonly nextAt: string | null;
  readonly last: Run | null;
}

interface NewSchedule extends RemoteOptions {
  readonly name: string;
  readonly cycle: string;
  readonly period?: string;
  readonly format?: string;
  readonly report?: string;
  readonly folder?: string;
  readonly process?: string;
  readonly type?: readonly string[];
}

const COLUMNS: readonly Column<Schedule>[] = [
  { head: 'KEY', value: (item) => item.scheduleKey },
  { head: 'NAME', value: (item) => item.name },
  { head: 'CYCLE', value: (item) => item.cycle },
  { head: 'PERIOD', value: (item) => item.period },
  { head: 'WHAT', value: (item) => `${item.report ?? 'rows'} as ${item.format}` },
  { head: 'NEXT', value: (item) => (item.isPaused ? 'paused' : item.nextAt) },
  { head: 'LAST', value: ({ last }) => last && `${last.outcome} ${last.at}` },
  { head: 'FILE OR ERROR', value: ({ last }) => last?.file ?? last?.error ?? null },
  { head: 'SET BY', value: (item) => item.setBy },
];

const PATH = '/api/audit/schedules';

/** Adds the commands to those of `audit`. */
export function addScheduleCommands(audit: Command, context: CommandContext): void {
  const group = audit.command('schedules').description('exports that run by themselves');

  withServer(group.command('list', { isDefault: true }))
    .description('list them, with how the last run of each ended')
    .action(async (options: RemoteOptions) => {
      const { items } = await connectionOf(context, options).get<{ items: Schedule[] }>(PATH);
      const page = { totalItems: items.length, hasMoreTotalItems: false };
      printList(context, options, { items, page }, COLUMNS);
    });

  withServer(group.command('create'))
    .description('have the server export by itself, into its folder for that')
    .requiredOption('--name <name>', 'what files of it are named after')
    .requiredOption('--cycle <cycle>', 'a cron expression such as "0 2 * * *", or R/P1D; in UTC')
    .option('--period <period>', 'take the day, week or month before each run')
    .option('--format <format>', 'as "audit export" has it')
    .option('--report <report>', 'a report instead of the rows')
    .option('--folder <folder>', 'below the folder of the server')
    .option('--process <id>', 'only rows of this process')
    .option('--type <type...>', 'only rows of these kinds')
    .action(async ({ process: processDefinitionId, type, ...options }: NewSchedule) => {
      const { name, cycle, period, format, report, folder } = options;
      const filter = definedOnly({ processDefinitionId, type });
      const body = definedOnly({ name, cycle, period, format, report, folder, filter });
      const made = await connectionOf(context, options).post<Schedule>(PATH, body);
      printDone(context, options, `Schedule ${made.scheduleKey} runs next at ${String(made.nextAt)}.`, made);
    });

  for (const [word, action, done] of [
    ['pause', 'pause', 'rests'],
    ['resume', 'resumption', 'goes on'],
  ] as const) {
    withServer(group.command(word))
      .description(word === 'pause' ? 'have one rest' : 'have one go on')
      .argument('<key>', 'its key', readKeyArgument)
      .action(async (key: string, options: RemoteOptions) => {
        await connectionOf(context, options).post(`${PATH}/${key}/${action}`, {});
        printDone(context, options, `Schedule ${key} ${done}.`, { scheduleKey: key });
      });
  }

  withServer(group.command('run'))
    .description('make an export of one now, besides its times')
    .argument('<key>', 'its key', readKeyArgument)
    .action(async (key: string, options: RemoteOptions) => {
      const run = await connectionOf(context, options).post<Run>(`${PATH}/${key}/run`, {});
      if (run.error !== null) throw new CliFailure(run.error);
      printDone(context, options, `Written to ${String(run.file)} in the export folder of the server.`, run);
    });

  withServer(group.command('delete'))
    .description('remove one; its files stay')
    .argument('<key>', 'its key', readKeyArgument)
    .action(async (key: string, options: RemoteOptions) => {
      await connectionOf(context, options).delete(`${PATH}/${key}`);
      printDone(context, options, `Schedule ${key} is removed.`, { scheduleKey: key });
    });
}
