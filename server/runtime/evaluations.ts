/** Evaluating decisions outside of process instances. */
import { evaluateDecision, scopeOf } from '@countersign/engine';
import type { Actor, Key } from '@countersign/engine';
import { serverEvent } from '../store/journal-events.js';
import type { DefinitionRegistry } from './definitions.js';
import type { GroupCommit } from './group-commit.js';
import type { EvaluatedDecision, EvaluateDecisionRequest, Refused } from './runtime.js';

/** Evaluates decisions. */
export type EvaluateDecision = (
  request: EvaluateDecisionRequest,
  actor: Actor,
) => Promise<EvaluatedDecision | Refused>;

/** How decisions are evaluated: by the clock of the batch that journals them. */
export function createEvaluations(group: GroupCommit, definitions: DefinitionRegistry): EvaluateDecision {
  return async ({ decisionDefinitionKey, decisionId, variables }, actor) => {
    const key = decisionDefinitionKey ?? latestKey(definitions, decisionId);
    const decision = key === undefined ? undefined : await definitions.loadedDecisions.load(key);
    if (!decision || definitions.isDeleted(decision.key)) {
      const what =
        decisionDefinitionKey !== undefined
          ? `the key ${decisionDefinitionKey}`
          : `the id "${decisionId ?? ''}"`;
      return {
        ok: false,
        rejection: { type: 'NOT_FOUND', reason: `No deployed decision has ${what}. Deploy it first.` },
      };
    }
    const requirementsId = definitions.requirements.byKey(decision.requirementsKey)?.id ?? '';
    return group.run((batch) => {
      const evaluated = evaluateDecision(decision, scopeOf(variables), batch.now, batch.nextKey);
      batch.record(serverEvent('decision evaluated', evaluated), actor);
      return { ok: true, decision, requirementsId, evaluated };
    });
  };
}

function latestKey(definitions: DefinitionRegistry, decisionId: string | undefined): Key | undefined {
  return decisionId === undefined ? undefined : definitions.decisions.latest(decisionId)?.key;
}
