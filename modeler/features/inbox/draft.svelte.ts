/** What somebody typed into a task and has not sent: kept for them alone, and given back when they come again. */
import { vault } from '../../api/kept.js';
import type { Draft } from '../../forms/typed.js';
import { draftName } from './decisions.svelte.js';

/** What is typed into one task. */
export interface TaskDraft {
  /** What was typed before, when the task was opened; null where nothing was. */
  readonly form: Draft | null;
  readonly reason: string;
  /** Whether the browser takes what is typed. */
  readonly isKept: boolean;
  type(what: { form?: Draft | null; reason?: string }): void;
  /** Writes down what was typed last. */
  flush(): void;
  /** Throws away all that was typed. */
  discard(): void;
}

/** Typing pauses for so long before it is written down. */
const PAUSE_MS = 150;

function isDraft(value: unknown): value is Draft {
  return typeof value === 'object' && value !== null && 'base' in value && 'now' in value;
}

/** Opens what was typed into a task. Call while a component is set up. */
export function openDraft(taskKey: string): TaskDraft {
  // Whoever opened the task typed it, also when their session ends meanwhile.
  const theirs = vault();
  const kept = (theirs?.read(draftName(taskKey)) ?? {}) as { form?: unknown; reason?: unknown };
  const before = isDraft(kept.form) ? kept.form : null;
  let form = before;
  let reason = typeof kept.reason === 'string' ? kept.reason : '';
  let isKept = $state(true);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const reasonBefore = reason;

  function flush(): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    if (form || reason) isKept = theirs?.keep(draftName(taskKey), { form, reason }) ?? false;
    else theirs?.forget(draftName(taskKey));
  }

  $effect(() => {
    addEventListener('pagehide', flush);
    return () => {
      removeEventListener('pagehide', flush);
      flush();
    };
  });

  return {
    form: before,
    reason: reasonBefore,
    get isKept() {
      return isKept;
    },
    type(what) {
      if (what.form !== undefined) form = what.form;
      if (what.reason !== undefined) reason = what.reason;
      timer ??= setTimeout(flush, PAUSE_MS);
    },
    flush,
    discard() {
      form = null;
      reason = '';
      timer ??= setTimeout(flush, PAUSE_MS);
      flush();
    },
  };
}
