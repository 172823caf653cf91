/**
 * What a migration would do to a process instance, element by element, and what stands in its way. Every active
 * element, and every join before which a token waits, needs a mapping to an element of the same type in the same scope.
 */
import type { ProcessDefinition } from '../model/definitions.js';
import type { FlowNode, SequenceFlow } from '../model/process-model.js';
import type { EventData } from '../records/engine-events.js';
import type { MigrationProblem, MigrationProblemCode } from '../records/migration.js';
import type { ElementMapping } from '../records/operate-commands.js';
import type { ElementInstance, InstanceTree } from '../state/instance-tree.js';
import { planCompensations } from './migration-compensations.js';
import { planEvents, type PlannedEvents } from './migration-events.js';

/** Reports a problem of a migration. */
export type Report = (
  code: MigrationProblemCode,
  at: string,
  message: string,
  hint: string,
  element?: ElementInstance,
) => void;

/** A migration as far as it is worked out. */
export interface MigrationWork {
  readonly tree: InstanceTree;
  readonly instance: ElementInstance;
  readonly target: ProcessDefinition;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Target ids by source id. */
  readonly mapping: ReadonlyMap<string, string>;
  /** The element of the target version for each active element instance that has one, scopes first. */
  readonly targets: Map<ElementInstance, FlowNode>;
  readonly report: Report;
}

/** Everything a migration does, or the problems for which it does nothing. */
export interface MigrationPlan extends PlannedEvents {
  readonly problems: readonly MigrationProblem[];
  readonly targets: ReadonlyMap<ElementInstance, FlowNode>;
  readonly flows: EventData['instance migrated']['flows'];
  readonly ids: Readonly<Record<string, string>>;
}

/** Plans the migration of `instance` to `target`. */
export function planMigration(
  tree: InstanceTree,
  instance: ElementInstance,
  target: ProcessDefinition,
  mappings: readonly ElementMapping[],
  now: number,
): MigrationPlan {
  const problems: MigrationProblem[] = [];
  const report: Report = (code, elementId, message, hint, element) => {
    problems.push({ code, elementId, elementInstanceKey: element?.key ?? null, message, hint });
  };
  const mapping = readMappings(instance.definition, target, mappings, report);
  const targets = new Map<ElementInstance, FlowNode>();
  const work: MigrationWork = { tree, instance, target, now, mapping, targets, report };
  for (const element of elementsIn(tree, instance)) findTarget(work, element);
  const flows = elementsIn(tree, instance).flatMap((element) => moveFlows(work, element));
  const events = planEvents(work);
  const ids = planCompensations(work);
  return { problems, targets, flows, ids, ...events };
}

/** The active element instances of a process instance, scopes before what is in them. */
export function elementsIn(tree: InstanceTree, instance: ElementInstance): ElementInstance[] {
  return [...tree.elements.values()].filter(({ processInstanceKey }) => processInstanceKey === instance.key);
}

function readMappings(
  source: ProcessDefinition,
  target: ProcessDefinition,
  mappings: readonly ElementMapping[],
  report: Report,
): Map<string, string> {
  const mapping = new Map<string, string>();
  for (const { sourceElementId: from, targetElementId: to } of mappings) {
    if (!source.model.elementsById.has(from)) {
      const message = `The running version ${source.version} of "${source.processId}" has no element "${from}".`;
      report('MAPPING_SOURCE', from, message, 'Take the mapping out, or name an element that it has.');
    } else if (!target.model.elementsById.has(to)) {
      const message = `Version ${target.version} of "${target.processId}" has no element "${to}".`;
      report('MAPPING_TARGET', from, message, `Map "${from}" to an element that it has.`);
    } else if (mapping.has(from)) {
      report('MAPPING_TWICE', from, `"${from}" is mapped twice.`, 'Keep one of the mappings.');
    } else mapping.set(from, to);
  }
  return mapping;
}

/** Finds where an element instance goes on; its scope was looked at before. */
function findTarget(work: MigrationWork, element: ElementInstance): void {
  const { instance, target, mapping, targets, report } = work;
  const { node, scope } = element;
  if (element === instance) {
    const process = target.model.elements[0];
    if (process) targets.set(element, process);
    return;
  }
  const outer = scope && targets.get(scope);
  if (element.loopCounter > 0) {
    if (outer?.inner) targets.set(element, outer.inner);
    return;
  }
  const to = target.model.elementsById.get(mapping.get(node.id) ?? '');
  if (!to) {
    const message = `"${node.id}" is active and has no mapping.`;
    return report(
      'ELEMENT_UNMAPPED',
      node.id,
      message,
      'Map it, or end it by a modification first.',
      element,
    );
  }
  const different = whatDiffers(element, to);
  if (different) return report(different.code, node.id, different.message, SAME_KIND, element);
  if (outer && to.scope !== outer) {
    const message = `"${node.id}" is in "${scope.node.id}", but "${to.id}" is in "${to.scope?.id ?? ''}".`;
    const hint =
      'Map it to an element of the scope that its own scope is mapped to, or move it by a modification.';
    return report('SCOPE_CHANGED', node.id, message, hint, element);
  }
  targets.set(element, to);
}

const SAME_KIND = 'Map it to an element of the same kind, or end it by a modification first.';

function whatDiffers(
  element: ElementInstance,
  to: FlowNode,
): { readonly code: MigrationProblemCode; readonly message: string } | undefined {
  const { node } = element;
  const kinds = ({ type, inner }: FlowNode): string =>
    inner && type === 'multiInstanceBody' ? inner.type : type;
  if (node.type !== to.type || kinds(node) !== kinds(to)) {
    const isLoop = node.type === 'multiInstanceBody' || to.type === 'multiInstanceBody';
    if (isLoop && kinds(node) === kinds(to)) {
      return {
        code: 'LOOP_CHANGED',
        message: `"${node.id}" and "${to.id}": only one of them runs several times.`,
      };
    }
    return {
      code: 'TYPE_CHANGED',
      message: `"${node.id}" is a ${kinds(node)}, but "${to.id}" is a ${kinds(to)}.`,
    };
  }
  if (node.loop?.kind !== to.loop?.kind || isSequential(node) !== isSequential(to)) {
    return {
      code: 'LOOP_CHANGED',
      message: `"${node.id}" and "${to.id}" do not run several times in the same way.`,
    };
  }
  if (node.event.kind !== to.event.kind) {
    const message = `The event of "${node.id}" is ${node.event.kind}, but that of "${to.id}" is ${to.event.kind}.`;
    return { code: 'EVENT_CHANGED', message };
  }
  if (element.job !== null && Boolean(node.job) !== Boolean(to.job)) {
    return {
      code: 'TYPE_CHANGED',
      message: `"${node.id}" and "${to.id}": only one of them has a job for a worker.`,
    };
  }
  return undefined;
}

function isSequential({ loop }: FlowNode): boolean {
  return loop?.kind === 'multi-instance' && loop.sequential;
}

/** Where the tokens that wait in a scope go, and those that a complex gateway has consumed. */
function moveFlows(
  work: MigrationWork,
  element: ElementInstance,
): EventData['instance migrated']['flows'][number][] {
  const { model } = element.definition;
  const waiting = [...(element.tokens?.keys() ?? [])].map((index) => model.flows[index]);
  const consumed = (element.joined ?? []).flatMap((id) => model.flowsById.get(id) ?? []);
  return [...waiting, ...consumed].flatMap((flow) => {
    const to = flowFor(work, element, flow);
    return to ? [{ scopeKey: element.key, from: flow.id, to: to.id }] : [];
  });
}

function flowFor(work: MigrationWork, scope: ElementInstance, flow: SequenceFlow): SequenceFlow | undefined {
  const { target, mapping, targets, report } = work;
  const { id } = flow.target;
  const join = target.model.elementsById.get(mapping.get(id) ?? '');
  const place = scope.joined ? scope.scope && targets.get(scope.scope) : targets.get(scope);
  if (!join) {
    if (scope.joined) return undefined;
    const message = `A token waits before "${id}", which has no mapping.`;
    report(
      'ELEMENT_UNMAPPED',
      id,
      message,
      'Map it, or end the token by a modification of that element.',
      scope,
    );
    return undefined;
  }
  if (join.type !== flow.target.type) {
    const message = `A token waits before "${id}", a ${flow.target.type}, but "${join.id}" is a ${join.type}.`;
    report('TYPE_CHANGED', id, message, SAME_KIND, scope);
    return undefined;
  }
  const same = join.incoming.find((candidate) => candidate.id === flow.id);
  const origin = mapping.get(flow.source.id) ?? flow.source.id;
  const fromThere = join.incoming.filter(({ source }) => source.id === origin);
  const to = same ?? (fromThere.length === 1 ? fromThere[0] : undefined);
  if (to && place && join.scope === place) return to;
  const message = `A token waits on the sequence flow "${flow.id}" before "${id}"; none before "${join.id}" takes its place.`;
  const hint = 'Keep the id of the sequence flow in the target version, or end the token by a modification.';
  report('TOKEN_UNMAPPED', id, message, hint, scope);
  return undefined;
}
