/**
 * Which ended instances must stay. Whoever has a reason to keep one (a legal hold, a floor that the law sets) adds a
 * guard; deletion by hand, in bulk and by retention asks all of them before it removes anything.
 */
import type { Key } from '@countersign/engine';

/** What a guard is told of an ended root instance. */
export interface EndedInstance {
  readonly rootKey: Key;
  readonly processId: string;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

/**
 * Says why an ended instance must stay, as a sentence for the person who wants it gone; null where it may go. Asked
 * inside the transaction that would remove it, so that it must answer at once.
 */
export type RetentionGuard = (instance: EndedInstance, now: number) => string | null;

/** The guards of a runtime. */
export interface RetentionGuards {
  /** Adds a guard, asked from now on. */
  add(guard: RetentionGuard): void;
  /** The first reason why an instance must stay; null where it may go. */
  whyKept(instance: EndedInstance, now: number): string | null;
}

/** No guards yet. */
export function createRetentionGuards(): RetentionGuards {
  const guards: RetentionGuard[] = [];
  return {
    add: (guard) => void guards.push(guard),
    whyKept(instance, now) {
      for (const guard of guards) {
        const reason = guard(instance, now);
        if (reason !== null) return reason;
      }
      return null;
    },
  };
}
