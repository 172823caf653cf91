/**
 * Decisions on their way: each can be taken back for some seconds before it is sent. It is kept in this browser from the
 * moment it is made until the server has it. So if the page is closed in between, it is neither lost nor sent unseen:
 * whoever decided is asked again, here, the next time they are signed in.
 */
import { vault } from '../../api/kept.js';
import { problemOf, type Problem } from '../../api/request.js';
import { loadSession, me } from '../../api/session.svelte.js';
import { getTask } from '../../api/tasks.js';
import { t } from '../../text/en.js';
import { navigate } from '../../ui/router.svelte.js';
import { say } from '../../ui/toast.svelte.js';
import { later, waitingActs } from '../../ui/undo.svelte.js';
import { openTabs, thisTab } from './tabs.js';

/** What somebody decided about a task. */
export interface Decision {
  readonly taskKey: string;
  /** What is under way: "Approving …". */
  readonly what: string;
  /** What is told when it is done. */
  readonly news: string;
  readonly send: () => Promise<void>;
}

/** A decision that did not reach the server: it failed, or the page was gone before. */
export interface Unsent {
  readonly taskKey: string;
  readonly what: string;
  /** Null where the page was gone. */
  readonly problem: Problem | null;
}

interface Kept {
  readonly taskKey: string;
  readonly what: string;
  readonly news: string;
  /** The page on which it was decided. */
  readonly tab: string;
}

const NAME = 'decisions';

let unsent = $state.raw<readonly Unsent[]>([]);

/** Decisions that did not reach the server. Reactive. */
export function unsentDecisions(): readonly Unsent[] {
  return unsent;
}

/** Whether somebody at this page decided the task, and it is on its way. Reactive. */
export function isDecided(taskKey: string): boolean {
  return waitingActs().some(({ act }) => act.id === taskKey);
}

/** The name under which what was typed into a task is kept. */
export function draftName(taskKey: string): string {
  return `task:${taskKey}`;
}

/** Sends a decision after some seconds, unless it is taken back. */
export function decideLater({ taskKey, what, news, send }: Decision): void {
  const decidedBy = me();
  // The vault of whoever decided: by the time it is sent somebody else may be signed in here.
  const theirs = vault();
  const forget = (): void => change(theirs, (all) => all.filter((one) => one.taskKey !== taskKey));
  dismissUnsent(taskKey);
  change(theirs, (all) => [...all, { taskKey, what, news, tab: thisTab }]);
  later({
    id: taskKey,
    what,
    run: async () => {
      try {
        await loadSession();
        if (me() !== decidedBy) return;
        await send();
      } catch (error) {
        forget();
        unsent = [...unsent, { taskKey, what, problem: problemOf(error) }];
        return;
      }
      forget();
      theirs?.forget(draftName(taskKey));
      say(news);
    },
    undo: () => {
      forget();
      void navigate(`/inbox/${taskKey}${location.pathname.startsWith('/inbox') ? location.search : ''}`);
    },
  });
}

/** No more word of a decision that was not sent. */
export function dismissUnsent(taskKey: string): void {
  unsent = unsent.filter((one) => one.taskKey !== taskKey);
  change(vault(), (all) => all.filter((one) => one.taskKey !== taskKey));
}

/** Looks for decisions whose page was closed before they were sent, and asks about those that are still open. */
export async function findUnsent(): Promise<void> {
  const theirs = vault();
  const kept = read(theirs);
  const open = kept.length > 0 ? await openTabs() : new Set<string>();
  const gone = kept.filter(({ tab }) => !open.has(tab));
  const found: Unsent[] = [];
  for (const { taskKey, what, news } of gone) {
    const task = await getTask(taskKey).catch(() => null);
    if (task?.state === 'CREATED') found.push({ taskKey, what, problem: null });
    else change(theirs, (all) => all.filter((one) => one.taskKey !== taskKey));
    // The answer did not come back, but what was sent had arrived.
    if (task?.state === 'COMPLETED' && task.assignee === me()) say(t.onTheirWay.wasSent(news));
  }
  unsent = found;
}

function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && 'taskKey' in value && 'tab' in value;
}

function read(from: ReturnType<typeof vault>): Kept[] {
  const kept = from?.read(NAME);
  return Array.isArray(kept) ? kept.filter(isKept) : [];
}

function change(at: ReturnType<typeof vault>, edit: (all: Kept[]) => Kept[]): void {
  const next = edit(read(at));
  if (next.length > 0) at?.keep(NAME, next);
  else at?.forget(NAME);
}
