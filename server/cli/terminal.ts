/** What the commands see of the world: where they write, what they read, and the settings around them. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { readJson } from '@countersign/engine';
import { CliFailure, EXIT } from './exit-codes.js';

/** The program's surroundings; a test brings its own. */
export interface Terminal {
  /** Results, for people or as JSON. */
  out(text: string): void;
  /** Everything else: notes, progress, failures. */
  err(text: string): void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether somebody watches stderr, so that progress makes sense. */
  readonly isWatched: boolean;
  readInput(): Promise<string>;
  /** Asks whoever sits there for a line; absent where nobody does. */
  readonly ask?: (question: string) => Promise<string>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: (chunk) => void process.stdout.write(chunk),
    err: (chunk) => void process.stderr.write(chunk),
    environment: process.env,
    isWatched: process.stderr.isTTY,
    readInput: () => text(process.stdin),
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
  };
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** Shows how far long work is, on one line of stderr, where somebody watches. */
export interface Progress {
  update(text: string): void;
  /** Takes the line away. */
  done(): void;
}

/** Milliseconds between two changes of the line. */
const EVERY = 100;

/** A line of progress; silent where nobody watches. */
export function createProgress(terminal: Terminal): Progress {
  let last = -Infinity;
  let shown = false;
  return {
    update(line) {
      const now = performance.now();
      if (!terminal.isWatched || now - last < EVERY) return;
      last = now;
      shown = true;
      terminal.err(`\r\u001b[K${line}`);
    },
    done() {
      if (shown) terminal.err('\r\u001b[K');
      shown = false;
    },
  };
}

/** Reads an object of variables: JSON itself, `@FILE`, or `-` for standard input. Throws `CliFailure` on anything else. */
export async function readVariables(terminal: Terminal, value: string | undefined): Promise<object> {
  if (value === undefined) return {};
  const source = value === '-' ? 'standard input' : value.startsWith('@') ? value.slice(1) : '--variables';
  let json: string;
  try {
    json =
      value === '-'
        ? await terminal.readInput()
        : value.startsWith('@')
          ? await readFile(value.slice(1), 'utf8')
          : value;
  } catch (error) {
    throw new CliFailure(`${source} cannot be read: ${(error as Error).message}`);
  }
  let parsed: unknown;
  try {
    parsed = readJson(json);
  } catch (error) {
    throw new CliFailure(
      `${source} is not JSON: ${(error as Error).message}. Write an object, such as '{"amount": 100}', or @FILE.`,
      EXIT.usage,
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new CliFailure(`${source} must be a JSON object of variables by name.`, EXIT.usage);
  }
  return parsed;
}
