/** Commands that bring a variable larger than one may be. What was published before is taken as it is. */
import { whyTooLarge } from '../behaviors/variable-size.js';
import type { Step } from '../kernel/step-run.js';
import type { JsonObject } from '../model/json.js';
import type { Command } from '../records/commands.js';
import type { Rejection } from '../records/rejections.js';

/** Accepted by the server already, when they were published. */
const ACCEPTED: ReadonlySet<Command['type']> = new Set<Command['type']>([
  'start by event',
  'correlate message',
  'catch signal',
]);

/** Why a command cannot be given for the size of a variable; undefined where it can. */
export function whyRefusedForSize({ variableLimit }: Step, command: Command): Rejection | undefined {
  if (ACCEPTED.has(command.type)) return undefined;
  for (const variables of broughtBy(command)) {
    const reason = whyTooLarge(variables, variableLimit);
    if (reason !== undefined) return { type: 'INVALID_ARGUMENT', reason };
  }
  return undefined;
}

/** All the variables that a command brings, by whatever way. */
function* broughtBy(command: Command): Generator<JsonObject> {
  if ('variables' in command) yield command.variables;
  if (command.type === 'complete job')
    for (const { variables } of command.adHoc?.activate ?? []) yield variables;
  if (command.type === 'activate ad-hoc elements')
    for (const { variables } of command.activate) yield variables;
  if (command.type !== 'modify instance') return;
  for (const { variables: scoped } of [...command.activate, ...command.move])
    for (const { variables } of scoped) yield variables;
}
