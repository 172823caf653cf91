/** Boxed expressions to closures (DMN 1.5, 10.2): each becomes a function of the evaluation and the scope it runs in. */
import { callFunction } from '../../feel/compile/evaluation.js';
import { and, or } from '../../feel/compile/comparison.js';
import { externalFunction } from '../../feel/compile/external-java.js';
import { embedderFor, type Embedder } from '../../feel/embed.js';
import { isNumber, toDouble } from '../../feel/number/number.js';
import type { KnownNames } from '../../feel/parse/names.js';
import type { FeelProblem } from '../../feel/parse/tree.js';
import {
  entryOf,
  FeelFunction,
  FeelRange,
  isContext,
  isList,
  kindOf,
  setEntry,
  type Evaluation,
  type FeelScope,
  type FeelType,
} from '../../feel/values.js';
import { itemsBetween } from '../../feel/compile/iteration.js';
import type { BoxedExpression, InformationItem } from '../model.js';
import { compileTable } from '../table/compile.js';
import { convert, typed, type DmnType, type TypeBook } from '../types.js';

/** A compiled boxed expression. */
export type Boxed = (evaluation: Evaluation, scope: FeelScope) => unknown;

/** What is known where an expression stands. */
export interface BoxedEnvironment {
  readonly names: KnownNames;
  readonly types: TypeBook;
  readonly embedder: Embedder;
  /** Takes note of a text that isn't FEEL. */
  report(elementId: string | null, text: string, problem: FeelProblem): void;
}

/** An environment with more names. */
export function withNames(environment: BoxedEnvironment, names: KnownNames): BoxedEnvironment {
  const all = { ...environment.names, ...names };
  return {
    ...environment,
    names: all,
    embedder: embedderFor(all, (name) => hostType(environment.types, name)),
  };
}

/** A type of the model as `instance of` asks for it. */
export function hostType(types: TypeBook, name: string): FeelType | undefined {
  const type = types.find(name);
  return type === null || type.basic === name ? undefined : type.structure;
}

/** A scope with more values before an outer one. */
export function innerScope(outer: FeelScope, values: Readonly<Record<string, unknown>>): FeelScope {
  return {
    lookup: (name) => {
      const value = entryOf(values, name);
      return value === undefined ? outer.lookup(name) : value;
    },
  };
}

function itemNames(items: readonly InformationItem[], types: TypeBook): KnownNames {
  return Object.fromEntries(items.map((item) => [item.name, types.find(item.typeRef)?.names ?? null]));
}

/** Compiles a boxed expression; its own type is applied to its value. */
export function compileBoxed(expression: BoxedExpression, environment: BoxedEnvironment): Boxed {
  const run = compileUntyped(expression, environment);
  const type =
    expression.kind === 'function' || expression.kind === 'table'
      ? null
      : environment.types.find(expression.typeRef);
  if (type === null || type.basic === 'Any') return run;
  return (evaluation, scope) => typed(run(evaluation, scope), type, 'The value', evaluation);
}

function compileUntyped(expression: BoxedExpression, environment: BoxedEnvironment): Boxed {
  const inner = (child: BoxedExpression): Boxed => compileBoxed(child, environment);
  switch (expression.kind) {
    case 'literal':
      return compileLiteral(expression.text, expression.id, environment);
    case 'table': {
      const table = compileTable(expression.table, environment);
      return (evaluation, scope) => table(evaluation, scope, null);
    }
    case 'context':
      return compileContext(expression, environment);
    case 'invocation':
      return compileInvocation(expression, environment);
    case 'function':
      return compileFunction(expression, environment);
    case 'list': {
      const items = expression.items.map(inner);
      return (evaluation, scope) => items.map((item) => item(evaluation, scope));
    }
    case 'relation': {
      const rows = expression.rows.map((row) => row.map(inner));
      return (evaluation, scope) =>
        rows.map((row) =>
          contextOf(
            expression.columns,
            row.map((cell) => cell(evaluation, scope)),
          ),
        );
    }
    case 'conditional': {
      const [condition, then, otherwise] = [expression.condition, expression.then, expression.otherwise].map(
        inner,
      );
      return (evaluation, scope) => {
        const holds = condition(evaluation, scope);
        if (holds === true) return then(evaluation, scope);
        if (holds === false || holds === null) return otherwise(evaluation, scope);
        evaluation.warn(`The condition is a ${kindOf(holds)}.`);
        return null;
      };
    }
    case 'filter':
      return compileFilter(expression, environment);
    case 'for':
    case 'some':
    case 'every':
      return compileIteration(expression, environment);
    case 'empty':
      return () => null;
  }
}

/** Compiles a text of FEEL; one that isn't FEEL is reported and gives null. */
export function compileLiteral(text: string, elementId: string | null, environment: BoxedEnvironment): Boxed {
  if (text.trim() === '') return () => null;
  const result = environment.embedder.expression(text);
  if (result.ok) return (evaluation, scope) => result.compiled.run(evaluation, scope);
  for (const problem of result.problems) environment.report(elementId, text, problem);
  return (evaluation) => {
    evaluation.warn(`'${text}' is not FEEL: ${result.problems[0].message}`);
    return null;
  };
}

function contextOf(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) setEntry(result, name, values[index] ?? null);
  return result;
}

function compileContext(
  expression: BoxedExpression & { kind: 'context' },
  environment: BoxedEnvironment,
): Boxed {
  let inner = environment;
  const entries = expression.entries.map(({ variable, value }) => {
    const known = variable === null ? inner : withNames(inner, itemNames([variable], environment.types));
    const compiled = compileBoxed(value, value.kind === 'function' ? known : inner);
    const type =
      variable === null || value.kind === 'function' ? null : environment.types.find(variable.typeRef);
    inner = known;
    return { name: variable?.name ?? null, type, compiled };
  });
  return (evaluation, scope) => {
    const result: Record<string, unknown> = {};
    const within = innerScope(scope, result);
    for (const { name, type, compiled } of entries) {
      const value = typed(compiled(evaluation, within), type, `The entry '${name ?? ''}'`, evaluation);
      if (name === null) return value;
      setEntry(result, name, value);
    }
    return result;
  };
}

function compileInvocation(
  expression: BoxedExpression & { kind: 'invocation' },
  environment: BoxedEnvironment,
): Boxed {
  const called = compileBoxed(expression.called, environment);
  const bindings = expression.bindings.map(({ name, value }) => ({
    name,
    value: value && compileBoxed(value, environment),
  }));
  return (evaluation, scope) => {
    const target = called(evaluation, scope);
    if (!(target instanceof FeelFunction)) {
      evaluation.warn(`A ${kindOf(target)} can't be invoked.`);
      return null;
    }
    const names = bindings.map((binding) => binding.name);
    const fitting = target.named === null ? target : target.named(names);
    const parameters = fitting?.parameters ?? null;
    if (fitting === null || parameters === null || names.some((name) => !parameters.includes(name))) {
      evaluation.warn('The invocation binds parameters the function does not have.');
      return null;
    }
    const args = new Array<unknown>(parameters.length).fill(null);
    for (const { name, value } of bindings)
      args[parameters.indexOf(name)] = value?.(evaluation, scope) ?? null;
    return callFunction(fitting, args, evaluation);
  };
}

/** Compiles a boxed function; it keeps the scope it is made in. Its result is of its own type and of `outerResult`. */
export function compileFunction(
  expression: BoxedExpression & { kind: 'function' },
  environment: BoxedEnvironment,
  outerResult: DmnType | null = null,
): Boxed {
  const { parameters, language, body } = expression;
  const names = parameters.map((parameter) => parameter.name);
  if (body === null) return () => null;
  if (language !== 'FEEL') return compileExternal(language, compileBoxed(body, environment), names);
  const compiled = compileBoxed(body, withNames(environment, itemNames(parameters, environment.types)));
  const types = parameters.map((parameter) => environment.types.find(parameter.typeRef));
  const own = environment.types.find(expression.typeRef);
  const result = own === null || own.basic === 'function' ? null : own;
  const arity = { min: names.length, max: names.length };
  return (_evaluation, scope) =>
    new FeelFunction(
      '',
      names,
      (args, caller) => {
        const values: Record<string, unknown> = {};
        for (const [index, name] of names.entries()) {
          const value = convert(args[index], types[index]);
          if (value === undefined) return unfit(name, caller);
          setEntry(values, name, value);
        }
        const value = typed(compiled(caller, innerScope(scope, values)), result, 'The result', caller);
        return typed(value, outerResult, 'The result', caller);
      },
      arity,
    );
}

/** What a call gives when an argument doesn't conform to its parameter's type. */
export function unfit(parameter: string, evaluation: Evaluation): null {
  evaluation.warn(`The argument '${parameter}' doesn't conform to its type, so the function is not called.`);
  return null;
}

/** A boxed function whose body describes a function of Java. */
function compileExternal(language: string, description: Boxed, names: readonly string[]): Boxed {
  return (evaluation, scope) => {
    const made =
      language === 'Java' ? externalFunction({ java: description(evaluation, scope) }, names) : null;
    if (made === null) evaluation.warn(`The external function in ${language} is not one that is supported.`);
    return made;
  };
}

function compileFilter(
  expression: BoxedExpression & { kind: 'filter' },
  environment: BoxedEnvironment,
): Boxed {
  const source = compileBoxed(expression.source, environment);
  const match = compileBoxed(expression.match, withNames(environment, { item: null }));
  return (evaluation, scope) => {
    const target = source(evaluation, scope);
    if (target === null) return null;
    const items: readonly unknown[] = Array.isArray(target) ? target : [target];
    evaluation.spend(items.length);
    const selected: unknown[] = [];
    for (const item of items) {
      const within = isContext(item)
        ? innerScope(innerScope(scope, { item }), item)
        : innerScope(scope, { item });
      const holds = match(evaluation, within);
      if (isNumber(holds)) {
        const position = toDouble(holds);
        return items[position > 0 ? position - 1 : items.length + position] ?? null;
      }
      if (holds === true) selected.push(item);
    }
    return selected;
  };
}

function compileIteration(
  expression: BoxedExpression & { kind: 'for' | 'some' | 'every' },
  environment: BoxedEnvironment,
): Boxed {
  const { kind, variable } = expression;
  const source = compileBoxed(expression.source, environment);
  const body = compileBoxed(expression.body, withNames(environment, { [variable]: null, partial: null }));
  return (evaluation, scope) => {
    const items = itemsOf(source(evaluation, scope), evaluation);
    if (items === null) return null;
    const partial: unknown[] = [];
    let holds: boolean | null = kind === 'every';
    for (const item of items) {
      evaluation.spend(1);
      const value = body(evaluation, innerScope(scope, { [variable]: item ?? null, partial }));
      if (kind === 'for') partial.push(value);
      else holds = kind === 'every' ? and(holds, value) : or(holds, value);
    }
    return kind === 'for' ? partial : holds;
  };
}

function itemsOf(source: unknown, evaluation: Evaluation): readonly unknown[] | null {
  if (isList(source)) return source;
  if (source instanceof FeelRange) return itemsBetween(source.start, source.end, evaluation, 0);
  if (source !== null && source !== undefined) return [source];
  evaluation.warn('null is not a list to go through.');
  return null;
}
