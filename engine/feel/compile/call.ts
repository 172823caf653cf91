/** Function calls and function definitions (DMN 1.5, 10.3.2.13.1 and 10.3.2.11). */
import { builtinFunction } from '../builtins/index.js';
import { costOf, type Node } from '../parse/ast.js';
import { FeelFunction, isContext, isList, kindOf, type Evaluation } from '../values.js';
import { compileNode } from './compile.js';
import { bind, resolve, type Compilation, type Compiled, type Environment } from './environment.js';
import { callFunction } from './evaluation.js';
import { externalFunction } from './external-java.js';
import { conforms, resolveType } from './type-check.js';

type Call = Node & { kind: 'call' };

/**
 * Compiles a call. A built-in called by its name is found at compile time. Where the name is also bound or declared, the
 * run decides: a function of that name goes first, a value of that name (`date`, `count`) does not hide the built-in.
 */
export function compileCall(node: Call, environment: Environment, compilation: Compilation): Compiled {
  const { target } = node;
  const args = node.args.map((argument) => compileNode(argument, environment, compilation));
  const builtin = target.kind === 'name' ? builtinFunction(target.name) : undefined;
  if (target.kind !== 'name' || builtin === undefined) {
    return callOfValue(node, compileNode(target, environment, compilation), args);
  }
  const call = callOfBuiltin(node, builtin, args);
  const isBound = resolve(target.name, environment).slot !== null || compilation.declared.has(target.name);
  if (!isBound) return call;
  const own = quietly(compileNode(target, environment, compilation));
  const ownCall = callOfValue(node, own, args);
  return (evaluation) => {
    const value = own(evaluation);
    return value instanceof FeelFunction && value !== builtin ? ownCall(evaluation) : call(evaluation);
  };
}

function callOfBuiltin(node: Call, builtin: FeelFunction, args: readonly Compiled[]): Compiled {
  const fitting = node.names === null ? { target: builtin, order: args } : byName(builtin, node.names, args);
  if (fitting === null) {
    return failing(`${builtin.name} has no parameters named ${node.names?.join(', ')}.`, node.at);
  }
  const { target } = fitting;
  const order = ASKS_FOR_MISSING.has(target.name) ? fitting.order.map(quietly) : fitting.order;
  if (order.length < target.arity.min || order.length > target.arity.max) {
    return failing(`${builtin.name} can't be called with ${order.length} arguments.`, node.at);
  }
  const call: Compiled = (evaluation) => target.invoke(valuesOf(order, evaluation), evaluation) ?? null;
  return node.args.length > 0 && node.args.every(isLiteral) ? onceMade(call) : call;
}

function isLiteral(node: Node): boolean {
  return node.kind === 'string' || node.kind === 'number' || node.kind === 'boolean';
}

/** A call of literals, such as `date("2024-03-01")`, always gives the same: a single value is kept, null and its warning are not. */
function onceMade(call: Compiled): Compiled {
  let made: unknown = null;
  return (evaluation) => {
    if (made !== null) return made;
    const value = call(evaluation);
    if (!isList(value) && !isContext(value)) made = value;
    return value;
  };
}

/** Built-ins whose arguments may be missing: that is what they are for. */
const ASKS_FOR_MISSING = new Set(['is defined', 'get or else']);

function quietly(argument: Compiled): Compiled {
  return (evaluation) => {
    evaluation.quiet++;
    const value = argument(evaluation);
    evaluation.quiet--;
    return value;
  };
}

function callOfValue(node: Call, target: Compiled, args: readonly Compiled[]): Compiled {
  return (evaluation) => {
    const called = target(evaluation);
    if (!(called instanceof FeelFunction)) {
      evaluation.warn(`A ${kindOf(called)} can't be called.`, node.at);
      return null;
    }
    const fitting = node.names === null ? { target: called, order: args } : byName(called, node.names, args);
    if (fitting !== null)
      return callFunction(fitting.target, valuesOf(fitting.order, evaluation), evaluation);
    evaluation.warn(`The function has no parameters named ${node.names?.join(', ')}.`, node.at);
    return null;
  };
}

function failing(message: string, at: number): Compiled {
  return (evaluation) => {
    evaluation.warn(message, at);
    return null;
  };
}

function valuesOf(args: readonly Compiled[], evaluation: Evaluation): unknown[] {
  const values = new Array<unknown>(args.length);
  for (let index = 0; index < args.length; index++) values[index] = args[index](evaluation);
  return values;
}

/** The function for named arguments, and they in the order of its parameters with null in gaps; null where a name is unknown. */
function byName(
  called: FeelFunction,
  names: readonly string[],
  args: readonly Compiled[],
): { target: FeelFunction; order: Compiled[] } | null {
  const target = called.named === null ? called : called.named(names);
  const parameters = target?.parameters ?? null;
  if (target === null || parameters === null) return null;
  // A function of the model's own wants all its arguments; built-ins have said which may be left out.
  if (called.named === null && names.length < parameters.length) return null;
  const order: Compiled[] = [];
  for (const [index, name] of names.entries()) {
    const position = parameters.indexOf(name);
    if (position < 0) return null;
    order[position] = args[index];
  }
  const length = Math.max(order.length, target.arity.min);
  return { target, order: Array.from({ length }, (_, index) => order[index] ?? (() => null)) };
}

/** A function of another language: the pure ones of Java that `external-java.ts` knows. */
function compileExternal(
  node: Node & { kind: 'function' },
  environment: Environment,
  compilation: Compilation,
): Compiled {
  const description = compileNode(node.body, environment, compilation);
  const names = node.parameters.map((parameter) => parameter.name);
  return (evaluation) => {
    const made = externalFunction(description(evaluation), names);
    if (made === null) evaluation.warn('The external function is not one that is supported.', node.at);
    return made;
  };
}

/**
 * Compiles a function definition. The function keeps the locals and the scope around it as they are when it is made;
 * `selfSlot` is where it finds itself, so that it can recur.
 */
export function compileFunction(
  node: Node & { kind: 'function' },
  environment: Environment,
  compilation: Compilation,
  selfSlot: number | null = null,
): Compiled {
  if (node.external) return compileExternal(node, environment, compilation);
  let inner = environment;
  const slots = node.parameters.map((parameter) => {
    const local = bind(compilation, parameter.name, inner);
    inner = local;
    return local.slot;
  });
  const body = compileNode(node.body, inner, compilation);
  const names = node.parameters.map((parameter) => parameter.name);
  const types = node.parameters.map(
    (parameter) => parameter.type && resolveType(parameter.type, compilation.types),
  );
  const arity = { min: slots.length, max: slots.length };
  const cost = costOf(node.body);
  return (evaluation) => {
    const captured = evaluation.locals.slice();
    const { scope } = evaluation;
    const made: FeelFunction = new FeelFunction(
      '',
      names,
      (args, caller) => {
        caller.spend(cost);
        const locals = captured.slice();
        if (selfSlot !== null) locals[selfSlot] = made;
        for (const [index, slot] of slots.entries()) {
          const type = types[index];
          if (type !== null && !conforms(args[index], type, caller)) {
            caller.warn(`The argument ${names[index]} is of another type.`, node.at);
            return null;
          }
          locals[slot] = args[index];
        }
        const outer = { locals: caller.locals, scope: caller.scope };
        caller.locals = locals;
        caller.scope = scope;
        const result = body(caller);
        caller.locals = outer.locals;
        caller.scope = outer.scope;
        return result;
      },
      arity,
      { parameters: types, result: null },
    );
    return made;
  };
}
