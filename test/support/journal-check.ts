/**
 * What must hold of every journal, read without the engine: a second opinion on its bookkeeping.
 * Each element instance begins once and ends once, inside its scope; each token on a flow is put there once and
 * taken off once; each job, user task, timer, subscription and incident that was opened is closed once.
 */
import type { EngineEvent, Key } from '@countersign/engine';

interface OpenElement {
  readonly id: string;
  readonly scope: Key | null;
  /** Tokens on flows of this scope: flow id to count. */
  readonly tokens: Map<string, number>;
  /** Kinds and keys of what it waits for. */
  readonly waits: Set<string>;
  children: number;
}

/** A journal while it is being checked. */
export interface JournalCheck {
  /** Checks the next event; throws where it contradicts the events before. */
  read(event: EngineEvent): void;
  /** Throws where anything is still open. */
  end(): void;
}

/** Begins to check a journal from its first event. */
export function checkJournal(): JournalCheck {
  const open = new Map<Key, OpenElement>();
  const seen = new Set<Key>();
  return {
    read(event) {
      readEvent(event, open, seen);
    },
    end() {
      const left = [...open].map(([key, { id }]) => `${id} (${key})`);
      if (left.length > 0) throw new Error(`Still active at the end: ${left.join(', ')}.`);
    },
  };
}

function readEvent(event: EngineEvent, open: Map<Key, OpenElement>, seen: Set<Key>): void {
  const fail = (what: string): never => {
    throw new Error(`"${event.type}" at ${event.elementId} (${event.elementInstanceKey}): ${what}.`);
  };
  if (event.type === 'element activated') return activated(event, open, seen, fail);
  if (event.type === 'flow taken') {
    if (!seen.has(event.elementInstanceKey)) fail('its source never began');
    const scope = open.get(event.data.scopeKey) ?? fail('its scope is not active');
    const flow = event.flowId ?? fail('it names no flow');
    scope.tokens.set(flow, (scope.tokens.get(flow) ?? 0) + 1);
    return;
  }
  const element = open.get(event.elementInstanceKey) ?? fail('its element instance is not active');
  const opens = (kind: string, key: Key) => {
    if (element.waits.has(`${kind} ${key}`)) fail(`${kind} ${key} is open already`);
    element.waits.add(`${kind} ${key}`);
  };
  const closes = (kind: string, key: Key) => {
    if (!element.waits.delete(`${kind} ${key}`)) fail(`${kind} ${key} is not open`);
  };
  const isOpen = (kind: string, key: Key) => {
    if (!element.waits.has(`${kind} ${key}`)) fail(`${kind} ${key} is not open`);
  };
  switch (event.type) {
    case 'element completed':
    case 'element terminated':
      if (event.type === 'element completed') takeLate(event, element, open, fail);
      if (element.children > 0) fail(`${element.children} element instances inside are active`);
      if (element.tokens.size > 0) fail(`tokens stand on ${[...element.tokens.keys()].join(', ')}`);
      if (element.waits.size > 0) fail(`still open: ${[...element.waits].join(', ')}`);
      open.delete(event.elementInstanceKey);
      if (element.scope !== null)
        (open.get(element.scope) ?? fail('its scope ended before it')).children -= 1;
      return;
    case 'token discarded':
      return takeToken(element, event.flowId ?? fail('it names no flow'), fail);
    case 'job created':
      return opens('job', event.data.jobKey);
    case 'job failed':
    case 'job updated':
      return isOpen('job', event.data.jobKey);
    case 'job completed':
    case 'job cancelled':
      return closes('job', event.data.jobKey);
    case 'error thrown':
      if (event.data.jobKey !== undefined && event.data.caughtBy !== null) closes('job', event.data.jobKey);
      return;
    case 'user task created':
      return opens('user task', event.data.userTaskKey);
    case 'user task assigned':
    case 'user task updated':
    case 'user task change begun':
    case 'user task corrected':
    case 'user task change denied':
    case 'user task ready':
      return isOpen('user task', event.data.userTaskKey);
    case 'user task completed':
    case 'user task cancelled':
      return closes('user task', event.data.userTaskKey);
    case 'moves postponed':
      return opens('postponement', event.data.timerKey);
    case 'moves continued':
      return closes('postponement', event.data.timerKey);
    case 'timer scheduled':
      return opens('timer', event.data.timerKey);
    case 'timer triggered':
    case 'timer cancelled':
      return closes('timer', event.data.timerKey);
    case 'message subscription opened':
      return opens('subscription', event.data.subscriptionKey);
    case 'message correlated':
      if (event.data.closes) closes('subscription', event.data.subscriptionKey);
      else isOpen('subscription', event.data.subscriptionKey);
      return;
    case 'signal subscription opened':
    case 'condition subscription opened':
      return opens('subscription', event.data.subscriptionKey);
    case 'signal caught':
    case 'condition met':
      if (event.data.closes) closes('subscription', event.data.subscriptionKey);
      else isOpen('subscription', event.data.subscriptionKey);
      return;
    case 'message subscription closed':
    case 'signal subscription closed':
    case 'condition subscription closed':
      return closes('subscription', event.data.subscriptionKey);
    case 'incident created':
      return opens('incident', event.data.incidentKey);
    case 'incident resolved':
      return closes('incident', event.data.incidentKey);
    default:
  }
}

function activated(
  event: EngineEvent & { type: 'element activated' },
  open: Map<Key, OpenElement>,
  seen: Set<Key>,
  fail: (what: string) => never,
): void {
  const { scopeKey, consumed = [] } = event.data;
  if (seen.has(event.elementInstanceKey)) fail('its key was used before');
  seen.add(event.elementInstanceKey);
  if (scopeKey === null) {
    if (open.size > 0) fail('a second root began');
  } else {
    const scope = open.get(scopeKey) ?? fail('its scope is not active');
    scope.children += 1;
    for (const flow of consumed) takeToken(scope, flow, fail);
  }
  open.set(event.elementInstanceKey, {
    id: event.elementId,
    scope: scopeKey,
    tokens: new Map(),
    waits: new Set(),
    children: 0,
  });
}

function takeToken({ tokens }: OpenElement, flow: string, fail: (what: string) => never): void {
  const count = tokens.get(flow) ?? fail(`no token stands on ${flow}`);
  if (count === 1) tokens.delete(flow);
  else tokens.set(flow, count - 1);
}

/** Tokens that a complex gateway consumes when it is reset. */
function takeLate(
  event: EngineEvent & { type: 'element completed' },
  element: OpenElement,
  open: Map<Key, OpenElement>,
  fail: (what: string) => never,
): void {
  for (const flow of event.data.consumed ?? []) {
    const scope = element.scope === null ? undefined : open.get(element.scope);
    takeToken(scope ?? fail('its scope is not active'), flow, fail);
  }
}
