/**
 * Whether a token that stands elsewhere in the scope can still reach a gateway (BPMN 2.0.2 §13.4.3, the activation
 * of the inclusive gateway). Computed once per gateway from the model.
 */
import type { FlowNode, SequenceFlow } from '../model/process-model.js';
import { isBeingStopped, type ElementInstance } from '../state/instance-tree.js';

/**
 * For each incoming flow of a gateway: the flow nodes from which a token can come to it without passing the gateway,
 * a bit for each element of the model. Sets of nodes would fill the memory in models of thousands of gateways.
 */
type Reach = ReadonlyMap<SequenceFlow, Uint32Array>;

const known = new WeakMap<FlowNode, Reach>();

/**
 * `incoming` says which of its flows count. Whether no token can come any more that the gateway has to wait for: every token that could reach an incoming
 * flow still without one could also reach an incoming flow that has one.
 */
export function nothingMoreCanCome(
  gateway: FlowNode,
  scope: ElementInstance,
  hasToken: (flow: SequenceFlow) => boolean,
  incoming: readonly SequenceFlow[] = gateway.incoming,
): boolean {
  const reach = reachOf(gateway);
  const blocks = (node: FlowNode) => {
    let reachesEmpty = false;
    for (const flow of incoming) {
      const nodes = reach.get(flow);
      if (!nodes || !hasBit(nodes, node.index)) continue;
      if (hasToken(flow)) return false;
      reachesEmpty = true;
    }
    return reachesEmpty;
  };
  for (const child of scope.children) {
    const bringsNothing = isBeingStopped(child) && !child.interruption;
    if (child.node !== gateway && !bringsNothing && blocks(child.node)) return false;
  }
  for (const flowIndex of scope.tokens?.keys() ?? []) {
    const target = scope.definition.model.flows[flowIndex]?.target;
    if (target && target !== gateway && blocks(target)) return false;
  }
  return true;
}

function reachOf(gateway: FlowNode): Reach {
  let reach = known.get(gateway);
  if (!reach) {
    reach = new Map(gateway.incoming.map((flow) => [flow, nodesThatReach(flow, gateway)]));
    known.set(gateway, reach);
  }
  return reach;
}

function nodesThatReach(flow: SequenceFlow, gateway: FlowNode): Uint32Array {
  // The children of a scope stand in the order of the file, so the last has the highest index.
  const last = gateway.scope?.children.at(-1)?.index ?? gateway.index;
  const found = new Uint32Array((last >> 5) + 1);
  const ahead: FlowNode[] = [flow.source];
  for (let node = ahead.pop(); node; node = ahead.pop()) {
    if (node === gateway || hasBit(found, node.index)) continue;
    found[node.index >> 5] = found[node.index >> 5] | (1 << (node.index & 31));
    pushWhereItComesFrom(node, ahead);
  }
  return found;
}

function hasBit(bits: Uint32Array, index: number): boolean {
  return (((bits[index >> 5] ?? 0) >>> (index & 31)) & 1) === 1;
}

/** Where a token in a node may have been before: along flows, from the activity of a boundary event, across a link. */
function pushWhereItComesFrom(node: FlowNode, ahead: FlowNode[]): void {
  for (const { source } of node.incoming) ahead.push(source);
  if (node.attachedTo) ahead.push(node.attachedTo);
  if (node.event.kind !== 'link') return;
  for (const sibling of node.scope?.children ?? []) if (sibling.linkTarget === node) ahead.push(sibling);
}
