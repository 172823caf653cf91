/** `countersign deploy FILE…`: files as one deployment, all or none. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { writeJson } from '@countersign/engine';
import { connectionOf, printList, withServer } from '../command.js';
import type { CommandContext, RemoteOptions } from '../command.js';
import { CliFailure, EXIT } from '../exit-codes.js';

interface Deployment {
  readonly deploymentKey: string;
  readonly deployments: readonly Readonly<Record<string, Readonly<Record<string, unknown>> | null>>[];
}

interface Check {
  readonly problems: readonly {
    readonly resource: string;
    readonly severity: string;
    readonly elementId: string | null;
    readonly code: string;
    readonly message: string;
    readonly hint: string;
  }[];
}

/** Adds the command. */
export function addDeployCommand(program: Command, context: CommandContext): void {
  withServer(program.command('deploy'))
    .description('deploy BPMN, DMN and form files as one unit: all of them or none')
    .argument('<file...>', 'the files')
    .option('--check', 'only say what is wrong with them, and deploy nothing')
    .action((files: string[], options: RemoteOptions & { check?: boolean }) =>
      options.check ? check(context, files, options) : deploy(context, files, options),
    );
}

async function deploy(
  context: CommandContext,
  files: readonly string[],
  options: RemoteOptions,
): Promise<void> {
  const answer = await connectionOf(context, options).post<Deployment>(
    '/v2/deployments',
    await readResources(files),
  );
  if (options.json) {
    context.terminal.out(`${writeJson(answer, 2)}\n`);
    return;
  }
  const items = answer.deployments.flatMap((item) =>
    Object.entries(item).flatMap(([kind, deployed]) => (deployed ? [describe(kind, deployed)] : [])),
  );
  const page = { totalItems: items.length, hasMoreTotalItems: false };
  printList(context, options, { items, page }, [
    { head: 'KIND', value: (item) => item.kind },
    { head: 'ID', value: (item) => item.id },
    { head: 'VERSION', value: (item) => item.version },
    { head: 'KEY', value: (item) => item.key },
    { head: 'FILE', value: (item) => item.file },
  ]);
}

async function check(
  context: CommandContext,
  files: readonly string[],
  options: RemoteOptions,
): Promise<void> {
  const answer = await connectionOf(context, options).post<Check>(
    '/api/deployments/check',
    await readResources(files),
  );
  const { problems } = answer;
  if (problems.some(({ severity }) => severity === 'error')) context.endWith(EXIT.failed);
  if (options.json) {
    context.terminal.out(`${writeJson(answer, 2)}\n`);
    return;
  }
  if (problems.length === 0) context.terminal.out('Nothing is wrong.\n');
  for (const { severity, resource, elementId, code, message, hint } of problems) {
    const place = elementId === null ? resource : `${resource}, ${elementId}`;
    context.terminal.out(`${severity}: ${place}: ${[message, hint].filter(Boolean).join(' ')} (${code})\n`);
  }
}

async function readResources(files: readonly string[]): Promise<FormData> {
  const form = new FormData();
  for (const file of files) {
    try {
      form.append('resources', new Blob([await readFile(file)]), basename(file));
    } catch (error) {
      throw new CliFailure(`${file} cannot be read: ${(error as Error).message}`);
    }
  }
  return form;
}

const KINDS: Readonly<Record<string, readonly [string, string, string]>> = {
  processDefinition: ['process', 'processDefinitionId', 'processDefinitionKey'],
  decisionDefinition: ['decision', 'decisionDefinitionId', 'decisionDefinitionKey'],
  decisionRequirements: ['decisions', 'decisionRequirementsId', 'decisionRequirementsKey'],
  form: ['form', 'formId', 'formKey'],
  resource: ['resource', 'resourceId', 'resourceKey'],
};

function describe(name: string, deployed: Readonly<Record<string, unknown>>) {
  const [kind, id, key] = KINDS[name] ?? [name, 'id', 'key'];
  return {
    kind,
    id: deployed[id],
    version: deployed.processDefinitionVersion ?? deployed.version,
    key: deployed[key],
    file: deployed.resourceName,
  };
}
