/** `countersign audit`: rows of the audit trail, as a list or as a file. */
import { open, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { writeJson } from '@countersign/engine';
import {
  connectionOf,
  definedOnly,
  printDone,
  printList,
  readCount,
  readKeyArgument,
  withList,
  withServer,
} from '../command.js';
import type { CommandContext, ListOptions, RemoteOptions } from '../command.js';
import { CliFailure } from '../exit-codes.js';
import { createProgress } from '../terminal.js';
import type { Column } from '../table.js';
import { addScheduleCommands } from './audit-schedules.js';

interface Row {
  readonly position: number;
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly elementId: string | null;
  readonly flowId: string | null;
  readonly processInstanceKey: string | null;
  readonly data: unknown;
}

interface Page {
  readonly items: readonly Row[];
  readonly page: { readonly limit: number; readonly next: string | null };
}

interface Filter {
  readonly process?: string;
  readonly version?: number;
  readonly outcome?: string;
  readonly by?: string;
  readonly instance?: string;
  readonly element?: string;
  readonly type?: readonly string[];
  readonly actor?: string;
  readonly from?: string;
  readonly to?: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { head: 'POSITION', value: (item) => item.position },
  { head: 'AT', value: (item) => item.at },
  { head: 'ACTOR', value: (item) => item.actor },
  { head: 'WHAT', value: (item) => item.type },
  { head: 'WHERE', value: (item) => item.elementId ?? item.flowId },
  { head: 'INSTANCE', value: (item) => item.processInstanceKey },
  { head: 'DATA', value: (item) => item.data },
];

/** Adds the commands. */
export function addAuditCommands(program: Command, context: CommandContext): void {
  const group = program.command('audit').description('the audit trail');

  withFilter(withList(group.command('list', { isDefault: true })))
    .description('list its newest rows')
    .action(async (options: ListOptions & Filter) => {
      const query = toQuery({ ...options, limit: String(Math.min(options.limit, 1000)), order: 'desc' });
      const { items, page } = await connectionOf(context, options).get<Page>(`/api/audit?${query}`);
      if (options.json) {
        context.terminal.out(`${writeJson({ items, page }, 2)}\n`);
        return;
      }
      const found = {
        items: [...items].reverse(),
        page: { totalItems: items.length, hasMoreTotalItems: false },
      };
      printList(context, options, found, COLUMNS);
    });

  withFilter(withServer(group.command('bundle')))
    .description('write its rows with their proof to a file that "verify" checks')
    .requiredOption('--out <file>', 'the file; it must not exist')
    .action((options: RemoteOptions & Filter & { out: string }) =>
      download(context, options, '/api/audit/bundle', options),
    );

  withServer(group.command('rotate-key'))
    .description('have a new key sign the checkpoints; the key before vouches for it')
    .action(async (options: RemoteOptions) => {
      const made = await connectionOf(context, options).post<{ key: string }>('/api/audit/keys', {});
      printDone(context, options, `Checkpoints are signed by ${made.key} from now on.`, made);
    });

  addScheduleCommands(group, context);

  withFilter(withServer(group.command('export')))
    .description('write its rows to a file')
    .requiredOption('--out <file>', 'the file; it must not exist')
    .option('--format <format>', 'csv, jsonl, pdf, or another that the page /api/docs lists', 'csv')
    .action((options: RemoteOptions & Filter & { out: string; format: string }) =>
      download(context, options, '/api/audit/exports', options),
    );
}

function withFilter(command: Command): Command {
  return command
    .option('--process <id>', 'only rows of this process')
    .option('--version <number>', 'only rows of this version of the process', readCount)
    .option('--instance <key>', 'only rows of this process instance', readKeyArgument)
    .option('--element <id>', 'only rows of this element')
    .option('--type <type...>', 'only rows of these kinds, such as "element activated"')
    .option('--actor <actor>', 'only rows that came from this actor, such as user:mary')
    .option('--by <kind>', 'only what was done by ai, human or system')
    .option('--outcome <outcome>', 'only decisions that were approved, refused, decided or undecided')
    .option('--from <time>', 'only rows from this time on, such as 2026-01-31T12:00:00Z')
    .option('--to <time>', 'only rows before this time');
}

/** Writes what the server streams into a new file; half of it is removed. */
async function download(
  context: CommandContext,
  options: RemoteOptions & { readonly out: string },
  path: string,
  filter: Filter & { readonly format?: string },
): Promise<void> {
  const { out } = options;
  const file = await open(out, 'wx').catch((error: unknown) => {
    throw new CliFailure(`${out} cannot be written: ${(error as Error).message}`);
  });
  const progress = createProgress(context.terminal);
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      progress.update(`${out}: ${(bytes / 1e6).toFixed(1)} MB …`);
      done(null, chunk);
    },
  });
  try {
    const body = await connectionOf(context, options).open(`${path}?${toQuery(filter)}`);
    const source = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(source, counted, file.createWriteStream());
  } catch (error) {
    // Half a file must not be taken for a whole one.
    await file.close();
    await rm(out, { force: true });
    if (error instanceof CliFailure) throw error;
    throw new CliFailure(`What the server sends to ${out} broke off: ${(error as Error).message}`);
  } finally {
    progress.done();
  }
  printDone(context, options, `Written to ${out}: ${String(bytes)} bytes.`, { file: out, bytes });
}

function toQuery(options: Filter & { limit?: string; order?: string; format?: string }): string {
  const query = new URLSearchParams();
  const fields = definedOnly({
    processDefinitionId: options.process,
    version: options.version,
    processInstanceKey: options.instance,
    elementId: options.element,
    actor: options.actor,
    doneBy: options.by,
    outcome: options.outcome,
    from: options.from,
    to: options.to,
    limit: options.limit,
    order: options.order,
    format: options.format,
  });
  for (const [name, value] of Object.entries(fields)) query.set(name, String(value));
  for (const type of options.type ?? []) query.append('type', type);
  return query.toString();
}
