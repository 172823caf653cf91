/** `countersign jobs`: list, give retries, complete or fail by hand. */
import type { Command } from 'commander';
import {
  connectionOf,
  definedOnly,
  printDone,
  printList,
  readCount,
  readKeyArgument,
  readNumber,
  withList,
  withServer,
} from '../command.js';
import type { CommandContext, Found, ListOptions, RemoteOptions } from '../command.js';
import { readVariables } from '../terminal.js';
import type { Column } from '../table.js';

interface Job {
  readonly jobKey: string;
  readonly type: string;
  readonly state: string;
  readonly retries: number;
  readonly worker: string;
  readonly deadline: string | null;
  readonly elementId: string;
  readonly processInstanceKey: string;
  readonly errorMessage: string | null;
}

interface Options extends ListOptions {
  readonly type?: string;
  readonly state?: string;
  readonly instance?: string;
}

const COLUMNS: readonly Column<Job>[] = [
  { head: 'KEY', value: (item) => item.jobKey },
  { head: 'TYPE', value: (item) => item.type },
  { head: 'STATE', value: (item) => item.state },
  { head: 'RETRIES', value: (item) => item.retries },
  { head: 'WORKER', value: (item) => item.worker },
  { head: 'LEASED UNTIL', value: (item) => item.deadline },
  { head: 'ELEMENT', value: (item) => item.elementId },
  { head: 'INSTANCE', value: (item) => item.processInstanceKey },
  { head: 'ERROR', value: (item) => item.errorMessage },
];

/** Adds the commands. */
export function addJobCommands(program: Command, context: CommandContext): void {
  const group = program.command('jobs').description('jobs of service tasks and their like');

  withList(group.command('list', { isDefault: true }))
    .description('list them, newest first')
    .option('--type <type>', 'only those of this type')
    .option('--state <state>', 'such as CREATED, FAILED or COMPLETED')
    .option('--instance <key>', 'only those of this process instance', readKeyArgument)
    .action(async (options: Options) => {
      const found = await connectionOf(context, options).post<Found<Job>>('/v2/jobs/search', {
        filter: definedOnly({
          type: options.type,
          state: options.state,
          processInstanceKey: options.instance,
        }),
        sort: [{ field: 'jobKey', order: 'DESC' }],
        page: { limit: options.limit },
      });
      printList(context, options, found, COLUMNS);
    });

  withServer(group.command('retry'))
    .description('give one retries; an incident about it is resolved with "incidents resolve"')
    .argument('<key>', 'its key', readKeyArgument)
    .option('--retries <number>', 'how many', readCount, 1)
    .action(async (key: string, options: RemoteOptions & { retries: number }) => {
      const { retries } = options;
      await connectionOf(context, options).patch(`/v2/jobs/${key}`, { changeset: { retries } });
      printDone(context, options, `Job ${key} has ${String(retries)} retries.`, { jobKey: key, retries });
    });

  withServer(group.command('complete'))
    .description('complete one, as its worker would')
    .argument('<key>', 'its key', readKeyArgument)
    .option('--variables <json>', 'an object as JSON, @FILE, or - for standard input')
    .action(async (key: string, options: RemoteOptions & { variables?: string }) => {
      const variables = await readVariables(context.terminal, options.variables);
      await connectionOf(context, options).post(`/v2/jobs/${key}/completion`, { variables });
      printDone(context, options, `Job ${key} is completed.`, { jobKey: key, completed: true });
    });

  withServer(group.command('fail'))
    .description('fail one, as its worker would; without retries left it becomes an incident')
    .argument('<key>', 'its key', readKeyArgument)
    .requiredOption('--message <text>', 'what went wrong')
    .option('--retries <number>', 'how many are left', readNumber, 0)
    .action(async (key: string, options: RemoteOptions & { message: string; retries: number }) => {
      const { retries, message: errorMessage } = options;
      await connectionOf(context, options).post(`/v2/jobs/${key}/failure`, { retries, errorMessage });
      printDone(context, options, `Job ${key} failed and has ${String(retries)} retries.`, {
        jobKey: key,
        retries,
      });
    });
}
