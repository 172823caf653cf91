/** The table of built-in functions. */
import { definedFunctions } from './define.js';
import './boolean.js';
import './context.js';
import './conversion.js';
import './list.js';
import './numeric.js';
import './range.js';
import './statistics.js';
import './string.js';
import './temporal.js';
import type { FeelFunction } from '../values.js';

const functions = definedFunctions();

/** The built-in of this name, undefined where there is none. */
export function builtinFunction(name: string): FeelFunction | undefined {
  return functions.get(name);
}

/** Names of all built-ins. */
export function builtinNames(): readonly string[] {
  return [...functions.keys()];
}
