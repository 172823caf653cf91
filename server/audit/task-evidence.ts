/** What led to a user task: the model calls of its process instance, and the steps that were done, by whom. */
import { activityOf, asKey } from '@countersign/engine';
import type { Runtime } from '../runtime/runtime.js';
import { elementTypeWord } from '../store/queries/element-instances.js';
import { readEvidence } from '../store/queries/evidence.js';
import type { AgentCallEvidence, StepEvidence } from '../store/queries/evidence.js';

/** The evidence, with the types of elements in the words of the API. */
export interface TaskEvidence {
  readonly agentCalls: readonly AgentCallEvidence[];
  readonly steps: readonly (Omit<StepEvidence, 'elementType'> & { readonly elementType: string })[];
}

/** The evidence of a process instance; with `until` as it was at that row of its tree. */
export async function readTaskEvidence(
  { definitions, store }: Pick<Runtime, 'definitions' | 'store'>,
  task: { readonly processInstanceKey: string; readonly processDefinitionKey: string },
  until?: number,
): Promise<TaskEvidence> {
  const definition = await definitions.load(asKey(Number(task.processDefinitionKey)));
  const { agentCalls, steps } = await readEvidence(
    store.knex,
    asKey(Number(task.processInstanceKey)),
    (_key, id) => {
      const element = definition?.model.elementsById.get(id);
      if (!element) return undefined;
      const activity = activityOf(element);
      return { name: element.name ?? null, type: activity.type, isRepeated: activity !== element };
    },
    until,
  );
  return {
    agentCalls,
    steps: steps.map((step) => ({ ...step, elementType: elementTypeWord(step.elementType) })),
  };
}
