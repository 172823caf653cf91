/** The program `countersign`: its commands, and how it ends. */
import { Command, CommanderError } from 'commander';
import { addAuditCommands } from './commands/audit.js';
import { addBenchCommand } from './commands/bench.js';
import { addConvertCommand } from './commands/convert.js';
import { addDatabaseCommands } from './commands/database.js';
import { addDeployCommand } from './commands/deploy.js';
import { addEraseCommand } from './commands/erase.js';
import { addHoldCommands } from './commands/holds.js';
import { addIncidentCommands } from './commands/incidents.js';
import { addInstanceCommands } from './commands/instances.js';
import { addJobCommands } from './commands/jobs.js';
import { addReplayCommand } from './commands/replay.js';
import { addRunCommand } from './commands/run.js';
import { addStartCommand } from './commands/start.js';
import { addTaskCommands } from './commands/tasks.js';
import { addVerifyCommand } from './commands/verify.js';
import type { CommandContext } from './command.js';
import { findFolders } from '../settings/folders.js';
import { CliFailure, EXIT } from './exit-codes.js';
import type { ExitCode } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** Puts the commands together; running one may throw `CliFailure` or commander's own error. */
export function createProgram(context: CommandContext): Command {
  const { terminal } = context;
  const program = new Command('countersign')
    .description('Runs business processes, and talks to a server that does.')
    .version(findFolders().version)
    // Otherwise "run --version 2" would ask for the version of the program.
    .enablePositionalOptions()
    .helpCommand('help [command]', 'help for a command')
    .addHelpText(
      'after',
      '\nWithout a command the server is started. docs/cli.md says more, and what the exit codes mean.',
    );
  addStartCommand(program, context);
  addDeployCommand(program, context);
  addRunCommand(program, context);
  addInstanceCommands(program, context);
  addTaskCommands(program, context);
  addJobCommands(program, context);
  addIncidentCommands(program, context);
  addAuditCommands(program, context);
  addEraseCommand(program, context);
  addHoldCommands(program, context);
  addVerifyCommand(program, context);
  addReplayCommand(program, context);
  addDatabaseCommands(program, context);
  addBenchCommand(program, context);
  addConvertCommand(program, context);
  for (const command of allCommands(program)) {
    command.exitOverride().showHelpAfterError('(countersign help lists the commands)');
    command.configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  }
  return program;
}

/** A command with everything below it. */
export function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** Runs the program with the arguments after its name, and answers with its exit code. Never throws for what a user may cause. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = createProgram({
    terminal,
    endWith(wanted) {
      code = wanted;
    },
  });
  try {
    await program.parseAsync(args.length === 0 ? ['start'] : [...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CliFailure) {
      terminal.err(`${error.message}\n`);
      return error.code;
    }
    // Help that was asked for ends with 0; commander has printed everything else that is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}
