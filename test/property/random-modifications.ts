/** Modifies instances at random, as a careless operator would, and cleans up after one. */
import type { ActivateInstruction, Command, ElementInstance, InstanceTree, Key } from '@countersign/engine';
import type { RandomSource } from '../support/random-source.js';
import { someVariables } from './blocks/values.js';

/** What an operator does next: mostly a modification. */
export function chooseOperation(tree: InstanceTree, random: RandomSource): Command {
  if (random.chance(0.7)) return chooseModification(tree, random);
  return { type: 'suspend instance', processInstanceKey: tree.rootKey };
}

type Modify = Extract<Command, { type: 'modify instance' }>;

/** A modification of one of the tree's process instances; most can be carried out, some are refused. */
function chooseModification(tree: InstanceTree, random: RandomSource): Modify {
  const elements = [...tree.elements.values()];
  const instance = random.pick(elements.filter(({ node }) => node.type === 'process'));
  const inside = elements.filter(({ processInstanceKey }) => processInstanceKey === instance.key);
  const source = (): ElementInstance => random.pick(inside);
  const reference = (element: ElementInstance) =>
    random.chance(0.5) ? { elementId: element.node.id } : { elementInstanceKey: element.key };
  const targetId = (): string => random.pick(instance.definition.model.elements).id;
  const ancestorKey = (): Key | null => (random.chance(0.3) ? source().key : null);
  const nothing: Modify = {
    type: 'modify instance',
    processInstanceKey: instance.key,
    activate: [],
    move: [],
    terminate: [],
  };
  const activation = (): ActivateInstruction => ({
    elementId: targetId(),
    ancestorKey: ancestorKey(),
    variables: random.chance(0.3) ? [{ scopeId: null, variables: someVariables(random) }] : [],
  });
  const kind = random.below(4);
  if (kind === 0) return { ...nothing, activate: [activation()] };
  if (kind === 1) return { ...nothing, terminate: [reference(source())] };
  if (kind === 2)
    return { ...nothing, activate: [activation(), activation()], terminate: [reference(source())] };
  const choice = random.pick(['only', 'inferred', 'source parent'] as const);
  const move = {
    source: reference(source()),
    targetId: targetId(),
    ancestor: { kind: choice },
    variables: [],
  };
  return { ...nothing, move: [move] };
}

/**
 * Ends tokens that wait before a join for others that a modification has ended; undefined where none wait. Those in a
 * called instance are ended with the call, since nothing might be left of it.
 */
export function endWaitingTokens(tree: InstanceTree): Modify | undefined {
  for (const scope of tree.elements.values()) {
    for (const index of scope.tokens?.keys() ?? []) {
      const call = outermostCall(scope, tree.rootKey);
      const waiting = { elementId: scope.definition.model.flows[index].target.id };
      return {
        type: 'modify instance',
        processInstanceKey: tree.rootKey,
        activate: [],
        move: [],
        terminate: [call ? { elementInstanceKey: call.key } : waiting],
      };
    }
  }
  return undefined;
}

/** The call activity of the root instance that an element is in; undefined for one of the root instance. */
function outermostCall(element: ElementInstance, rootKey: Key): ElementInstance | undefined {
  let call: ElementInstance | undefined;
  for (let scope: ElementInstance | null = element; scope; scope = scope.scope) {
    if (scope.node.calledElement && scope.processInstanceKey === rootKey) call = scope;
    if (scope.processInstanceKey === rootKey) break;
  }
  return call;
}
