/** Asks what a migration would do, without doing it. */
import type { ProcessDefinition } from '../model/definitions.js';
import type { Key } from '../model/keys.js';
import type { MigratedElement, MigratedEvent, MigrationProblem } from '../records/migration.js';
import type { ElementMapping } from '../records/operate-commands.js';
import type { InstanceTree } from '../state/instance-tree.js';
import { elementsIn, planMigration } from './migration-plan.js';

/** What would become of an instance, or the problems that stand in the way. */
export interface MigrationCheck {
  readonly mappings: readonly ElementMapping[];
  readonly problems: readonly MigrationProblem[];
  readonly elements: readonly MigratedElement[];
  readonly events: readonly MigratedEvent[];
}

/**
 * Checks the migration of an active process instance; without `mappings`, that of elements which have the same id and
 * type in both versions. Undefined where the tree has no such instance.
 */
export function checkMigration(
  tree: InstanceTree,
  processInstanceKey: Key,
  target: ProcessDefinition,
  given: readonly ElementMapping[] | undefined,
  now: number,
): MigrationCheck | undefined {
  const instance = tree.elements.get(processInstanceKey);
  if (instance?.node.type !== 'process') return undefined;
  const mappings = given ?? sameIds(tree, processInstanceKey, target);
  const plan = planMigration(tree, instance, target, mappings, now);
  const elements = elementsIn(tree, instance).filter((element) => element !== instance);
  return {
    mappings,
    problems: plan.problems,
    elements: elements.map((element) => ({
      elementInstanceKey: element.key,
      elementId: element.node.id,
      targetElementId: plan.targets.get(element)?.id ?? null,
    })),
    events: [
      ...plan.keeps.map(({ targetId }) => ({ elementId: targetId, outcome: 'kept' as const })),
      ...plan.closes.map(({ targetId }) => ({ elementId: targetId, outcome: 'closed' as const })),
      ...plan.opens.flatMap(({ events }) =>
        events.map(({ id }) => ({ elementId: id, outcome: 'opened' as const })),
      ),
    ],
  };
}

/** Maps everything that is active or waited for to the element of the same id and type. */
function sameIds(tree: InstanceTree, processInstanceKey: Key, target: ProcessDefinition): ElementMapping[] {
  const ids = new Set<string>();
  for (const element of tree.elements.values()) {
    if (element.processInstanceKey !== processInstanceKey || element.key === processInstanceKey) continue;
    if (element.loopCounter === 0) ids.add(element.node.id);
  }
  for (const scope of tree.elements.values()) {
    if (scope.processInstanceKey !== processInstanceKey) continue;
    for (const index of scope.tokens?.keys() ?? []) ids.add(scope.definition.model.flows[index].target.id);
    for (const key of scope.subscriptions) ids.add(tree.subscriptions.get(key)?.targetId ?? '');
  }
  const source = tree.elements.get(processInstanceKey)?.definition.model.elementsById;
  return [...ids]
    .filter((id) => {
      const there = target.model.elementsById.get(id);
      return there !== undefined && there.type !== 'process' && there.type === source?.get(id)?.type;
    })
    .map((id) => ({ sourceElementId: id, targetElementId: id }));
}
