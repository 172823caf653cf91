/** Function calls and function definitions (DMN 1.5, 10.3.2.13.1 and 10.3.2.11). */
import { builtinFunction } from '../builtins/index.js';
import type { Node } from '../parse/ast.js';
import { FeelFunction, kindOf, type Evaluation } from '../values.js';
import { compileNode } from './compile.js';
import { bind, resolve, type Compilation, type Compiled, type Environment } from './environment.js';
import { callFunction } from './evaluation.js';
import { conforms, resolveType } from './type-check.js';

type Call = Node & { kind: 'call' };

/** Compiles a call. A built-in called by its name is found at compile time, unless the name is bound or declared. */
export function compileCall(node: Call, environment: Environment, compilation: Compilation): Compiled {
  const args = node.args.map((argument) => compileNode(argument, environment, compilation));
  const builtin = builtinTarget(node.target, environment, compilation);
  if (builtin === undefined) return callOfValue(node, compileNode(node.target, environment, compilation), args);
  const order = node.names === null ? args : inOrder(builtin, node.names, args);
  if (order === null) return failing(`${builtin.name} has no parameters named ${node.names?.join(', ')}.`, node.at);
  if (order.length < builtin.arity.min || order.length > builtin.arity.max) {
    return failing(`${builtin.name} can't be called with ${order.length} arguments.`, node.at);
  }
  return (evaluation) => builtin.invoke(valuesOf(order, evaluation), evaluation) ?? null;
}

function builtinTarget(target: Node, environment: Environment, compilation: Compilation): FeelFunction | undefined {
  if (target.kind !== 'name' || resolve(target.name, environment).slot !== null || compilation.declared.has(target.name)) return undefined;
  return builtinFunction(target.name);
}

function callOfValue(node: Call, target: Compiled, args: readonly Compiled[]): Compiled {
  return (evaluation) => {
    const called = target(evaluation);
    if (!(called instanceof FeelFunction)) {
      evaluation.warn(`A ${kindOf(called)} can't be called.`, node.at);
      return null;
    }
    const order = node.names === null ? args : inOrder(called, node.names, args);
    if (order !== null) return callFunction(called, valuesOf(order, evaluation), evaluation);
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

/** Named arguments in the order of the parameters, null values in gaps; null where a name is unknown. */
function inOrder(target: FeelFunction, names: readonly string[], args: readonly Compiled[]): Compiled[] | null {
  const parameters = target.parametersFor?.(names) ?? target.parameters;
  if (parameters === null) return null;
  const order: Compiled[] = [];
  for (const [index, name] of names.entries()) {
    const position = parameters.indexOf(name);
    if (position < 0) return null;
    order[position] = args[index];
  }
  return Array.from(order, (argument) => argument ?? (() => null));
}

/**
 * Compiles a function definition. The function keeps the locals and the scope around it as they are when it is made;
 * `selfSlot` is where it finds itself, so that it can recur.
 */
export function compileFunction(node: Node & { kind: 'function' }, environment: Environment, compilation: Compilation, selfSlot: number | null = null): Compiled {
  if (node.external) return failing('External functions are not supported.', node.at);
  let inner = environment;
  const slots = node.parameters.map((parameter) => {
    const local = bind(compilation, parameter.name, inner);
    inner = local;
    return local.slot;
  });
  const body = compileNode(node.body, inner, compilation);
  const names = node.parameters.map((parameter) => parameter.name);
  const types = node.parameters.map((parameter) => parameter.type && resolveType(parameter.type, compilation.types));
  const arity = { min: slots.length, max: slots.length };
  return (evaluation) => {
    const captured = evaluation.locals.slice();
    const { scope } = evaluation;
    const made: FeelFunction = new FeelFunction(
      '',
      names,
      (args, caller) => {
        const locals = captured.slice();
        if (selfSlot !== null) locals[selfSlot] = made;
        for (const [index, slot] of slots.entries()) {
          const type = types[index];
          if (type !== null && !conforms(args[index], type)) {
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
