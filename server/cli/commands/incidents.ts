/** `countersign incidents`: list and resolve. */
import type { Command } from 'commander';
import {
  connectionOf,
  definedOnly,
  printDone,
  printList,
  readKeyArgument,
  withList,
  withServer,
} from '../command.js';
import type { CommandContext, Found, ListOptions, RemoteOptions } from '../command.js';
import type { Column } from '../table.js';

interface Incident {
  readonly incidentKey: string;
  readonly processDefinitionId: string;
  readonly elementId: string;
  readonly errorType: string;
  readonly errorMessage: string;
  readonly state: string;
  readonly creationTime: string;
  readonly processInstanceKey: string;
  readonly jobKey: string | null;
}

interface Options extends ListOptions {
  readonly state: string;
  readonly process?: string;
  readonly instance?: string;
}

const COLUMNS: readonly Column<Incident>[] = [
  { head: 'KEY', value: (item) => item.incidentKey },
  { head: 'PROCESS', value: (item) => item.processDefinitionId },
  { head: 'ELEMENT', value: (item) => item.elementId },
  { head: 'KIND', value: (item) => item.errorType },
  { head: 'MESSAGE', value: (item) => item.errorMessage },
  { head: 'SINCE', value: (item) => item.creationTime },
  { head: 'INSTANCE', value: (item) => item.processInstanceKey },
  { head: 'JOB', value: (item) => item.jobKey },
];

/** Adds the commands. */
export function addIncidentCommands(program: Command, context: CommandContext): void {
  const group = program.command('incidents').description('what waits for somebody to put it right');

  withList(group.command('list', { isDefault: true }))
    .description('list them, newest first')
    .option('--state <state>', 'ACTIVE or RESOLVED', 'ACTIVE')
    .option('--process <id>', 'only those of this process')
    .option('--instance <key>', 'only those of this process instance', readKeyArgument)
    .action(async (options: Options) => {
      const found = await connectionOf(context, options).post<Found<Incident>>('/v2/incidents/search', {
        filter: definedOnly({
          state: options.state,
          processDefinitionId: options.process,
          processInstanceKey: options.instance,
        }),
        sort: [{ field: 'creationTime', order: 'DESC' }],
        page: { limit: options.limit },
      });
      printList(context, options, found, COLUMNS);
    });

  withServer(group.command('resolve'))
    .description('have the instance go on; a job without retries gets one first')
    .argument('<key>', 'its key', readKeyArgument)
    .action(async (key: string, options: RemoteOptions) => {
      const connection = connectionOf(context, options);
      const { jobKey, errorType } = await connection.get<Incident>(`/v2/incidents/${key}`);
      if (jobKey !== null && errorType.endsWith('NO_RETRIES'))
        await connection.patch(`/v2/jobs/${jobKey}`, { changeset: { retries: 1 } });
      await connection.post(`/v2/incidents/${key}/resolution`, {});
      printDone(context, options, `Incident ${key} is resolved.`, { incidentKey: key, resolved: true });
    });
}
