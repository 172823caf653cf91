/** The server's live events (SSE), shared by all pages of this tab over one connection. */
import { readJson } from '@countersign/engine';

/** What an event is about; the fields depend on its kind. */
export interface LiveEvent {
  kind: 'instance' | 'task' | 'incident' | 'deployment' | 'connected';
  processInstanceKey?: string;
  userTaskKey?: string;
  state?: string;
}

type Listener = (event: LiveEvent) => void;

const kinds = ['instance', 'task', 'incident', 'deployment'] as const;
/** Events come in bursts; a page reloads once per burst. */
const BURST_MS = 200;
const listeners = new Set<Listener>();
let source: EventSource | null = null;

function tell(event: LiveEvent): void {
  for (const listener of listeners) listener(event);
}

function parse(kind: LiveEvent['kind'], data: string): LiveEvent {
  const fields: unknown = readJson(data);
  return typeof fields === 'object' && fields !== null ? { ...fields, kind } : { kind };
}

function connect(): EventSource {
  const stream = new EventSource('/api/live');
  for (const kind of kinds) stream.addEventListener(kind, (event) => tell(parse(kind, String(event.data))));
  // What happened before the line stood was not told: whoever listens has to read again.
  stream.addEventListener('open', () => tell({ kind: 'connected' }));
  return stream;
}

/** Listens to live events until the returned function is called. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  source ??= connect();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      source?.close();
      source = null;
    }
  };
}

/** Calls `reload` after each burst of events that concern the caller, and whenever the line stands anew. */
export function reloadOnLive(concerns: (event: LiveEvent) => boolean, reload: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = onLive((event) => {
    if (event.kind !== 'connected' && !concerns(event)) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      reload();
    }, BURST_MS);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
