/**
 * Whether a token that stands elsewhere in the scope can still reach a gateway (BPMN 2.0.2 §13.4.3, the activation
 * of the inclusive gateway). Computed once per gateway from the model.
 */
import type { FlowNode, SequenceFlow } from '../model/process-model.js';
import { isBeingStopped, type ElementInstance } from '../state/instance-tree.js';

/**
 * For each incoming flow of a gateway: the flow nodes from which a token can come to it without passing the gateway,
 * a bit for each element of the model. Sets of nodes would fill the memory in models of thousands of gateways.
 *
 * The paths of §13.4.3 are formed by sequence flows. That an activity bears a boundary event is no such path: whoever
 * waits in the activity holds nothing back for the sake of a token that has come from its boundary event. But a token
 * may come that way, so a flow still without one waits for it.
 */
interface Reach {
  /** Along sequence flows and links. */
  readonly byFlows: ReadonlyMap<SequenceFlow, Uint32Array>;
  /** From activities to their boundary events as well. */
  readonly byAnyWay: ReadonlyMap<SequenceFlow, Uint32Array>;
}

const known = new WeakMap<FlowNode, Reach>();

/**
 * Whether no token can come any more that the gateway has to wait for: every token that could reach an incoming flow
 * still without one could also reach an incoming flow that has one, or gave one since the gateway fired (§13.4.5).
 */
export function nothingMoreCanCome(
  gateway: FlowNode,
  scope: ElementInstance,
  hasToken: (flow: SequenceFlow) => boolean,
): boolean {
  const { byFlows, byAnyWay } = reachOf(gateway);
  const filled = gateway.incoming.filter(hasToken);
  const empty = gateway.incoming.filter((flow) => !hasToken(flow));
  const blocks = ({ index }: FlowNode) =>
    empty.some((flow) => hasBit(byAnyWay.get(flow), index)) &&
    !filled.some((flow) => hasBit(byFlows.get(flow), index));
  for (const child of scope.children) {
    const from = isBeingStopped(child) ? interrupter(child) : child.node;
    if (from && from !== gateway && blocks(from)) return false;
  }
  for (const flowIndex of scope.tokens?.keys() ?? []) {
    const target = scope.definition.model.flows[flowIndex]?.target;
    if (target && target !== gateway && blocks(target)) return false;
  }
  return true;
}

/** Where the token of an element instance that is being stopped goes on; undefined where it is lost. */
function interrupter({ interruption, definition }: ElementInstance): FlowNode | undefined {
  return interruption ? definition.model.elementsById.get(interruption.targetId) : undefined;
}

function reachOf(gateway: FlowNode): Reach {
  let reach = known.get(gateway);
  if (!reach) {
    const by = (attachments: boolean) =>
      new Map(gateway.incoming.map((flow) => [flow, nodesThatReach(flow, gateway, attachments)]));
    const byFlows = by(false);
    // Without boundary events there is one way only, and one set of bits is enough.
    const hasBoundaries = gateway.scope?.children.some(({ attachedTo }) => attachedTo) ?? false;
    reach = { byFlows, byAnyWay: hasBoundaries ? by(true) : byFlows };
    known.set(gateway, reach);
  }
  return reach;
}

function nodesThatReach(flow: SequenceFlow, gateway: FlowNode, attachments: boolean): Uint32Array {
  // The children of a scope stand in the order of the file, so the last has the highest index.
  const last = gateway.scope?.children.at(-1)?.index ?? gateway.index;
  const found = new Uint32Array((last >> 5) + 1);
  const ahead: FlowNode[] = [flow.source];
  for (let node = ahead.pop(); node; node = ahead.pop()) {
    if (node === gateway || hasBit(found, node.index)) continue;
    found[node.index >> 5] = found[node.index >> 5] | (1 << (node.index & 31));
    pushWhereItComesFrom(node, attachments, ahead);
  }
  return found;
}

function hasBit(bits: Uint32Array | undefined, index: number): boolean {
  return (((bits?.[index >> 5] ?? 0) >>> (index & 31)) & 1) === 1;
}

/** Where a token in a node may have been before: along flows, across a link, from the activity of a boundary event. */
function pushWhereItComesFrom(node: FlowNode, attachments: boolean, ahead: FlowNode[]): void {
  for (const { source } of node.incoming) ahead.push(source);
  if (node.attachedTo && attachments) ahead.push(node.attachedTo);
  if (node.event.kind !== 'link') return;
  for (const sibling of node.scope?.children ?? []) if (sibling.linkTarget === node) ahead.push(sibling);
}
