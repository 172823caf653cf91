/** Names and paths: reading a value by its name, and an entry or a property of a value. */
import { builtinFunction } from '../builtins/index.js';
import { entryOf, isContext, type Evaluation } from '../values.js';
import { resolve, type Compilation, type Compiled, type Environment } from './environment.js';
import { propertyOf } from './property.js';

/** Compiles the reading of a name. */
export function compileName(
  name: string,
  at: number,
  environment: Environment,
  compilation: Compilation,
): Compiled {
  const { items, slot } = resolve(name, environment);
  const base =
    slot === null ? fromScope(name, at, compilation) : (evaluation: Evaluation) => evaluation.locals[slot];
  if (items.length === 0) return base;
  return (evaluation) => {
    for (const itemSlot of items) {
      const item = evaluation.locals[itemSlot];
      const value = isContext(item) ? entryOf(item, name) : propertyOf(item, name);
      if (value !== undefined) return value;
    }
    return base(evaluation);
  };
}

function fromScope(name: string, at: number, compilation: Compilation): Compiled {
  const builtin = builtinFunction(name);
  if (name !== '?') compilation.names.add(name);
  return (evaluation) => {
    const value = evaluation.scope.lookup(name);
    if (value !== undefined) return value;
    if (builtin !== undefined) return builtin;
    evaluation.warn(`Variable '${name}' not found.`, at);
    return null;
  };
}

/** Compiles `target.name`; over a list it gives the list of the entries. */
export function compilePath(target: Compiled, name: string, at: number): Compiled {
  return (evaluation) => entry(target(evaluation), name, at, evaluation);
}

function entry(target: unknown, name: string, at: number, evaluation: Evaluation): unknown {
  if (Array.isArray(target)) {
    evaluation.spend(target.length);
    return target.map((item) => entry(item, name, at, evaluation));
  }
  if (isContext(target)) {
    const value = entryOf(target, name);
    if (value !== undefined) return value;
    evaluation.warn(`The context has no entry '${name}'.`, at);
    return null;
  }
  const value = propertyOf(target, name);
  if (value !== undefined) return value;
  evaluation.warn(
    target === null || target === undefined
      ? `'${name}' of null is null.`
      : `The value has no property '${name}'.`,
    at,
  );
  return null;
}
