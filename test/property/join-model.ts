/**
 * The token game of BPMN 2.0.2 chapter 13, slow and plain, for processes of a few elements: what a marking enables, one
 * move at a time and in every order. It knows nothing of the engine: it is written from the standard, and the engine is
 * held against it. Where the standard leaves a choice, `docs/decisions/0005` says which one is meant.
 */

import {
  chainAt,
  chainsOf,
  give,
  insideOf,
  isEmpty,
  isIn,
  markingText,
  pathTo,
  remove,
  take,
  type Chain,
  type Inside,
  type Marking,
  type Place,
} from './join-marking.js';
import { Net, type NodeModel, type ScopeModel } from './join-net.js';

/** The token game of one process. */
export class TokenGame {
  readonly net: Net;

  constructor(process: ScopeModel) {
    this.net = new Net(process);
  }

  /** The marking right after the process began. */
  begin(variables: Record<string, boolean>): Marking {
    const root: Place = { node: 'p', inside: { tokens: {}, places: [] } };
    const marking = { root, variables };
    this.enterStart(marking, [root]);
    return marking;
  }

  /** Every marking in which nothing moves any more, by its text; undefined where there are too many on the way. */
  settle(from: Marking, limit = 3_000): Map<string, Marking> | undefined {
    const seen = new Set<string>();
    const quiet = new Map<string, Marking>();
    const ahead = [from];
    for (let marking = ahead.pop(); marking; marking = ahead.pop()) {
      const text = markingText(marking, undefined, true);
      if (seen.has(text)) continue;
      seen.add(text);
      if (seen.size > limit) return undefined;
      const next = this.moves(marking);
      if (next.length === 0) quiet.set(markingText(marking), marking);
      ahead.push(...next);
    }
    return quiet;
  }

  /** A copy of a marking in which something was done to one of its places. */
  after(marking: Marking, place: Place, act: (marking: Marking, chain: Chain) => void): Marking {
    const path = pathTo(marking, place);
    const copy = structuredClone(marking);
    act(copy, chainAt(copy, path));
    return copy;
  }

  /** The markings that one move leads to. */
  private moves(marking: Marking): Marking[] {
    const next: Marking[] = [];
    for (const chain of chainsOf(marking)) {
      const place = chain.at(-1) as Place;
      const add = (act: (marking: Marking, chain: Chain) => void): void =>
        void next.push(this.after(marking, place, act));
      if (place.inside && !place.dying) {
        for (const flow of Object.keys(place.inside.tokens)) this.addArrivals(marking, chain, flow, add);
        if (isEmpty(place.inside)) add((copy, at) => this.scopeEnds(copy, at));
      }
      if (place.dying) continue;
      if (place.taken && !place.stuck && this.net.mayReset(chain)) add((copy, at) => this.reset(copy, at));
      for (const target of this.net.eventsOf(chain)) {
        if (target.event?.kind !== 'condition' || place.held?.includes(target.id)) continue;
        if (marking.variables[target.event.name]) add((copy, at) => this.conditionMet(copy, at, target.id));
      }
    }
    return next;
  }

  private addArrivals(
    marking: Marking,
    chain: Chain,
    flowId: string,
    add: (act: (marking: Marking, chain: Chain) => void) => void,
  ): void {
    const target = this.net.node(this.net.flow(flowId).to);
    const isThrown = target.event?.kind === 'signal' && (target.kind === 'throw' || target.kind === 'end');
    // Whoever waits for a signal hears it in any order.
    const orders = isThrown ? 6 : 1;
    if (!this.net.mayArrive(marking, chain, target)) return;
    for (let order = 0; order < orders; order += 1)
      add((copy, at) => this.arrive(copy, at, target, flowId, order));
  }

  /** A token at the end of a flow enters the flow's target, if it may. */
  private arrive(marking: Marking, chain: Chain, target: NodeModel, flowId: string, order: number): void {
    const inside = insideOf(chain);
    const incoming = this.net.incoming(target);
    const filled = incoming.filter((id) => inside.tokens[id]);
    if (target.kind === 'complex') {
      take(inside, filled);
      return this.fire(marking, chain, target, filled);
    }
    const isJoin = target.kind === 'parallel' || target.kind === 'inclusive';
    take(inside, isJoin ? filled : [flowId]);
    this.enter(marking, chain, target, order);
  }

  /** §13.4.5, the first phase. */
  private fire(marking: Marking, chain: Chain, gateway: NodeModel, taken: string[]): void {
    const flows = this.net.chosen(marking, gateway);
    const place: Place = { node: gateway.id, taken };
    insideOf(chain).places.push(place);
    if (flows.length === 0) place.stuck = 'enters';
    else give(insideOf(chain), flows);
    if (this.net.incoming(gateway).length === 1 && !place.stuck) remove(insideOf(chain), place);
  }

  /** The flows with a condition that holds get a token; those without one got it in the first phase (decision 5). */
  private reset(marking: Marking, chain: Chain): void {
    const place = chain.at(-1) as Place;
    const inside = insideOf(chain.slice(0, -1));
    const gateway = this.net.node(place.node);
    const left = this.net.incoming(gateway).filter((id) => !place.taken?.includes(id) && inside.tokens[id]);
    take(inside, left);
    remove(inside, place);
    if (this.net.incoming(gateway).length === 1) return;
    give(
      inside,
      this.net.outgoing(gateway).filter((id) => {
        const { condition } = this.net.flow(id);
        return condition !== undefined && marking.variables[condition];
      }),
    );
  }

  /** A token enters a node of the scope at the end of the chain. */
  private enter(marking: Marking, chain: Chain, node: NodeModel, order: number): void {
    const { places } = insideOf(chain);
    const { variables } = marking;
    switch (node.kind) {
      case 'work':
      case 'person':
      case 'scope':
      case 'transaction':
        return this.enterActivity(marking, chain, node);
      case 'catch':
      case 'events':
        return void places.push({ node: node.id });
      case 'throw link':
        return this.pass(variables, chain, this.net.node(node.linkTo ?? ''));
      case 'throw':
      case 'end':
        return this.throws(marking, chain, node, order);
      default:
        return this.pass(variables, chain, node);
    }
  }

  private enterActivity(marking: Marking, chain: Chain, node: NodeModel): void {
    const inside = insideOf(chain);
    if (node.runs === undefined) return this.run(marking, chain, node);
    const body: Place = { node: node.id, left: node.runs, inside: { tokens: {}, places: [] } };
    inside.places.push(body);
    if (this.isInterrupted(marking, [...chain, body])) return;
    const atOnce = node.sequential ? 1 : node.runs;
    for (let count = 0; count < atOnce; count += 1) this.nextRun(marking, [...chain, body]);
  }

  private nextRun(marking: Marking, chain: Chain): void {
    const body = chain.at(-1) as Place;
    body.left = (body.left ?? 0) - 1;
    this.run(marking, chain, this.net.node(body.node));
  }

  private run(marking: Marking, chain: Chain, node: NodeModel): void {
    const place: Place = { node: node.id };
    if (node.inside) place.inside = { tokens: {}, places: [] };
    insideOf(chain).places.push(place);
    if (!this.isInterrupted(marking, [...chain, place]) && node.inside)
      this.enterStart(marking, [...chain, place]);
  }

  /** Conditions are asked when they begin to wait, before the work of their activity begins (decision 5). */
  private isInterrupted(marking: Marking, chain: Chain): boolean {
    const place = chain.at(-1) as Place;
    place.isNew = true;
    for (const { id, event } of this.net.eventsOf(chain)) {
      if (event?.kind !== 'condition' || !marking.variables[event.name]) continue;
      this.conditionMet(marking, chain, id);
      if (!isIn(marking, place) || this.net.node(id).interrupting) return true;
    }
    delete place.isNew;
    return false;
  }

  private enterStart({ variables }: Marking, chain: Chain): void {
    const place = chain.at(-1) as Place;
    const scope = place.node === 'p' ? this.net.process : this.net.node(place.node).inside;
    const start = scope?.nodes.find(({ kind }) => kind === 'start');
    if (start) this.pass(variables, chain, start);
  }

  /** A token leaves a node, by the flows of its kind. */
  private pass(variables: Record<string, boolean>, chain: Chain, node: NodeModel, former?: Place): void {
    const inside = insideOf(chain);
    const fails = node.unless !== undefined && !variables[node.unless];
    const flows = fails ? undefined : this.net.leaving(variables, node);
    if (flows) give(inside, flows);
    else inside.places.push({ ...former, node: node.id, stuck: 'leaves' });
  }

  private throws(marking: Marking, chain: Chain, node: NodeModel, order: number): void {
    const inside = insideOf(chain);
    const thrower: Place = { node: node.id };
    inside.places.push(thrower);
    const at = [...chain, thrower];
    const { kind = 'none', name = '' } = node.event ?? {};
    if (kind === 'signal') this.broadcast(marking, name, order);
    if (kind === 'escalation') this.caught(marking, at, kind, name);
    if (kind === 'error' && !this.caught(marking, at, kind, name)) thrower.stuck = 'enters';
    if (kind === 'cancel') return this.cancel(marking, chain);
    if (!inside.places.includes(thrower) || !isIn(marking, thrower) || thrower.stuck) return;
    remove(inside, thrower);
    if (kind === 'terminate') this.endAll(inside);
    else give(inside, this.net.outgoing(node));
  }

  /** Everything in a scope ends; its handlers can't begin while something of it is still there. */
  private endAll(inside: Inside): void {
    inside.tokens = {};
    inside.places = inside.places.filter((place) => this.dies(place));
    inside.closed = inside.places.length > 0;
  }

  private cancel(marking: Marking, chain: Chain): void {
    const index = chain.findLastIndex(({ node }) => this.net.find(node)?.kind === 'transaction');
    const transaction = chain[index];
    const boundary = this.net
      .boundariesOf(this.net.node(transaction.node))
      .find(({ event }) => event?.kind === 'cancel');
    this.end(marking, chain.slice(0, index + 1), boundary?.id);
  }

  /** Who catches an error or escalation, from the thrower outwards (§10.5.1, §10.5.6). */
  caught(marking: Marking, thrower: Chain, kind: string, name: string): boolean {
    const found = this.net.catcher(thrower, kind, name);
    if (found) this.trigger(marking, found.chain, found.target);
    return found !== undefined;
  }

  private broadcast(marking: Marking, name: string, order: number): void {
    const hearers = this.net.hearersOf(marking, name);
    for (let left = hearers.length, rest = order; left > 0; left -= 1) {
      const [hearer] = hearers.splice(rest % left, 1);
      rest = Math.floor(rest / left);
      if (!isIn(marking, hearer.place)) continue;
      const chain = chainAt(marking, pathTo(marking, hearer.place));
      if (this.net.eventsOf(chain).some(({ id }) => id === hearer.id))
        this.trigger(marking, chain, hearer.id);
    }
  }

  private conditionMet(marking: Marking, chain: Chain, target: string): void {
    const place = chain.at(-1) as Place;
    place.held = [...(place.held ?? []), target];
    this.trigger(marking, chain, target);
  }

  /** An event happens that the place at the end of the chain waits for. */
  trigger(marking: Marking, chain: Chain, target: string): void {
    const place = chain.at(-1) as Place;
    const scope = chain.slice(0, -1);
    const node = this.net.node(target);
    if (node.kind === 'handler') {
      const inside = place.inside as Inside;
      if (node.interrupting) {
        this.endAll(inside);
        inside.closed = true;
        delete place.stuck;
        inside.then = target;
        if (inside.places.length > 0) return;
      }
      return this.beginHandler(marking, chain, target);
    }
    if (node.kind === 'boundary') {
      if (node.interrupting) return this.end(marking, chain, target);
      return this.pass(marking.variables, scope, node);
    }
    remove(insideOf(scope), place);
    this.pass(marking.variables, scope, node);
  }

  private beginHandler({ variables }: Marking, chain: Chain, target: string): void {
    const inside = insideOf(chain);
    delete inside.then;
    const handler: Place = { node: target, inside: { tokens: {}, places: [] } };
    inside.places.push(handler);
    this.enterStart({ variables }, [...chain, handler]);
  }

  /** A place ends before it is done; then its boundary event begins, where one ended it. */
  end(marking: Marking, chain: Chain, then?: string): void {
    const place = chain.at(-1) as Place;
    const scope = chain.slice(0, -1);
    if (scope.length === 0) {
      delete marking.root;
      return;
    }
    if (this.dies(place)) {
      if (then !== undefined) place.then = then;
      return;
    }
    remove(insideOf(scope), place);
    if (then !== undefined) this.pass(marking.variables, scope, this.net.node(then));
  }

  /** Ends what is in a place; whether it stays because a worker is still asked about it. */
  private dies(place: Place): boolean {
    delete place.then;
    if (place.inside) {
      place.inside.tokens = {};
      place.inside.places = place.inside.places.filter((inner) => this.dies(inner));
      delete place.inside.then;
    }
    const isAsked =
      this.net.find(place.node)?.kind === 'person' && !place.inside && !place.stuck && !place.isNew;
    place.dying = isAsked || (place.inside?.places.length ?? 0) > 0;
    return place.dying;
  }

  /** The worker that was asked before a place ended has answered. */
  answered(marking: Marking, chain: Chain): void {
    let index = chain.length - 1;
    remove(insideOf(chain.slice(0, index)), chain[index]);
    while (index > 1 && chain[index - 1].dying && chain[index - 1].inside?.places.length === 0) {
      index -= 1;
      remove(insideOf(chain.slice(0, index)), chain[index]);
    }
    const scope = chain.slice(0, index);
    if (scope.at(-1)?.dying) return;
    const { then } = chain[index];
    if (then !== undefined) return this.pass(marking.variables, scope, this.net.node(then));
    const inside = insideOf(scope);
    if (inside.then !== undefined && inside.places.length === 0)
      this.beginHandler(marking, scope, inside.then);
  }

  /** An element has done its work. */
  complete(marking: Marking, chain: Chain): void {
    const place = chain.at(-1) as Place;
    const scope = chain.slice(0, -1);
    remove(insideOf(scope), place);
    if (scope.at(-1)?.left === undefined)
      this.pass(marking.variables, scope, this.net.node(place.node), place);
  }

  /** The incident of an element is resolved: it tries again. */
  resolve(marking: Marking, chain: Chain): void {
    const place = chain.at(-1) as Place;
    const scope = chain.slice(0, -1);
    const node = this.net.node(place.node);
    remove(insideOf(scope), place);
    if (place.stuck === 'leaves') this.pass(marking.variables, scope, node, place);
    else if (node.kind === 'complex') this.fire(marking, scope, node, place.taken ?? []);
    else this.enter(marking, scope, node, 0);
  }

  /** Variables of the process change. */
  set(marking: Marking, variables: Record<string, boolean>): void {
    Object.assign(marking.variables, variables);
    for (const chain of chainsOf(marking)) {
      const place = chain.at(-1) as Place;
      place.held = place.held?.filter((id) => marking.variables[this.net.node(id).event?.name ?? '']);
    }
  }

  private scopeEnds(marking: Marking, chain: Chain): void {
    const place = chain.at(-1) as Place;
    const scope = chain.slice(0, -1);
    if (scope.length === 0) {
      delete marking.root;
      return;
    }
    if ((place.left ?? 0) > 0) return this.nextRun(marking, chain);
    remove(insideOf(scope), place);
    const isRun = scope.at(-1)?.left !== undefined;
    const node = this.net.node(place.node);
    if (!isRun && node.kind !== 'handler') this.pass(marking.variables, scope, node);
  }
}
