/** docs/cli.md is held against the program: every command, every option, every exit code. */
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../server/cli/exit-codes.js';
import { allCommands, createProgram } from '../../server/cli/program.js';
import { codeWords, readPage, section, tableRows } from './pages.js';

const page = readPage('docs/cli.md');
const program = createProgram({
  terminal: {
    out: () => undefined,
    err: () => undefined,
    environment: {},
    isWatched: false,
    readInput: () => Promise.resolve(''),
  },
  endWith: () => undefined,
});

type Command = ReturnType<typeof createProgram>;

function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}

const commands = allCommands(program).filter((command) => command.parent && command.commands.length === 0);

describe('docs/cli.md', () => {
  const rows = tableRows(section(page, '## Commands'));

  it('lists every command, and no other', () => {
    expect(rows.map(([name]) => codeWords(name)[0]).sort()).toEqual(commands.map(pathOf).sort());
  });

  it('names every option of every command, and no other', () => {
    // Said once, above the table.
    const common = ['--server', '--json'];
    for (const command of commands) {
      const row = rows.find(([name]) => codeWords(name)[0] === pathOf(command));
      const own = command.options.map(({ long }) => long ?? '').filter((name) => !common.includes(name));
      const sameAs = /the same filter/.test(row?.[2] ?? '')
        ? [
            '--process',
            '--version',
            '--instance',
            '--element',
            '--type',
            '--actor',
            '--by',
            '--outcome',
            '--from',
            '--to',
          ]
        : [];
      const told = [...codeWords(row?.[2] ?? '').filter((word) => word.startsWith('--')), ...sameAs];
      expect(told.sort(), pathOf(command)).toEqual(own.sort());
    }
  });

  it('has --json for every command but start', () => {
    const without = commands.filter(({ options }) => !options.some(({ long }) => long === '--json'));
    expect(without.map(pathOf)).toEqual(['start']);
  });

  it('tells every exit code', () => {
    const told = tableRows(section(page, '## Exit codes')).map(([code, name]) => [
      codeWords(name)[0],
      Number(code),
    ]);
    expect(Object.fromEntries(told)).toEqual({ ...EXIT });
  });
});
