/** `countersign tasks`: list, look at, assign and complete user tasks. */
import type { Command } from 'commander';
import {
  connectionOf,
  definedOnly,
  printDone,
  printList,
  printOne,
  readKeyArgument,
  withList,
  withServer,
} from '../command.js';
import type { CommandContext, Found, ListOptions, RemoteOptions } from '../command.js';
import { readVariables } from '../terminal.js';
import type { Column } from '../table.js';

interface Task {
  readonly userTaskKey: string;
  readonly name: string | null;
  readonly elementId: string;
  readonly state: string;
  readonly assignee: string | null;
  readonly candidateGroups: readonly string[];
  readonly dueDate: string | null;
  readonly processDefinitionId: string;
  readonly processInstanceKey: string;
}

interface Options extends ListOptions {
  readonly state: string;
  readonly assignee?: string;
  readonly group?: string;
  readonly instance?: string;
}

const COLUMNS: readonly Column<Task>[] = [
  { head: 'KEY', value: (item) => item.userTaskKey },
  { head: 'TASK', value: (item) => item.name ?? item.elementId },
  { head: 'PROCESS', value: (item) => item.processDefinitionId },
  { head: 'STATE', value: (item) => item.state },
  { head: 'ASSIGNEE', value: (item) => item.assignee },
  { head: 'GROUPS', value: (item) => item.candidateGroups.join(', ') },
  { head: 'DUE', value: (item) => item.dueDate },
  { head: 'INSTANCE', value: (item) => item.processInstanceKey },
];

/** Adds the commands. */
export function addTaskCommands(program: Command, context: CommandContext): void {
  const group = program.command('tasks').description('user tasks');

  withList(group.command('list', { isDefault: true }))
    .description('list them, newest first')
    .option('--state <state>', 'such as CREATED or COMPLETED', 'CREATED')
    .option('--assignee <name>', 'only those of this person')
    .option('--group <name>', 'only those that this group may take')
    .option('--instance <key>', 'only those of this process instance', readKeyArgument)
    .action(async (options: Options) => {
      const found = await connectionOf(context, options).post<Found<Task>>('/v2/user-tasks/search', {
        filter: definedOnly({
          state: options.state,
          assignee: options.assignee,
          candidateGroup: options.group,
          processInstanceKey: options.instance,
        }),
        sort: [{ field: 'creationDate', order: 'DESC' }],
        page: { limit: options.limit },
      });
      printList(context, options, found, COLUMNS);
    });

  withServer(group.command('show'))
    .description('one of them')
    .argument('<key>', 'its key', readKeyArgument)
    .action(async (key: string, options: RemoteOptions) => {
      printOne(context, options, await connectionOf(context, options).get<Task>(`/v2/user-tasks/${key}`));
    });

  withServer(group.command('assign'))
    .description('assign one to a person')
    .argument('<key>', 'its key', readKeyArgument)
    .argument('<name>', 'the person')
    .action(async (key: string, assignee: string, options: RemoteOptions) => {
      await connectionOf(context, options).post(`/v2/user-tasks/${key}/assignment`, { assignee });
      printDone(context, options, `Task ${key} is assigned to ${assignee}.`, { userTaskKey: key, assignee });
    });

  withServer(group.command('complete'))
    .description('complete one')
    .argument('<key>', 'its key', readKeyArgument)
    .option('--variables <json>', 'an object as JSON, @FILE, or - for standard input')
    .action(async (key: string, options: RemoteOptions & { variables?: string }) => {
      const variables = await readVariables(context.terminal, options.variables);
      await connectionOf(context, options).post(`/v2/user-tasks/${key}/completion`, { variables });
      printDone(context, options, `Task ${key} is completed.`, { userTaskKey: key, completed: true });
    });
}
