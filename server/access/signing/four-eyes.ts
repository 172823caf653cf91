/** Four eyes: whether a person may complete a user task after what they did in its case before. Pure. */
import type { OtherHands } from '@countersign/engine';

/** What people did in a case, actors as the journal names them. */
export interface CaseActs {
  readonly starters: readonly string[];
  readonly deployers: readonly string[];
  readonly completed: readonly {
    readonly processId: string;
    readonly elementId: string;
    /** The name of the task in the diagram, else its id. */
    readonly name: string;
    readonly actor: string;
  }[];
}

/**
 * Why `username` may not complete a task of the process `processId`; null where nothing stands against it. The sentence
 * begins with `subject`: "You", or the name of somebody else.
 */
export function refusesByFourEyes(
  fourEyes: readonly OtherHands[],
  acts: CaseActs,
  { username, processId, subject }: { username: string; processId: string; subject: string },
): string | null {
  const actor = `user:${username}`;
  for (const other of fourEyes) {
    const did = deedOf(other, acts, actor, processId);
    if (did !== null)
      return `${subject} ${did}, so that somebody else has to complete this task: it asks for four eyes.`;
  }
  return null;
}

function deedOf(other: OtherHands, acts: CaseActs, actor: string, processId: string): string | null {
  switch (other.kind) {
    case 'starter':
      return acts.starters.includes(actor) ? 'started this case' : null;
    case 'deployer':
      return acts.deployers.includes(actor) ? 'deployed a process that runs in this case' : null;
    case 'task': {
      const inProcess = other.processId ?? processId;
      const done = acts.completed.find(
        (task) => task.actor === actor && task.elementId === other.elementId && task.processId === inProcess,
      );
      return done ? `completed “${done.name}” in this case` : null;
    }
  }
}
