/** `countersign convert FILE`: a file of Camunda 7 as one that runs here. */
import type { Command } from 'commander';
import { withJson } from '../command.js';
import type { CommandContext } from '../command.js';
import { convert } from '../convert.js';

/** Adds the command. */
export function addConvertCommand(program: Command, context: CommandContext): void {
  withJson(program.command('convert'))
    .description('convert a BPMN file of Camunda 7, and report what is left to decide')
    .argument('<file>', 'the file')
    .option('--out <file>', 'where to write the converted file; without it nothing is written')
    .action(async (file: string, options: { out?: string; json?: boolean }) => {
      const { code, output, error } = await convert({ file, ...options });
      context.terminal.out(output);
      context.terminal.err(error);
      context.endWith(code);
    });
}
