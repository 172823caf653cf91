/** Runs the programs the scripts need, and says plainly what to do when one fails. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { root, fromRoot } from './root.mjs';

/** A failure whose message is meant for the person at the terminal: printed without a stack trace. */
export class PlainFailure extends Error {}

/** Prints one line of progress. */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Prints what went wrong and ends the process with code 1. A defect of a script keeps its stack trace. */
export function giveUp(error) {
  process.stderr.write(
    `\n${error instanceof PlainFailure ? error.message : (error?.stack ?? String(error))}\n`,
  );
  process.exit(1);
}

/**
 * Runs a program and waits for it.
 * @param {string} program a program's path or name
 * @param {readonly string[]} args its arguments, passed as they are (no shell)
 * @param {{cwd?: string, env?: Record<string, string | undefined>, quiet?: boolean}} [options]
 *   `quiet` keeps its output for the result instead of showing it
 * @returns {Promise<{code: number, output: string}>} its exit code, and what it printed when `quiet`
 */
export function run(program, args, { cwd = root, env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    const parts = [];
    child.stdout?.on('data', (part) => parts.push(part));
    child.stderr?.on('data', (part) => parts.push(part));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code: code ?? (signal === null ? 1 : 130), output: Buffer.concat(parts).toString('utf8') });
    });
  });
}

/** Runs a JavaScript file with this very Node; see `run`. */
export function runNode(file, args, options) {
  return run(process.execPath, [file, ...args], options);
}

/** The programs of the installed packages, as files that this Node can run. */
export const tools = {
  tsc: fromRoot('node_modules', 'typescript', 'bin', 'tsc'),
  vite: fromRoot('node_modules', 'vite', 'bin', 'vite.js'),
  vitest: fromRoot('node_modules', 'vitest', 'vitest.mjs'),
  eslint: fromRoot('node_modules', 'eslint', 'bin', 'eslint.js'),
  prettier: fromRoot('node_modules', 'prettier', 'bin', 'prettier.cjs'),
  svelteCheck: fromRoot('node_modules', 'svelte-check', 'bin', 'svelte-check'),
};

/** The file of the npm that came with this Node, or that started this script. */
export function npmCli() {
  const beside = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath ?? '',
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = candidates.find((file) => file.endsWith('npm-cli.js') && existsSync(file));
  if (found !== undefined) return found;
  throw new PlainFailure(
    'npm was not found beside Node. Start with "npm start" instead of running the script directly.',
  );
}
