/** `countersign erase`: shows what an erasure would take, asks, erases, and keeps the certificate. */
import { open, readFile, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Command } from 'commander';
import { writeJson } from '@countersign/engine';
import { connectionOf, printOne, readKeyArgument, withServer } from '../command.js';
import type { CommandContext, RemoteOptions } from '../command.js';
import { CliFailure, EXIT } from '../exit-codes.js';
import { formatTable } from '../table.js';
import type { Column } from '../table.js';

interface Options extends RemoteOptions {
  readonly person?: readonly string[];
  readonly value?: readonly string[];
  readonly valuesFrom?: string;
  readonly instance?: readonly string[];
  readonly ground: string;
  readonly reason: string;
  readonly dryRun?: boolean;
  readonly includeRunning?: boolean;
  readonly yes?: boolean;
  readonly certificate?: string;
}

interface Plan {
  readonly rows: number;
  readonly texts: Readonly<Record<string, number>>;
  readonly mentions: number;
  readonly instances: readonly string[];
  readonly runningInstances: readonly string[];
  readonly pseudonyms: readonly string[];
  readonly obstacles: readonly string[];
}

interface Remaining {
  readonly table: string;
  readonly column: string;
  readonly rows: number;
  readonly mentions: number;
  readonly why: string;
}

interface Done {
  readonly certificate: {
    readonly erasureKey: string;
    readonly rows: readonly unknown[];
    readonly remaining: readonly Remaining[];
    readonly exports: readonly unknown[];
  };
  readonly areFilesRewritten: boolean;
}

const REMAINING: readonly Column<Remaining>[] = [
  { head: 'TABLE', value: (item) => item.table },
  { head: 'COLUMN', value: (item) => item.column },
  { head: 'ROWS', value: (item) => item.rows },
  { head: 'MENTIONS', value: (item) => item.mentions },
  { head: 'WHY', value: (item) => item.why },
];

/** What has to be typed before anything is erased. */
const CONFIRMATION = 'erase';

/** Adds the command. */
export function addEraseCommand(program: Command, context: CommandContext): void {
  withServer(program.command('erase'))
    .description('erase persons, values and contents of instances; asks before it does')
    .option('--person <name...>', 'user names')
    .option('--value <text...>', 'texts that identify somebody, such as an address')
    .option('--values-from <file>', 'such texts from a file, one a line: a command line is seen by others')
    .option('--instance <key...>', 'process instances whose contents go as a whole')
    .requiredOption('--ground <text>', 'the legal ground, such as "GDPR article 17 (1) b"')
    .requiredOption('--reason <text>', 'why, without naming anybody: it stays')
    .option('--dry-run', 'only say what would go')
    .option('--include-running', 'also from instances that run: they go on without')
    .option('--yes', 'do not ask')
    .option('--certificate <file>', 'write the signed certificate to this file; it must not exist')
    .action((options: Options) => erase(context, options));
}

async function erase(context: CommandContext, options: Options): Promise<void> {
  const connection = connectionOf(context, options);
  const request = {
    persons: options.person ?? [],
    values: [...(options.value ?? []), ...(await valuesFrom(options.valuesFrom))],
    processInstanceKeys: (options.instance ?? []).map(readKeyArgument),
    legalGround: options.ground,
    reason: options.reason,
    includeRunning: options.includeRunning ?? false,
  };
  const plan = await connection.post<Plan>('/api/erasures', { ...request, dryRun: true });
  if (options.dryRun) {
    showPlan(context, options, plan);
    return;
  }
  if (!options.json) showPlan(context, options, plan);
  if (plan.obstacles.length > 0) throw new CliFailure(plan.obstacles.join('\n'));
  await confirm(context, options);
  const done = await withFile(options.certificate, async (file) => {
    const answer = await connection.post<Done>('/api/erasures', request);
    await file?.writeFile(`${writeJson(answer, 2)}\n`);
    return answer;
  });
  showDone(context, options, done);
}

async function valuesFrom(file: string | undefined): Promise<string[]> {
  if (file === undefined) return [];
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliFailure(`${file} cannot be read: ${(error as Error).message}`);
  });
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

async function confirm({ terminal }: CommandContext, { yes }: Options): Promise<void> {
  if (yes) return;
  if (!terminal.ask) {
    throw new CliFailure('Nothing was erased: nobody is here to confirm it. Add --yes.', EXIT.usage);
  }
  const typed = await terminal.ask(`This cannot be undone. Type "${CONFIRMATION}" to go on: `);
  if (typed.trim() !== CONFIRMATION) throw new CliFailure('Nothing was erased.');
}

/**
 * Makes the file before anything is erased: a certificate that has nowhere to go would come too late. Removes it where
 * nothing came of it.
 */
async function withFile<T>(
  path: string | undefined,
  work: (file: FileHandle | undefined) => Promise<T>,
): Promise<T> {
  if (path === undefined) return work(undefined);
  const file = await open(path, 'wx').catch((error: unknown) => {
    throw new CliFailure(`Nothing was erased: ${path} cannot be written: ${(error as Error).message}`);
  });
  try {
    return await work(file);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

function showPlan(context: CommandContext, options: Options, plan: Plan): void {
  if (options.json) {
    printOne(context, options, plan);
    return;
  }
  const texts = Object.entries(plan.texts).map(([table, count]) => `${String(count)} in ${table}`);
  printOne(context, options, {
    'rows of the audit trail': plan.rows,
    'instances, ended': plan.instances.length - plan.runningInstances.length,
    'instances, running': plan.runningInstances.length,
    'texts beside it': texts.length === 0 ? 'none' : texts.join(', '),
    pseudonyms: plan.pseudonyms.length,
    'only mentioned, and left': plan.mentions,
  });
  if (options.dryRun) for (const obstacle of plan.obstacles) context.terminal.err(`${obstacle}\n`);
}

function showDone(context: CommandContext, options: Options, done: Done): void {
  if (options.json) {
    printOne(context, options, done);
    return;
  }
  const { terminal } = context;
  const { erasureKey, rows, remaining, exports } = done.certificate;
  terminal.out(`Erased: contents of ${String(rows.length)} rows. The erasure has the key ${erasureKey}.\n`);
  if (options.certificate !== undefined) terminal.out(`Its certificate is in ${options.certificate}.\n`);
  if (remaining.length > 0) {
    terminal.out(`\nThese words still stand here:\n${formatTable(remaining, REMAINING)}`);
  }
  if (exports.length > 0) {
    terminal.err(
      `${String(exports.length)} exports left the server before: their receivers have to erase too.\n`,
    );
  }
  if (!done.areFilesRewritten) {
    terminal.err(
      'A reader kept the files from being rewritten: ask for the same again to have them rewritten.\n',
    );
  }
}
