/** Conditional start events: asked with variables that somebody brings, each that holds begins an instance. */
import { conditionalStarts } from '@countersign/engine';
import type { Actor, Key, ProcessDefinition } from '@countersign/engine';
import type { DefinitionRegistry } from './definitions.js';
import type { GroupCommit } from './group-commit.js';
import type { EvaluateConditionsRequest, EvaluatedConditions, Refused } from './runtime.js';

/** Evaluates conditional start events. */
export type EvaluateConditions = (
  request: EvaluateConditionsRequest,
  actor: Actor,
) => Promise<EvaluatedConditions | Refused>;

/** How conditional start events are evaluated through `group`: all or none of what they begin is committed. */
export function createConditions(group: GroupCommit, definitions: DefinitionRegistry): EvaluateConditions {
  return async ({ processDefinitionKey, variables }, actor) => {
    const asked = await definitionsToAsk(definitions, processDefinitionKey);
    if (!asked) {
      const reason = `No process definition has the key ${String(processDefinitionKey)}.`;
      return { ok: false, rejection: { type: 'NOT_FOUND', reason } };
    }
    return group.run((batch) => {
      const evaluationKey = batch.nextKey();
      const instances: EvaluatedConditions['instances'][number][] = [];
      for (const { key, model } of asked) {
        for (const startEventId of conditionalStarts(model, variables, batch.now)) {
          const keys = { processInstanceKey: batch.nextKey(), processDefinitionKey: key };
          const trigger = { conditionalEvaluationKey: evaluationKey };
          const begun = batch.begin(
            keys.processInstanceKey,
            { type: 'start by event', ...keys, startEventId, variables, trigger },
            actor,
          );
          if (begun.ok) instances.push(keys);
        }
      }
      return { ok: true, evaluationKey, instances };
    });
  };
}

/** The definition that was named, or the latest version of each process; undefined where the key names none. */
async function definitionsToAsk(
  definitions: DefinitionRegistry,
  key: Key | undefined,
): Promise<readonly ProcessDefinition[] | undefined> {
  if (key !== undefined) {
    const named = definitions.byKey(key) ?? (await definitions.load(key));
    return named && !definitions.isDeleted(key) ? [named] : undefined;
  }
  const latest = definitions.processes
    .all()
    .filter(({ id, key: version }) => definitions.processes.latest(id)?.key === version);
  return latest.flatMap((version) => definitions.byKey(version.key) ?? []);
}
