/** `countersign verify BUNDLE`: whether a bundle of the audit trail is genuine; needs no server. */
import type { Command } from 'commander';
import { withJson } from '../command.js';
import type { CommandContext } from '../command.js';
import type { VerifyOptions } from '../verify.js';

/** Adds the command. */
export function addVerifyCommand(program: Command, context: CommandContext): void {
  withJson(program.command('verify'))
    .description('check a bundle of the audit trail, one line for each check; needs no server')
    .argument('<bundle>', 'the bundle')
    .requiredOption('--key <key>', 'the key of the log that you trust, or a file that holds it')
    .option('--checkpoint <file>', 'a checkpoint that the log of the bundle must continue')
    .option('--witness <key...>', 'keys of witnesses that must have cosigned, or files that hold them')
    .option('--tsa <file>', 'certificates (PEM) of an authority whose time stamps the bundle must have')
    .action(async (bundle: string, options: Omit<VerifyOptions, 'bundle'>) => {
      const { verify } = await import('../verify.js');
      context.endWith(await verify({ ...options, bundle }, context.terminal));
    });
}
