/** Which values belong to a type (DMN 1.5, 10.3.2.9): for `instance of` and the parameters of functions. */
import { entryOf, FeelFunction, FeelRange, isContext, kindOf, type FeelType } from '../values.js';
import { freshMeter, type Meter } from '../meter.js';
import type { TypeResolver } from './environment.js';

/** True where the value belongs to the type; null belongs to `Null` alone. */
export function instanceOf(value: unknown, type: FeelType, meter: Meter = freshMeter()): boolean {
  meter.spend(1);
  switch (type.kind) {
    case 'named':
      return isOfNamed(value, type.name);
    case 'checked':
      return type.has(value);
    case 'list':
      return Array.isArray(value) && value.every((item) => conforms(item, type.element, meter));
    case 'range':
      return (
        value instanceof FeelRange &&
        conforms(value.start, type.element, meter) &&
        conforms(value.end, type.element, meter)
      );
    case 'context':
      return (
        isContext(value) &&
        type.entries.every(
          (entry) =>
            Object.hasOwn(value, entry.name) && conforms(entryOf(value, entry.name), entry.type, meter),
        )
      );
    case 'function':
      return value instanceof FeelFunction && functionConforms(value, type);
  }
}

/** A type with the names that the host defines put in. */
export function resolveType(type: FeelType, host: TypeResolver | null): FeelType {
  if (host === null) return type;
  switch (type.kind) {
    case 'named':
      return host(type.name) ?? type;
    case 'list':
    case 'range':
      return { kind: type.kind, element: resolveType(type.element, host) };
    case 'context':
      return {
        kind: 'context',
        entries: type.entries.map((entry) => ({ name: entry.name, type: resolveType(entry.type, host) })),
      };
    case 'function':
      return {
        kind: 'function',
        parameters: type.parameters.map((one) => resolveType(one, host)),
        result: resolveType(type.result, host),
      };
    case 'checked':
      return type;
  }
}

/** As `instanceOf`, but null belongs to every type: so values conform to a declared type. */
export function conforms(value: unknown, type: FeelType, meter: Meter = freshMeter()): boolean {
  return value === null || value === undefined || instanceOf(value, type, meter);
}

function isOfNamed(value: unknown, name: string): boolean {
  const kind = kindOf(value);
  switch (name) {
    case 'Any':
      return kind !== 'null';
    case 'Null':
      return kind === 'null';
    case 'duration':
      return kind === 'days and time duration' || kind === 'years and months duration';
    default:
      return kind === name;
  }
}

function functionConforms(value: FeelFunction, type: FeelType & { kind: 'function' }): boolean {
  const own = value.types;
  if (own === null) return value.parameters === null || value.parameters.length === type.parameters.length;
  if (own.parameters.length !== type.parameters.length) return false;
  return type.parameters.every((parameter, index) => {
    const declared = own.parameters[index];
    return declared === null || subtype(parameter, declared);
  });
}

/** True where every value of the first type belongs to the second. */
function subtype(narrow: FeelType, wide: FeelType): boolean {
  if (wide.kind === 'named' && wide.name === 'Any') return true;
  if (narrow.kind === 'checked' || wide.kind === 'checked')
    return narrow.kind === 'checked' && wide.kind === 'checked' && narrow.name === wide.name;
  if (narrow.kind === 'named')
    return narrow.name === 'Null' || (wide.kind === 'named' && wide.name === narrow.name);
  if (narrow.kind === 'list' || narrow.kind === 'range')
    return wide.kind === narrow.kind && subtype(narrow.element, wide.element);
  if (narrow.kind === 'context') {
    return (
      wide.kind === 'context' &&
      wide.entries.every((entry) =>
        narrow.entries.some((other) => other.name === entry.name && subtype(other.type, entry.type)),
      )
    );
  }
  return wide.kind === 'function' && subtype(narrow.result, wide.result);
}
