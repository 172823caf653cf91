/** What the commands share: the way to the server, the way to print, and the options that all of them have. */
import type { Command } from 'commander';
import { writeJson } from '@countersign/engine';
import { connect } from './connection.js';
import type { Connection } from './connection.js';
import { CliFailure, EXIT } from './exit-codes.js';
import type { ExitCode } from './exit-codes.js';
import { formatFields, formatTable } from './table.js';
import type { Column } from './table.js';
import type { Terminal } from './terminal.js';

/** What a command is given to work with. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Has the program end with this code although nothing failed. */
  endWith(code: ExitCode): void;
}

/** The option of every command. */
export interface OutputOptions {
  readonly json?: boolean;
}

/** The options of every command that talks to a server. */
export interface RemoteOptions extends OutputOptions {
  readonly server?: string;
}

/** The options of every list. */
export interface ListOptions extends RemoteOptions {
  readonly limit: number;
}

/** A page of a search, as the API answers it. */
export interface Found<Item> {
  readonly items: readonly Item[];
  readonly page: { readonly totalItems: number; readonly hasMoreTotalItems: boolean };
}

/** Adds `--json`. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print the result as JSON');
}

/** Adds `--server` and `--json`. */
export function withServer(command: Command): Command {
  return withJson(
    command.option('--server <url>', 'the server; COUNTERSIGN_SERVER or http://localhost:8080 otherwise'),
  );
}

/** Adds what every list has. */
export function withList(command: Command): Command {
  return withServer(command.option('--limit <number>', 'the most to list', readCount, 50));
}

/** Reads a count, 1 or more. Throws `CliFailure`. */
export function readCount(value: string): number {
  return readWhole(value, 1);
}

/** Reads a whole number from 0. Throws `CliFailure`. */
export function readNumber(value: string): number {
  return readWhole(value, 0);
}

function readWhole(value: string, from: number): number {
  if (/^\d{1,9}$/.test(value) && Number(value) >= from) return Number(value);
  throw new CliFailure(`"${value}" is no whole number from ${String(from)} on.`, EXIT.usage);
}

/** Refuses an argument that cannot be a key before it becomes part of an address. */
export function readKeyArgument(value: string): string {
  if (/^\d{1,16}$/.test(value)) return value;
  throw new CliFailure(`"${value}" is no key: a key is a string of digits.`, EXIT.usage);
}

/** The server that a command talks to. */
export function connectionOf({ terminal }: CommandContext, { server }: RemoteOptions): Connection {
  return connect({ server, environment: terminal.environment });
}

/** Prints a list: the API's own answer as JSON, or a table. Says on stderr when there is more. */
export function printList<Item>(
  { terminal }: CommandContext,
  { json }: OutputOptions,
  found: Found<Item>,
  columns: readonly Column<Item>[],
): void {
  if (json) {
    printJson(terminal, found);
    return;
  }
  terminal.out(formatTable(found.items, columns));
  const { totalItems, hasMoreTotalItems } = found.page;
  if (totalItems > found.items.length) {
    const total = `${hasMoreTotalItems ? 'more than ' : ''}${String(totalItems)}`;
    terminal.err(`${String(found.items.length)} of ${total}; --limit lists more.\n`);
  }
}

/** Prints one thing: as JSON, or its fields. */
export function printOne({ terminal }: CommandContext, { json }: OutputOptions, value: object): void {
  if (json) printJson(terminal, value);
  else terminal.out(formatFields(value as Readonly<Record<string, unknown>>));
}

/** Prints what was done: `result` as JSON, or a sentence. */
export function printDone(
  { terminal }: CommandContext,
  { json }: OutputOptions,
  sentence: string,
  result: object,
): void {
  if (json) printJson(terminal, result);
  else terminal.out(`${sentence}\n`);
}

function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${writeJson(value, 2)}\n`);
}

/** A filter without the fields that nobody set. */
export function definedOnly(filter: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
