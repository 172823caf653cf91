/** Decisions (DMN 1.5) read, compiled once, evaluated any number of times. This is the room's door. */
import { startEvaluation, type FeelWarning } from '../feel/compile/evaluation.js';
import { toJson } from '../feel/json.js';
import { FeelFailure } from '../feel/limits.js';
import type { FeelScope } from '../feel/values.js';
import type { JsonValue } from '../model/json.js';
import { compileModel, type DmnProblem } from './compile/graph.js';
import {
  callService,
  evaluateDecision,
  type DecisionFailure,
  type DecisionRecord,
  type Run,
} from './compile/run.js';
import type { BoxedExpression, DmnModel } from './model.js';

export { readDmn, type DmnReading } from './read/index.js';
export type { Decision, DmnModel } from './model.js';
export type { DmnProblem } from './compile/graph.js';
export type { DecisionFailure } from './compile/run.js';

/** How a decision decides, as the API names it. */
export type DecisionKind = 'DECISION_TABLE' | 'LITERAL_EXPRESSION' | 'BOXED_EXPRESSION' | 'EMPTY';

/** One decision's part in an evaluation, for audit and API. */
export interface DecisionEvaluation {
  readonly decisionId: string;
  readonly decisionName: string;
  readonly kind: DecisionKind;
  readonly output: JsonValue;
  readonly inputs: readonly { readonly id: string; readonly name: string; readonly value: JsonValue }[];
  /** Rules count from 1. */
  readonly matchedRules: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly outputs: readonly { readonly id: string; readonly name: string; readonly value: JsonValue }[];
  }[];
}

/** What an evaluation gives. */
export interface DecisionOutcome {
  /** The result as a FEEL value; null where the decision failed. */
  readonly value: unknown;
  readonly output: JsonValue;
  /** Set where a table's matches contradict its hit policy, or a limit was exceeded. */
  readonly failure: DecisionFailure | null;
  /** All decisions evaluated, each after the ones it requires. */
  readonly evaluations: readonly DecisionEvaluation[];
  readonly warnings: readonly FeelWarning[];
}

/** A model ready to be evaluated. */
export interface CompiledDmn {
  readonly decisions: readonly { readonly id: string; readonly name: string; readonly kind: DecisionKind }[];
  readonly services: readonly { readonly id: string; readonly name: string }[];
  /** Evaluates a decision or a decision service by id; null where there is none of that id. */
  evaluate(id: string, inputs: FeelScope, nowMs: number): DecisionOutcome | null;
}

/** A compiled model and what is wrong with it. What can't run gives null, so a deployment should refuse on any problem. */
export interface DmnCompilation {
  readonly dmn: CompiledDmn;
  readonly problems: readonly DmnProblem[];
}

function kindOfLogic(logic: BoxedExpression): DecisionKind {
  if (logic.kind === 'table') return 'DECISION_TABLE';
  if (logic.kind === 'literal') return 'LITERAL_EXPRESSION';
  return logic.kind === 'empty' ? 'EMPTY' : 'BOXED_EXPRESSION';
}

/** Compiles a model; `available` are models it may import, by namespace. */
export function compileDmn(model: DmnModel, available: readonly DmnModel[] = []): DmnCompilation {
  const problems: DmnProblem[] = [];
  const { nodes } = compileModel(model, available, problems);
  const all = [...nodes.values()];
  const dmn: CompiledDmn = {
    decisions: all.flatMap((node) =>
      node.kind === 'decision'
        ? [{ id: node.element.id, name: node.element.name, kind: kindOfLogic(node.element.logic) }]
        : [],
    ),
    services: all.flatMap((node) =>
      node.kind === 'service' ? [{ id: node.element.id, name: node.element.name }] : [],
    ),
    evaluate: (id, inputs, nowMs) => {
      const node = nodes.get(id);
      if (node === undefined || (node.kind !== 'decision' && node.kind !== 'service')) return null;
      const run: Run = {
        evaluation: startEvaluation(inputs, nowMs, 0),
        inputs,
        results: new Map(),
        records: [],
        failure: null,
      };
      const value = guarded(run, id, () => {
        if (node.kind === 'decision') return evaluateDecision(node, run);
        return callService(
          node,
          node.parameters.map((parameter) => inputs.lookup(parameter.element.variable.name) ?? null),
          run,
        );
      });
      return outcomeOf(run, id, run.failure === null ? value : null);
    },
  };
  return { dmn, problems };
}

/** A limit exceeded, or an assertion that fails, is a failure of the decision, not of the caller. */
function guarded(run: Run, decisionId: string, evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof FeelFailure) && !(error instanceof RangeError)) throw error;
    run.failure = { decisionId, message: error.message };
    return null;
  }
}

function outcomeOf(run: Run, decisionId: string, value: unknown): DecisionOutcome {
  try {
    const evaluations = run.records.map(evaluationOf);
    return {
      value,
      output: toJson(value),
      failure: run.failure,
      evaluations,
      warnings: run.evaluation.warnings,
    };
  } catch (error) {
    if (!(error instanceof FeelFailure)) throw error;
    const failure = { decisionId, message: error.message };
    return { value: null, output: null, failure, evaluations: [], warnings: run.evaluation.warnings };
  }
}

function evaluationOf(record: DecisionRecord): DecisionEvaluation {
  const { element } = record.node;
  const table = element.logic.kind === 'table' ? element.logic.table : null;
  return {
    decisionId: element.id,
    decisionName: element.name,
    kind: kindOfLogic(element.logic),
    output: toJson(record.value),
    inputs: (table?.inputs ?? []).map((input, index) => ({
      id: input.id,
      name: input.label,
      value: toJson(record.inputs[index] ?? null),
    })),
    matchedRules: record.matches.map(({ rule, outputs }) => ({
      ruleId: table?.rules[rule].id ?? '',
      ruleIndex: rule + 1,
      outputs: (table?.outputs ?? []).map((output, index) => ({
        id: output.id,
        name: output.name,
        value: toJson(outputs[index] ?? null),
      })),
    })),
  };
}
