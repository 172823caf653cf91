/** `countersign replay KEY`: a process instance as its journal says it was at a moment. */
import type { Command } from 'commander';
import { connectionOf, printOne, readKeyArgument, withServer } from '../command.js';
import type { CommandContext, RemoteOptions } from '../command.js';
import { formatTable } from '../table.js';

interface PastState {
  readonly processInstanceKey: string;
  readonly position: string;
  readonly at: string;
  readonly state: string;
  readonly elements: readonly {
    readonly elementInstanceKey: string;
    readonly elementId: string;
    readonly variables: Readonly<Record<string, unknown>>;
  }[];
}

/** Adds the command. */
export function addReplayCommand(program: Command, context: CommandContext): void {
  withServer(program.command('replay'))
    .description('show an instance as its journal says it was at a moment')
    .argument('<key>', 'its key', readKeyArgument)
    .option('--at <moment>', 'an audit position, or a time such as 2026-01-31T12:00:00Z; now otherwise')
    .action((key: string, options: RemoteOptions & { at?: string }) => replay(context, key, options));
}

async function replay(
  context: CommandContext,
  key: string,
  options: RemoteOptions & { readonly at?: string },
): Promise<void> {
  const { at } = options;
  const query = at === undefined ? '' : `?${/^\d+$/.test(at) ? 'position' : 'at'}=${encodeURIComponent(at)}`;
  const past = await connectionOf(context, options).get<PastState>(
    `/api/process-instances/${key}/state${query}`,
  );
  if (options.json) {
    printOne(context, options, past);
    return;
  }
  const { processInstanceKey, position, state } = past;
  printOne(context, options, { processInstanceKey, position, at: past.at, state });
  context.terminal.out('\n');
  context.terminal.out(
    formatTable(past.elements, [
      { head: 'ELEMENT', value: (element) => element.elementId },
      { head: 'INSTANCE', value: (element) => element.elementInstanceKey },
      { head: 'VARIABLES', value: (element) => element.variables },
    ]),
  );
}
