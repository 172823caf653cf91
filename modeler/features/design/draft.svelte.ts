/**
 * Saving a draft. It is clean, changed, saving, or stuck: refused because someone saved meanwhile (conflict), or
 * because the server failed (failed). A change starts a pause after which it is saved by itself; one save runs at
 * a time, and a change during a save makes it changed again.
 */
import { saveModel, type Model } from '../../api/models.js';
import { problemOf, type Problem } from '../../api/request.js';
import { bareName } from './files.js';

/** Where a draft stands. */
export type DraftState = 'clean' | 'changed' | 'saving' | 'conflict' | 'failed';

/** A draft being edited. */
export interface Draft {
  readonly state: DraftState;
  readonly revision: number;
  readonly problem: Problem | null;
  name: string;
  /** Says that the content changed. */
  touch(): void;
  /** Saves now; true when everything is on the server. */
  save(message?: string): Promise<boolean>;
  /** After a conflict: saves over what the other one saved. */
  overwrite(): Promise<boolean>;
  /** Stops saving by itself. */
  stop(): void;
}

/** How long the drawing pauses before it is saved by itself. */
const PAUSE_MS = 4000;

/** Starts editing a draft; `read` gives its content as it stands in the editor. */
export function editDraft(model: Model, read: () => Promise<string>): Draft {
  let state = $state<DraftState>('clean');
  let revision = $state(model.revision);
  let name = $state(bareName(model.name));
  let problem = $state.raw<Problem | null>(null);
  let savedName = bareName(model.name);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | null = null;

  async function put(message?: string): Promise<boolean> {
    state = 'saving';
    problem = null;
    const renamed = name;
    try {
      const content = await read();
      const saved = await saveModel(model.modelKey, {
        content,
        baseRevision: revision,
        ...(renamed === savedName ? {} : { name: renamed }),
        ...(message ? { message } : {}),
      });
      revision = saved.revision;
      savedName = renamed;
      // A change while the save was under way has set the state to changed.
      if ((state as DraftState) === 'saving') state = 'clean';
      return true;
    } catch (error) {
      problem = problemOf(error);
      state = problem.status === 409 ? 'conflict' : 'failed';
      return false;
    } finally {
      running = null;
    }
  }

  async function save(message?: string): Promise<boolean> {
    clearTimeout(timer);
    if (running) await running;
    if (state === 'clean' && !message && name === savedName) return true;
    if (state === 'conflict') return false;
    running = put(message);
    return running;
  }

  return {
    get state() {
      return state;
    },
    get revision() {
      return revision;
    },
    get problem() {
      return problem;
    },
    get name() {
      return name;
    },
    set name(next: string) {
      name = next;
      this.touch();
    },
    touch() {
      if (state === 'conflict') return;
      state = 'changed';
      clearTimeout(timer);
      timer = setTimeout(() => void save(), PAUSE_MS);
    },
    save,
    overwrite() {
      revision = problem?.current ?? revision;
      state = 'changed';
      return save();
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
