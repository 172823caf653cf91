/**
 * A process as the token game sees it: nodes, flows, and what a marking allows. It changes nothing.
 */
import { chainsOf, insideOf, type Chain, type Inside, type Marking, type Place } from './join-marking.js';

/** What triggers an event, or what an event throws. Messages have the id of the event that waits for them. */
export interface Trigger {
  readonly kind: 'message' | 'signal' | 'error' | 'escalation' | 'condition' | 'cancel' | 'terminate';
  /** The name of a signal, the code of an error or escalation, the variable of a condition. */
  readonly name: string;
}

/** A flow node. */
export interface NodeModel {
  readonly id: string;
  readonly kind:
    | ('start' | 'end' | 'pass' | 'work' | 'person' | 'catch' | 'throw' | 'events')
    | ('parallel' | 'inclusive' | 'exclusive' | 'complex')
    | ('throw link' | 'catch link' | 'scope' | 'transaction' | 'handler' | 'boundary');
  readonly event?: Trigger;
  /** For a boundary event: its activity. */
  readonly attachedTo?: string;
  /** For a boundary event or a handler (an event sub-process). */
  readonly interrupting?: boolean;
  readonly inside?: ScopeModel;
  /** How often an activity runs: all at once or one after the other; absent where it is no multi-instance activity. */
  readonly runs?: number;
  readonly sequential?: boolean;
  /** For a complex gateway: how many flows must have a token, or the variable that is enough. */
  readonly needs?: number;
  readonly orIf?: string;
  readonly defaultFlow?: string;
  /** The variable without which its output cannot be computed, which is an incident. */
  readonly unless?: string;
  /** For a throwing link. */
  readonly linkTo?: string;
}

/** A sequence flow; `condition` is the variable that must be true. */
export interface FlowModel {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly condition?: string;
}

/** What is inside a process or sub-process. */
export interface ScopeModel {
  readonly nodes: readonly NodeModel[];
  readonly flows: readonly FlowModel[];
}

/** The nodes and flows of a process, and what the standard says of them. */
export class Net {
  private readonly nodes = new Map<string, NodeModel>();
  private readonly scopeOf = new Map<string, ScopeModel>();
  private readonly flows = new Map<string, FlowModel>();

  constructor(readonly process: ScopeModel) {
    this.index(process);
  }

  index(scope: ScopeModel): void {
    for (const node of scope.nodes) {
      this.nodes.set(node.id, node);
      this.scopeOf.set(node.id, scope);
      if (node.inside) this.index(node.inside);
    }
    for (const flow of scope.flows) this.flows.set(flow.id, flow);
  }

  /** The node of an id; undefined for the process. */
  find(id: string): NodeModel | undefined {
    return this.nodes.get(id);
  }

  node(id: string): NodeModel {
    return this.nodes.get(id) as NodeModel;
  }

  flow(id: string): FlowModel {
    return this.flows.get(id) as FlowModel;
  }

  outgoing({ id }: NodeModel): string[] {
    const flows = this.scopeOf.get(id)?.flows ?? [];
    return flows.filter(({ from }) => from === id).map((flow) => flow.id);
  }

  incoming({ id }: NodeModel): string[] {
    const flows = this.scopeOf.get(id)?.flows ?? [];
    return flows.filter(({ to }) => to === id).map((flow) => flow.id);
  }

  boundariesOf({ id }: NodeModel): NodeModel[] {
    return this.scopeOf.get(id)?.nodes.filter(({ attachedTo }) => attachedTo === id) ?? [];
  }

  /** The flows by which a token may leave a node. */
  ways(id: string, boundaries: boolean): string[] {
    const node = this.node(id);
    const ways = [...this.outgoing(node)];
    if (node.linkTo !== undefined) ways.push(...this.outgoing(this.node(node.linkTo)));
    if (boundaries) for (const event of this.boundariesOf(node)) ways.push(...this.outgoing(event));
    return ways;
  }

  reached(from: readonly string[], gateway: string, boundaries: boolean): string[] {
    const found = new Set<string>();
    const ahead = [...from];
    for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      const { to } = this.flow(id);
      if (to !== gateway) ahead.push(...this.ways(to, boundaries));
    }
    return [...found];
  }

  /**
   * §13.4.3: every token from which a path leads to an empty flow of the gateway, without visiting the gateway, can also
   * come to a flow that has a token. Tokens leave an activity by its boundary events too, which no path of sequence
   * flows tells: a flow may wait for them, and they excuse nobody from waiting (decision 5).
   */
  nothingMoreCanCome(chain: Chain, gateway: string, filled: string[], incoming: string[]): boolean {
    const empty = incoming.filter((id) => !filled.includes(id));
    const { tokens, places } = insideOf(chain);
    const sites = Object.keys(tokens).map((flow) => ({ narrow: [flow], wide: [flow] }));
    for (const place of places) {
      if (place.node === gateway) continue;
      const from = place.dying ? place.then : place.node;
      if (from === undefined) continue;
      sites.push({ narrow: this.ways(from, false), wide: this.ways(from, true) });
    }
    return sites.every(({ narrow, wide }) => {
      const comesToEmpty = this.reached(wide, gateway, true).some((id) => empty.includes(id));
      return !comesToEmpty || this.reached(narrow, gateway, false).some((id) => filled.includes(id));
    });
  }

  /** The events that a place waits for: its own, those it leads to, those attached to it, and its handlers. */
  eventsOf(chain: Chain): NodeModel[] {
    const place = chain.at(-1) as Place;
    const node = this.nodes.get(place.node);
    if (place.dying) return [];
    const own = node?.kind === 'catch' && !place.stuck ? [node] : [];
    const led = node?.kind === 'events' ? this.outgoing(node).map((id) => this.node(this.flow(id).to)) : [];
    // Boundary events belong to the activity and not to its single runs.
    const isRun = chain.at(-2)?.left !== undefined;
    const boundaries = node && !isRun ? this.boundariesOf(node) : [];
    const scope = place.left === undefined ? (node ? node.inside : this.process) : undefined;
    const handlers = scope?.nodes.filter(({ kind }) => kind === 'handler') ?? [];
    return [...own, ...led, ...(place.inside?.closed ? [] : handlers), ...boundaries];
  }

  catcher(thrower: Chain, kind: string, name: string): { chain: Chain; target: string } | undefined {
    for (let index = thrower.length - 1; index >= 0; index -= 1) {
      const chain = thrower.slice(0, index + 1);
      const from = this.nodes.get(thrower[index + 1]?.node ?? '');
      const target = this.eventsOf(chain).find(({ id, event, attachedTo }) => {
        if (event?.kind !== kind || event.name !== name) return false;
        if (attachedTo !== undefined || from?.kind !== 'handler') return true;
        return from.interrupting !== true && from.id !== id;
      });
      if (target) return { chain, target: target.id };
    }
    return undefined;
  }

  /** Who waits for a signal. */
  hearersOf(marking: Marking, name: string): { readonly place: Place; readonly id: string }[] {
    return chainsOf(marking).flatMap((chain) =>
      this.eventsOf(chain)
        .filter(({ event }) => event?.kind === 'signal' && event.name === name)
        .map(({ id }) => ({ place: chain.at(-1) as Place, id })),
    );
  }

  /** Whether an error of an element is caught. */
  isCaught(chain: Chain, name: string): boolean {
    return this.catcher(chain, 'error', name) !== undefined;
  }

  /** The flows whose conditions hold, in the order of the file, or the default one. */
  chosen({ variables }: Pick<Marking, 'variables'>, { id, defaultFlow }: NodeModel): string[] {
    const chosen = this.outgoing(this.node(id)).filter((flow) => {
      const { condition } = this.flow(flow);
      return flow !== defaultFlow && (condition === undefined || variables[condition]);
    });
    return chosen.length === 0 && defaultFlow !== undefined ? [defaultFlow] : chosen;
  }

  leaving(variables: Record<string, boolean>, node: NodeModel): string[] | undefined {
    const all = this.outgoing(node);
    if (node.kind !== 'exclusive' && node.kind !== 'inclusive') return all;
    const chosen = this.chosen({ variables }, node);
    if (chosen.length === 0) return all.length === 0 ? [] : undefined;
    return node.kind === 'exclusive' ? chosen.slice(0, 1) : chosen;
  }

  mayFire({ variables }: Marking, inside: Inside, gateway: NodeModel, filled: string[]): boolean {
    if (inside.places.some(({ node }) => node === gateway.id)) return false;
    if (gateway.orIf !== undefined && variables[gateway.orIf]) return true;
    return filled.length >= (gateway.needs ?? 1);
  }

  mayArrive(marking: Marking, chain: Chain, target: NodeModel): boolean {
    const inside = insideOf(chain);
    const incoming = this.incoming(target);
    const filled = incoming.filter((id) => inside.tokens[id]);
    if (target.kind === 'parallel') return filled.length === incoming.length;
    if (target.kind === 'inclusive') return this.nothingMoreCanCome(chain, target.id, filled, incoming);
    if (target.kind !== 'complex' || incoming.length === 1) return true;
    return this.mayFire(marking, inside, target, filled);
  }

  /** §13.4.5, the second phase: no token can be expected any more on the flows that gave none. */
  mayReset(chain: Chain): boolean {
    const { node, taken = [] } = chain.at(-1) as Place;
    const scope = chain.slice(0, -1);
    const left = this.incoming(this.node(node)).filter((id) => !taken.includes(id));
    const filled = left.filter((id) => insideOf(scope).tokens[id]);
    return this.nothingMoreCanCome(scope, node, [...taken, ...filled], [...taken, ...left]);
  }
}
