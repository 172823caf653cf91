/** `countersign instances`: list, look at, cancel. */
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
import type { Column } from '../table.js';

interface Instance {
  readonly processInstanceKey: string;
  readonly processDefinitionId: string;
  readonly processDefinitionVersion: number;
  readonly state: string;
  readonly hasIncident: boolean;
  readonly startDate: string;
  readonly endDate: string | null;
  readonly businessId: string | null;
}

interface Options extends ListOptions {
  readonly process?: string;
  readonly state?: string;
  readonly incident?: boolean;
  readonly businessId?: string;
}

const COLUMNS: readonly Column<Instance>[] = [
  { head: 'KEY', value: (item) => item.processInstanceKey },
  { head: 'PROCESS', value: (item) => item.processDefinitionId },
  { head: 'VERSION', value: (item) => item.processDefinitionVersion },
  { head: 'STATE', value: (item) => (item.hasIncident ? `${item.state} (incident)` : item.state) },
  { head: 'STARTED', value: (item) => item.startDate },
  { head: 'ENDED', value: (item) => item.endDate },
  { head: 'BUSINESS ID', value: (item) => item.businessId },
];

/** Adds the commands. */
export function addInstanceCommands(program: Command, context: CommandContext): void {
  const group = program.command('instances').description('process instances');

  withList(group.command('list', { isDefault: true }))
    .description('list them, newest first')
    .option('--process <id>', 'only those of this process')
    .option('--state <state>', 'ACTIVE, COMPLETED or TERMINATED')
    .option('--incident', 'only those with an incident')
    .option('--business-id <id>', 'only those with this business id')
    .action(async (options: Options) => {
      const found = await connectionOf(context, options).post<Found<Instance>>(
        '/v2/process-instances/search',
        {
          filter: definedOnly({
            processDefinitionId: options.process,
            state: options.state,
            hasIncident: options.incident,
            businessId: options.businessId,
          }),
          sort: [{ field: 'startDate', order: 'DESC' }],
          page: { limit: options.limit },
        },
      );
      printList(context, options, found, COLUMNS);
    });

  withServer(group.command('show'))
    .description('one of them: where its tokens are, its variables and incidents')
    .argument('<key>', 'its key', readKeyArgument)
    .action((key: string, options: RemoteOptions) => show(context, key, options));

  withServer(group.command('cancel'))
    .description('cancel one with everything it called')
    .argument('<key>', 'its key', readKeyArgument)
    .action(async (key: string, options: RemoteOptions) => {
      await connectionOf(context, options).post(`/v2/process-instances/${key}/cancellation`, {});
      printDone(context, options, `Instance ${key} is cancelled.`, {
        processInstanceKey: key,
        cancelled: true,
      });
    });
}

async function show(context: CommandContext, key: string, options: RemoteOptions): Promise<void> {
  const connection = connectionOf(context, options);
  const instance = await connection.get<Instance>(`/v2/process-instances/${key}`);
  const inInstance = { filter: { processInstanceKey: key }, page: { limit: 1000 } };
  const active = { ...inInstance, filter: { ...inInstance.filter, state: 'ACTIVE' } };
  const [elements, variables, incidents] = await Promise.all([
    connection.post<Found<{ elementId: string; type: string }>>('/v2/element-instances/search', active),
    connection.post<Found<{ name: string; value: string; scopeKey: string }>>(
      '/v2/variables/search',
      inInstance,
    ),
    connection.post<Found<{ incidentKey: string; elementId: string; errorMessage: string }>>(
      '/v2/incidents/search',
      active,
    ),
  ]);
  if (options.json) {
    const rest = {
      activeElements: elements.items,
      variables: variables.items,
      incidents: incidents.items,
    };
    printOne(context, options, { ...instance, ...rest });
    return;
  }
  printOne(context, options, instance);
  const { terminal } = context;
  const block = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) terminal.out(`\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`);
  };
  block(
    'Active elements',
    elements.items
      .filter(({ type }) => type !== 'PROCESS')
      .map(({ elementId, type }) => `${elementId} (${type})`),
  );
  block(
    'Variables',
    variables.items.map(({ name, value, scopeKey }) => {
      return `${name} = ${value}${scopeKey === key ? '' : ` (in ${scopeKey})`}`;
    }),
  );
  block(
    'Incidents',
    incidents.items.map(
      ({ incidentKey, elementId, errorMessage }) => `${incidentKey} at ${elementId}: ${errorMessage}`,
    ),
  );
}
