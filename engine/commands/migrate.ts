/** Migration: a process instance goes on in another version. It is checked as a whole before anything is done. */
import { raiseIncident } from '../behaviors/incidents.js';
import { planMigration, type MigrationPlan } from '../behaviors/migration-plan.js';
import { closeSubscriptions, openSubscriptions } from '../behaviors/subscriptions.js';
import { append, noteMove, type Step } from '../kernel/step-run.js';
import type { EventData } from '../records/engine-events.js';
import type { MigrateInstance } from '../records/operate-commands.js';
import type { Rejection } from '../records/rejections.js';
import { isBeingStopped, type ElementInstance, type InstanceTree } from '../state/instance-tree.js';

/** Moves the instance, or refuses with every problem. */
export function migrateInstance(step: Step, command: MigrateInstance): Rejection | void {
  const { processInstanceKey, targetProcessDefinitionKey, mappings } = command;
  const instance = step.tree.elements.get(processInstanceKey);
  if (instance?.node.type !== 'process' || isBeingStopped(instance)) {
    return { type: 'NOT_FOUND', reason: `No active process instance has the key ${processInstanceKey}.` };
  }
  const target = step.definitions.byKey(targetProcessDefinitionKey);
  if (!target) {
    return { type: 'NOT_FOUND', reason: `No process definition has the key ${targetProcessDefinitionKey}.` };
  }
  if (target.key === instance.definition.key) {
    const reason = `Process instance ${processInstanceKey} runs that version already.`;
    return { type: 'INVALID_STATE', reason };
  }
  const plan = planMigration(step.tree, instance, target, mappings, step.now);
  if (plan.problems.length > 0) {
    const sentences = plan.problems.map(({ message, hint }) => `${message} ${hint}`);
    return { type: 'INVALID_STATE', reason: sentences.join(' ') };
  }
  carryOut(step, instance, plan, {
    formerDefinitionKey: instance.definition.key,
    targetProcessDefinitionKey,
    elements: [...plan.targets]
      .filter(([element]) => element !== instance)
      .map(([{ key }, { id }]) => ({ key, elementId: id })),
    flows: plan.flows,
    subscriptions: plan.keeps.map(({ subscription: { kind, key }, targetId }) => ({ kind, key, targetId })),
    waits: waitsOf(step.tree, plan),
    ids: plan.ids,
  });
}

function carryOut(
  step: Step,
  instance: ElementInstance,
  plan: MigrationPlan,
  data: EventData['instance migrated'],
): void {
  const closes = new Set(plan.closes.map(({ key }) => key));
  for (const element of plan.targets.keys()) closeSubscriptions(step, element, ({ key }) => closes.has(key));
  append(step, instance, 'instance migrated', data);
  for (const { host, events } of plan.opens) {
    const failure = openSubscriptions(step, host, events);
    if (failure) raiseIncident(step, host, failure, 'subscribe');
  }
  step.conditionsChanged = true;
  for (const element of plan.targets.keys()) noteMove(step, element);
}

function waitsOf(tree: InstanceTree, { targets }: MigrationPlan): EventData['instance migrated']['waits'] {
  const waits: EventData['instance migrated']['waits'][number][] = [];
  for (const { kind, all } of [
    { kind: 'job', all: tree.jobs },
    { kind: 'user task', all: tree.userTasks },
    { kind: 'incident', all: tree.incidents },
  ] as const) {
    for (const { key, element } of all.values()) {
      const target = targets.get(element);
      if (target) waits.push({ kind, key, elementId: target.id });
    }
  }
  return waits;
}
