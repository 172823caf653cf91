/** One evaluation of a decision and of all it requires; each decision is evaluated once and its evaluation recorded. */
import type { RunningEvaluation } from '../../feel/compile/evaluation.js';
import { FeelFunction, setEntry, type FeelScope } from '../../feel/values.js';
import type { TableRecorder } from '../table/compile.js';
import { convert, typed } from '../types.js';
import { innerScope, unfit } from './boxed.js';
import { typedResult, type DecisionNode, type GraphNode, type InputNode, type ServiceNode } from './graph.js';

/** The record of one decision's evaluation; values are FEEL values. */
export interface DecisionRecord {
  readonly node: DecisionNode;
  value: unknown;
  inputs: readonly unknown[];
  readonly matches: { readonly rule: number; readonly outputs: readonly unknown[] }[];
}

/** Why a decision could not decide. */
export interface DecisionFailure {
  readonly decisionId: string;
  readonly message: string;
}

/** An evaluation under way. */
export interface Run {
  readonly evaluation: RunningEvaluation;
  /** Values given from outside. */
  readonly inputs: FeelScope;
  /** Results so far; a decision service puts the decisions it is given here. */
  readonly results: Map<GraphNode, unknown>;
  readonly records: DecisionRecord[];
  failure: DecisionFailure | null;
}

/** The value given for an input, checked against its type; null with a warning where it is missing or of another type. */
export function inputValue(node: InputNode, run: Run): unknown {
  if (run.results.has(node)) return run.results.get(node);
  const given = run.inputs.lookup(node.element.variable.name) ?? run.inputs.lookup(node.element.name);
  if (given === undefined) run.evaluation.warn(`The input '${node.element.name}' is missing.`);
  const value = typed(
    node.type === null ? given : node.type.fromOutside(given),
    node.type,
    `The input '${node.element.name}'`,
    run.evaluation,
  );
  run.results.set(node, value);
  return value;
}

/** The result of a decision; what it requires comes first. */
export function evaluateDecision(node: DecisionNode, run: Run): unknown {
  if (run.results.has(node)) return run.results.get(node);
  for (const required of node.requires) {
    if (required.kind === 'decision') evaluateDecision(required, run);
  }
  const record: DecisionRecord = { node, value: null, inputs: [], matches: [] };
  const scope = node.scope(run);
  const made =
    'table' in node.logic
      ? node.logic.table(run.evaluation, scope, recorderFor(record, run))
      : node.logic.boxed(run.evaluation, scope);
  record.value = typedResult(node, made ?? null, run);
  run.results.set(node, record.value);
  run.records.push(record);
  return record.value;
}

function recorderFor(record: DecisionRecord, run: Run): TableRecorder {
  return {
    inputs: (values) => (record.inputs = values),
    matched: (rule, outputs) => void record.matches.push({ rule, outputs }),
    violated: (message) => (run.failure ??= { decisionId: record.node.element.id, message }),
  };
}

/** A decision service as a function of its inputs and input decisions. */
export function serviceFunction(node: ServiceNode, run: Run): FeelFunction {
  const names = node.parameters.map((parameter) => parameter.element.variable.name);
  return new FeelFunction(node.element.name, names, (args) => callService(node, args, run), {
    min: names.length,
    max: names.length,
  });
}

/** Evaluates a decision service: the values of its parameters stand in place of what they name. */
export function callService(node: ServiceNode, args: readonly unknown[], run: Run): unknown {
  const given: Record<string, unknown> = {};
  const results = new Map<GraphNode, unknown>();
  for (const [index, parameter] of node.parameters.entries()) {
    const value = convert(args[index], parameter.type);
    if (value === undefined) return unfit(parameter.element.name, run.evaluation);
    results.set(parameter, value);
    setEntry(given, parameter.element.variable.name, value);
  }
  const inner: Run = { ...run, inputs: innerScope(run.inputs, given), results };
  const values = node.outputs.map((output) => evaluateDecision(output, inner));
  run.failure ??= inner.failure;
  if (node.outputs.length === 1) return typedResult(node, values[0], run);
  const result: Record<string, unknown> = {};
  for (const [index, output] of node.outputs.entries())
    setEntry(result, output.element.variable.name, values[index]);
  return typedResult(node, result, run);
}
