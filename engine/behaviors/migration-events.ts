/** What a migration does to events that are waited for: those with a mapping stay open, others close, new ones open. */
import { triggersOf, type FlowNode } from '../model/process-model.js';
import { isBeingStopped, type ElementInstance, type SubscriptionState } from '../state/instance-tree.js';
import { isFailure } from './evaluate.js';
import type { MigrationWork } from './migration-plan.js';
import { prepareAll } from './subscriptions.js';

/** Subscriptions that stay, with the event they trigger then; those that close; and events to wait for anew. */
export interface PlannedEvents {
  readonly keeps: readonly { readonly subscription: SubscriptionState; readonly targetId: string }[];
  readonly closes: readonly SubscriptionState[];
  readonly opens: readonly { readonly host: ElementInstance; readonly events: readonly FlowNode[] }[];
}

/** Plans what happens to the events of every element that goes on. */
export function planEvents(work: MigrationWork): PlannedEvents {
  const keeps: { subscription: SubscriptionState; targetId: string }[] = [];
  const closes: SubscriptionState[] = [];
  const opens: { host: ElementInstance; events: FlowNode[] }[] = [];
  for (const [host, to] of work.targets) {
    for (const key of host.subscriptions) {
      const subscription = work.tree.subscriptions.get(key);
      if (!subscription) continue;
      const targetId = keptAs(work, subscription, to);
      if (targetId === undefined) closes.push(subscription);
      else keeps.push({ subscription, targetId });
    }
    const events = newEvents(work, host, to);
    const failure = prepareAll(work, host, events);
    if (isFailure(failure)) {
      const hint = 'Set the variables that it needs first.';
      work.report('SUBSCRIPTION_FAILED', to.id, failure.message, hint, host);
    } else if (events.length > 0) opens.push({ host, events });
  }
  return { keeps, closes, opens };
}

/** The events that an element waits for: attached to it, inside it, or behind it for an event-based gateway. */
function eventsOf(node: FlowNode): readonly FlowNode[] {
  if (node.type !== 'eventBasedGateway') return node.catchers;
  return [...node.catchers, ...node.outgoing.map(({ target }) => target)];
}

/** The event of the target version that a subscription triggers then; undefined where it closes. */
function keptAs(work: MigrationWork, subscription: SubscriptionState, to: FlowNode): string | undefined {
  const { element: host, targetId, kind } = subscription;
  if (targetId === host.node.id) return to.id;
  const mapped = work.mapping.get(targetId);
  if (mapped === undefined) return undefined;
  const event = eventsOf(to).find(({ id }) => id === mapped);
  if (!event) {
    const message = `"${targetId}" belongs to "${host.node.id}", but "${mapped}" does not belong to "${to.id}".`;
    work.report('SCOPE_CHANGED', targetId, message, 'Map it to an event of the same element.', host);
    return undefined;
  }
  const part = kind === 'condition' ? subscription.part : undefined;
  const wanted = kind === 'condition' ? 'conditional' : kind;
  const triggers = triggersOf(event);
  const fits =
    part === undefined ? triggers.some((each) => each.kind === wanted) : triggers[part]?.kind === wanted;
  if (fits) return mapped;
  const message = `"${targetId}" waits for a ${wanted} event, but "${mapped}" does not.`;
  work.report(
    'EVENT_CHANGED',
    targetId,
    message,
    'Map it to an event of the same kind, or take the mapping out.',
    host,
  );
  return undefined;
}

/** The events of the target version that nothing was mapped to. */
function newEvents({ mapping, tree }: MigrationWork, host: ElementInstance, to: FlowNode): FlowNode[] {
  if (isBeingStopped(host) || hasNotBegunToWait(tree, host)) return [];
  const taken = new Set(mapping.values());
  return eventsOf(to).filter((event) => {
    const isInside = event.attachedTo === undefined && to.type !== 'eventBasedGateway';
    return !taken.has(event.id) && !(isInside && isInterrupted(host)) && triggersOf(event).some(isWaitedFor);
  });
}

function isWaitedFor({ kind }: { readonly kind: string }): boolean {
  return kind === 'timer' || kind === 'message' || kind === 'signal' || kind === 'conditional';
}

/** Whether an event sub-process has taken over: then no other begins in this scope. */
function isInterrupted(host: ElementInstance): boolean {
  if (host.interruption) return true;
  return [...host.children].some(
    ({ node }) =>
      node.type === 'eventSubProcess' &&
      node.children.some(({ type, interrupting }) => type === 'startEvent' && interrupting),
  );
}

/** An element before its own work opens its subscriptions by itself, in the target version. */
function hasNotBegunToWait(tree: MigrationWork['tree'], host: ElementInstance): boolean {
  const incident = host.incident === null ? undefined : tree.incidents.get(host.incident);
  const job = host.job === null ? undefined : tree.jobs.get(host.job);
  if (incident?.resume === 'activate' || incident?.resume === 'subscribe' || job?.listens === 'START')
    return true;
  return (tree.suspension?.held ?? []).some(
    ({ elementKey, op }) => elementKey === host.key && op === 'activate',
  );
}
