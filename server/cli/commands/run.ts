/** `countersign run PROCESS`: starts an instance, and waits for its end where that is asked. */
import type { Command } from 'commander';
import { readJson } from '@countersign/engine';
import { connectionOf, printOne, readCount, withServer } from '../command.js';
import type { CommandContext, RemoteOptions } from '../command.js';
import type { Connection } from '../connection.js';
import { CliFailure, EXIT } from '../exit-codes.js';
import { createProgress, readVariables } from '../terminal.js';

interface RunOptions extends RemoteOptions {
  readonly version?: number;
  readonly variables?: string;
  readonly businessId?: string;
  readonly tag?: readonly string[];
  readonly wait?: boolean;
  readonly timeout: number;
}

interface Created {
  readonly processInstanceKey: string;
  readonly processDefinitionId: string;
  readonly processDefinitionVersion: number;
}

interface Instance {
  readonly state: string;
  readonly hasIncident: boolean;
}

interface FoundVariables {
  readonly items: readonly { readonly name: string; readonly value: string }[];
}

/** Milliseconds between two looks at an instance: the first, and the most. */
const FIRST_LOOK = 50;
const LONGEST_LOOK = 1_000;

/** Adds the command. */
export function addRunCommand(program: Command, context: CommandContext): void {
  withServer(program.command('run'))
    .description('start an instance of a process, and wait for its end with --wait')
    .argument('<process>', 'the id of the process, as the diagram has it')
    .option('--version <number>', 'a version; the latest otherwise', readCount)
    .option('--variables <json>', 'an object as JSON, @FILE, or - for standard input')
    .option('--business-id <id>', 'what the business calls this instance')
    .option('--tag <tag...>', 'tags of the instance')
    .option('--wait', 'wait until the instance has ended, and print its variables')
    .option('--timeout <seconds>', 'how long to wait', readCount, 60)
    .action((process: string, options: RunOptions) => run(context, process, options));
}

async function run(context: CommandContext, processId: string, options: RunOptions): Promise<void> {
  const connection = connectionOf(context, options);
  const created = await connection.post<Created>('/v2/process-instances', {
    processDefinitionId: processId,
    processDefinitionVersion: options.version,
    variables: await readVariables(context.terminal, options.variables),
    businessId: options.businessId,
    tags: options.tag,
  });
  const { processInstanceKey } = created;
  const facts = {
    processInstanceKey,
    processDefinitionId: created.processDefinitionId,
    processDefinitionVersion: created.processDefinitionVersion,
  };
  if (!options.wait) {
    printOne(context, options, facts);
    return;
  }
  const { state, hasIncident } = await untilOver(context, connection, processInstanceKey, options.timeout);
  if (state !== 'COMPLETED') context.endWith(EXIT.notCompleted);
  const variables = await readResult(connection, processInstanceKey);
  printOne(context, options, { ...facts, state, hasIncident, variables });
}

/** Looks at the instance until it has ended or needs somebody. */
async function untilOver(
  { terminal }: CommandContext,
  connection: Connection,
  key: string,
  seconds: number,
): Promise<Instance> {
  const progress = createProgress(terminal);
  const begun = performance.now();
  try {
    for (let pause = FIRST_LOOK; ; pause = Math.min(pause * 1.5, LONGEST_LOOK)) {
      const instance = await connection.get<Instance>(`/v2/process-instances/${key}`);
      if (instance.state !== 'ACTIVE' || instance.hasIncident) return instance;
      const waited = (performance.now() - begun) / 1000;
      if (waited >= seconds) {
        throw new CliFailure(
          `Instance ${key} is still active after ${String(seconds)} s. It goes on; "countersign instances show ${key}" looks at it.`,
          EXIT.timeout,
        );
      }
      progress.update(`Instance ${key} is active, ${waited.toFixed(0)} s …`);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  } finally {
    progress.done();
  }
}

/** The variables of the instance itself, not those of scopes inside it. */
async function readResult(connection: Connection, key: string): Promise<Record<string, unknown>> {
  const { items } = await connection.post<FoundVariables>('/v2/variables/search?truncateValues=false', {
    filter: { processInstanceKey: key, scopeKey: key },
    page: { limit: 10_000 },
  });
  return Object.fromEntries(items.map(({ name, value }) => [name, readJson(value)]));
}
