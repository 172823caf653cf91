/** Searches evaluations of decisions: one item for each decision that was evaluated, also for those another required. */
import type { Knex } from 'knex';
import { readJson, writeJson } from '@countersign/engine';
import type { JsonValue } from '@countersign/engine';
import { findByKey } from './search.js';
import type { Searchable } from './search-types.js';
import { TENANT_FIELD, reader } from './values.js';

/**
 * What stands for the process instance, its definition and the element where a decision was evaluated by itself: the
 * reference's answer, which its Java client reads as a number. Filters know no such key: `$exists` finds them.
 */
export const NO_KEY = '-1';

/** A decision instance, as the API gives it; `result` is JSON. */
export interface DecisionInstanceItem {
  readonly decisionDefinitionId: string;
  readonly decisionDefinitionKey: string;
  readonly decisionDefinitionName: string;
  readonly decisionDefinitionType: string;
  readonly decisionDefinitionVersion: number;
  readonly decisionEvaluationInstanceKey: string;
  readonly decisionEvaluationKey: string;
  readonly elementInstanceKey: string;
  readonly evaluationDate: string;
  readonly evaluationFailure: string | null;
  readonly processDefinitionKey: string;
  readonly processInstanceKey: string;
  readonly result: string;
  readonly rootDecisionDefinitionKey: string;
  readonly rootProcessInstanceKey: string | null;
  readonly state: string;
  readonly tenantId: string;
}

/** An input of a decision table; `inputValue` is JSON. */
export interface EvaluatedInput {
  readonly inputId: string;
  readonly inputName: string;
  readonly inputValue: string;
}

/** A rule that matched; rules count from 1. `outputValue` is JSON. */
export interface MatchedRule {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly evaluatedOutputs: readonly {
    readonly outputId: string;
    readonly outputName: string;
    readonly outputValue: string;
    readonly ruleId: string;
    readonly ruleIndex: number;
  }[];
}

/** A decision instance with what it was decided by. */
export interface DecisionInstanceDetails extends DecisionInstanceItem {
  readonly evaluatedInputs: readonly EvaluatedInput[];
  readonly matchedRules: readonly MatchedRule[];
}

/** Kinds of boxed expressions that the API has no word for are of an unknown type. */
export const DECISION_TYPE =
  "case when di.type in ('DECISION_TABLE', 'LITERAL_EXPRESSION') then di.type else 'UNKNOWN' end";
const INSTANCE_KEY = "di.evaluation_key || '-' || di.place";

/** Evaluations of decisions. */
export const DECISION_INSTANCES: Searchable<DecisionInstanceItem> = {
  from: (knex) =>
    knex('decision_instance as di').join('decision_definition as dd', 'dd.key', 'di.decision_definition_key'),
  guards: [{ type: 'DECISION_DEFINITION', permission: 'READ_DECISION_INSTANCE', id: 'dd.decision_id' }],
  key: 'di.key',
  select: {
    instanceKey: INSTANCE_KEY,
    evaluationKey: 'di.evaluation_key',
    decisionId: 'dd.decision_id',
    definitionKey: 'dd.key',
    name: 'dd.name',
    version: 'dd.version',
    type: DECISION_TYPE,
    state: 'di.state',
    failure: 'di.failure',
    result: 'di.result',
    evaluatedAt: 'di.evaluated_at',
    rootDefinitionKey: 'di.root_decision_definition_key',
    rootKey: 'di.root_key',
    processInstanceKey: 'di.process_instance_key',
    processDefinitionKey: 'di.process_definition_key',
    elementInstanceKey: 'di.element_instance_key',
  },
  fields: {
    decisionEvaluationInstanceKey: { sql: INSTANCE_KEY, kind: 'text' },
    decisionEvaluationKey: { sql: 'di.evaluation_key', kind: 'key' },
    decisionDefinitionId: { sql: 'dd.decision_id', kind: 'text' },
    decisionDefinitionKey: { sql: 'dd.key', kind: 'key' },
    decisionDefinitionName: { sql: 'dd.name', kind: 'text' },
    decisionDefinitionVersion: { sql: 'dd.version', kind: 'integer' },
    decisionDefinitionType: {
      sql: DECISION_TYPE,
      kind: 'word',
      words: ['DECISION_TABLE', 'LITERAL_EXPRESSION', 'UNSPECIFIED', 'UNKNOWN'],
    },
    decisionRequirementsKey: { sql: 'dd.requirements_key', kind: 'key' },
    rootDecisionDefinitionKey: { sql: 'di.root_decision_definition_key', kind: 'key' },
    state: { sql: 'di.state', kind: 'word', words: ['EVALUATED', 'FAILED', 'UNSPECIFIED', 'UNKNOWN'] },
    evaluationDate: { sql: 'di.evaluated_at', kind: 'time' },
    evaluationFailure: { sql: 'di.failure', kind: 'text', nullable: true },
    processDefinitionKey: { sql: 'di.process_definition_key', kind: 'key', nullable: true },
    processInstanceKey: { sql: 'di.process_instance_key', kind: 'key', nullable: true },
    elementInstanceKey: { sql: 'di.element_instance_key', kind: 'key', nullable: true },
    tenantId: TENANT_FIELD,
  },
  toItem(row) {
    const column = reader(row);
    return {
      decisionDefinitionId: column.text('decisionId'),
      decisionDefinitionKey: column.key('definitionKey'),
      decisionDefinitionName: column.text('name'),
      decisionDefinitionType: column.text('type'),
      decisionDefinitionVersion: column.number('version'),
      decisionEvaluationInstanceKey: column.text('instanceKey'),
      decisionEvaluationKey: column.key('evaluationKey'),
      elementInstanceKey: column.keyOrNull('elementInstanceKey') ?? NO_KEY,
      evaluationDate: column.time('evaluatedAt'),
      evaluationFailure: column.textOrNull('failure'),
      processDefinitionKey: column.keyOrNull('processDefinitionKey') ?? NO_KEY,
      processInstanceKey: column.keyOrNull('processInstanceKey') ?? NO_KEY,
      result: column.text('result'),
      rootDecisionDefinitionKey: column.key('rootDefinitionKey'),
      rootProcessInstanceKey: column.keyOrNull('rootKey'),
      state: column.text('state'),
      tenantId: column.tenantId,
    };
  },
};

interface Named {
  readonly id: string;
  readonly name: string;
  readonly value: JsonValue;
}

interface Rule {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly outputs: readonly Named[];
}

/** Inputs as the API gives them. */
export function toEvaluatedInputs(inputs: readonly Named[]): EvaluatedInput[] {
  return inputs.map(({ id, name, value }) => {
    return { inputId: id, inputName: name, inputValue: writeJson(value) };
  });
}

/** Matched rules as the API gives them. */
export function toMatchedRules(rules: readonly Rule[]): MatchedRule[] {
  return rules.map(({ ruleId, ruleIndex, outputs }) => ({
    ruleId,
    ruleIndex,
    evaluatedOutputs: outputs.map(({ id, name, value }) => {
      return { outputId: id, outputName: name, outputValue: writeJson(value), ruleId, ruleIndex };
    }),
  }));
}

/** The part at `place` (from 1) of an evaluation; null where there is none. */
export async function findDecisionInstance(
  knex: Knex,
  evaluationKey: number,
  place: number,
): Promise<DecisionInstanceDetails | null> {
  const found: unknown = await knex('decision_instance')
    .where({ evaluation_key: evaluationKey, place })
    .first('key', 'inputs', 'matched_rules as rules');
  if (typeof found !== 'object' || found === null) return null;
  const column = reader({ ...found });
  const item = await findByKey(knex, DECISION_INSTANCES, column.number('key'));
  if (!item) return null;
  return {
    ...item,
    evaluatedInputs: toEvaluatedInputs(readJson(column.text('inputs')) as Named[]),
    matchedRules: toMatchedRules(readJson(column.text('rules')) as Rule[]),
  };
}
