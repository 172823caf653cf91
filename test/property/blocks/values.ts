/** Values that the blocks read. Some are missing at first, so that incidents happen; `REPAIR` sets them all. */
import type { JsonObject, JsonValue } from '@countersign/engine';
import type { RandomSource } from '../../support/random-source.js';

const NAMES = ['0', '1', '2', '3'];

/** With these every condition holds, every timer has a time and every correlation key is a text. */
export const REPAIR: JsonObject = Object.fromEntries(
  NAMES.flatMap((name): [string, JsonValue][] => [
    [`yes${name}`, true],
    [`size${name}`, 9],
    [`pause${name}`, 'PT1H'],
    [`key${name}`, `key ${name}`],
  ]),
);

/** Some of the values, and some that fit nowhere. */
export function someVariables(random: RandomSource): JsonObject {
  const chosen: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(REPAIR)) {
    if (random.chance(0.1)) chosen[name] = value ?? null;
    else if (name.startsWith('yes') && random.chance(0.2)) chosen[name] = false;
    else if (name.startsWith('size') && random.chance(0.2)) chosen[name] = random.below(10);
    else if (random.chance(0.01)) chosen[name] = null;
  }
  return chosen;
}

/** A condition that is true, false or no answer at all, depending on the variables. */
export function condition(random: RandomSource): string {
  const name = random.pick(NAMES);
  return random.pick([`=yes${name}`, `=yes${name} = true`, `=size${name} > ${random.below(8)}`]);
}

/** A duration, fixed or computed. */
export function duration(random: RandomSource): string {
  return random.pick(['PT1M', 'PT3H', 'P1D', `=pause${random.pick(NAMES)}`]);
}

/** An expression that gives a correlation key. */
export function correlationKey(random: RandomSource): string {
  return random.pick([`=key${random.pick(NAMES)}`, '="fixed"']);
}

/** Input and output mappings that make local variables and shadow others. */
export function mappings(random: RandomSource): string[] {
  if (random.chance(0.6)) return [];
  const name = random.pick(NAMES);
  const input = `<zeebe:input source="=yes${name}" target="yes${random.pick(NAMES)}" />`;
  const output = `<zeebe:output source="=size${name}" target="result.part${name}" />`;
  return [
    `<zeebe:ioMapping>${random.chance(0.6) ? input : ''}${random.chance(0.5) ? output : ''}</zeebe:ioMapping>`,
  ];
}
