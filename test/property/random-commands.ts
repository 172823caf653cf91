/** Chooses what happens next to an instance: any of the things that it waits for, and now and then a mishap. */
import type {
  AdHocDecision,
  Command,
  DefectPlace,
  ElementInstance,
  InstanceTree,
  JobState,
  JsonObject,
} from '@countersign/engine';
import { continuation, type EngineBench } from '../support/engine-bench.js';
import type { RandomSource } from '../support/random-source.js';
import { ERROR_CODES } from './blocks/tasks.js';
import { REPAIR, someVariables } from './blocks/values.js';
import { chooseOperation, endWaitingTokens } from './random-modifications.js';

type Choice = () => Command;

/** What chooses a command. */
export interface Mood {
  /** Whether only what brings the instance nearer to its end is done. */
  readonly hurry: boolean;
  /**
   * How often a command brings variables, 0 to 1. Each may meet a condition that begins more work than it ends: a run
   * in which as many come for ever need not end, so that whoever runs it lets them become rare.
   */
  readonly lively: number;
  /** Whether the process can always go on but for an error that nobody catches. */
  readonly sound: boolean;
  /** Whether operators modify it too; what that leaves waiting for ever is ended. */
  readonly operated?: boolean;
}

/** A command for a tree that has not ended. Where nothing brings it nearer to its end, the instance is cancelled. */
export function chooseCommand(
  tree: InstanceTree,
  bench: EngineBench,
  random: RandomSource,
  mood: Mood,
): Command {
  const { hurry, sound, operated = false } = mood;
  const more = continuation(tree);
  if (more && random.chance(0.7)) return more;
  const resume: Command = { type: 'resume instance', processInstanceKey: tree.rootKey };
  if (tree.suspension && (hurry || random.chance(0.2))) return resume;
  const choices = [
    ...jobChoices(tree, random, mood),
    ...personChoices(tree, random, mood),
    ...eventChoices(tree, bench, random, mood),
    ...incidentChoices(tree, random, hurry),
  ];
  if (!hurry && random.chance(0.05)) choices.push(() => setSome(tree, random));
  const defect = !hurry && random.chance(0.02) ? someDefect(tree, random) : null;
  if (defect) return defect;
  if (!hurry && operated && random.chance(0.1)) return chooseOperation(tree, random);
  const cancel: Command = { type: 'cancel instance', processInstanceKey: tree.rootKey };
  if (choices.length === 0) {
    if (tree.suspension) return resume;
    if (more) return more;
    const cleaning = endWaitingTokens(tree);
    if (cleaning && operated) return cleaning;
    if (sound) mustHaveFailed(tree);
    return cancel;
  }
  // Operators may have begun in the middle of a loop, where nothing brings the counter that it reads.
  const givesUp = hurry ? operated && random.chance(0.02) : random.chance(0.002);
  return givesUp ? cancel : random.pick(choices)();
}

/** An instance of a sound process may be stuck only where an error that nobody catches stays: all else is a defect. */
function mustHaveFailed(tree: InstanceTree): void {
  if ([...tree.incidents.values()].some(({ errorType }) => errorType === 'UNHANDLED_ERROR_EVENT')) return;
  const left = [...tree.elements.values()].map(({ node, tokens }) => {
    const flows = [...(tokens ?? [])].map(([index, count]) => `${count} on flow ${index}`);
    return `${node.type} ${node.id} ${flows.join(', ')}`;
  });
  throw new Error(`Nothing can move any more:\n${left.join('\n')}`);
}

/** The variables that a command brings. */
function brought(random: RandomSource, { lively }: Mood): JsonObject {
  return random.chance(lively) ? someVariables(random) : {};
}

function jobChoices(tree: InstanceTree, random: RandomSource, mood: Mood): Choice[] {
  return [...tree.jobs.values()]
    .filter(({ element }) => element.incident === null || (!mood.hurry && random.chance(0.05)))
    .map((job) => () => workOn(job, random, mood));
}

function workOn(job: JobState, random: RandomSource, mood: Mood): Command {
  const { hurry } = mood;
  const { key: jobKey, element } = job;
  const variables = brought(random, mood);
  const mishap = hurry ? 1 : random.below(12);
  if (mishap === 0) {
    const errorCode = random.pick([...ERROR_CODES, 'nobody knows']);
    return { type: 'throw job error', jobKey, errorCode, errorMessage: 'thrown', variables };
  }
  if (mishap > 2 || hurry) {
    if (element.userTask !== null && job.listens !== 'START' && job.listens !== 'END') {
      return answerAsListener(job, random, hurry);
    }
    if (element.node.type === 'adHocSubProcess' && job.listens === null) {
      return { type: 'complete job', jobKey, variables, adHoc: decide(element, random, mood) };
    }
    return { type: 'complete job', jobKey, variables };
  }
  const retries = random.pick([undefined, 0, 1]);
  return {
    type: 'fail job',
    jobKey,
    retries,
    errorMessage: 'failed',
    retryBackOff: random.below(1000),
    variables,
  };
}

/** Lets the change go on, corrects it or denies it, whether that may be or not; in a hurry lets it go on. */
function answerAsListener({ key: jobKey }: JobState, random: RandomSource, hurry: boolean): Command {
  const corrections = {
    ...(random.chance(0.3) && { priority: random.below(101) }),
    ...(random.chance(0.2) && { assignee: random.pick(['ann', 'bob', null]) }),
  };
  const denied = !hurry && random.chance(0.3);
  const userTask = { denied, deniedReason: 'no', corrections: denied || hurry ? {} : corrections };
  return { type: 'complete job', jobKey, variables: {}, userTask };
}

/** What the worker of an ad-hoc sub-process decides: to activate something, or that it is enough. */
function decide({ node }: ElementInstance, random: RandomSource, mood: Mood): AdHocDecision {
  const { hurry } = mood;
  const begins = (node.inner?.children ?? []).filter(
    ({ type, incoming }) => type === 'task' && incoming.length === 0,
  );
  const isCompletionConditionFulfilled = hurry || random.chance(0.6);
  const isActive = !hurry && (!isCompletionConditionFulfilled || random.chance(0.5));
  return {
    activate: isActive ? [{ elementId: random.pick(begins).id, variables: brought(random, mood) }] : [],
    isCompletionConditionFulfilled,
    isCancelRemainingInstances: random.chance(0.3),
  };
}

function personChoices(tree: InstanceTree, random: RandomSource, mood: Mood): Choice[] {
  const { hurry } = mood;
  const tasks = [...tree.userTasks.values()].filter(
    ({ change }) => !change || (!hurry && random.chance(0.1)),
  );
  return tasks.map(({ key: userTaskKey }) => () => {
    if (!hurry && random.chance(0.3)) {
      const assignee = random.pick(['ann', 'bob', null]);
      return {
        type: 'assign user task',
        userTaskKey,
        assignee,
        allowOverride: random.chance(0.5),
        action: '',
      };
    }
    if (!hurry && random.chance(0.2)) {
      const changes = { priority: random.below(101) };
      return { type: 'update user task', userTaskKey, changes, action: '' };
    }
    return { type: 'complete user task', userTaskKey, variables: brought(random, mood), action: '' };
  });
}

/** Timers fire in the order they are due; in a hurry boundary events do not happen. */
function eventChoices(tree: InstanceTree, bench: EngineBench, random: RandomSource, mood: Mood): Choice[] {
  const { hurry } = mood;
  const open = [...tree.subscriptions.values()].filter(
    ({ element, targetId }) =>
      !hurry || element.node.id === targetId || element.node.type === 'eventBasedGateway',
  );
  const timers = open.filter((candidate) => candidate.kind === 'timer').sort((a, b) => a.dueAt - b.dueAt);
  const messages = open.filter((candidate) => candidate.kind === 'message');
  const signals = open.filter((candidate) => candidate.kind === 'signal');
  const conditions = open.filter((candidate) => candidate.kind === 'condition');
  return [
    ...timers.slice(0, 1).map(({ key, dueAt }) => (): Command => {
      bench.now = Math.max(bench.now, dueAt);
      return { type: 'trigger timer', timerKey: key };
    }),
    ...messages.map(({ key }) => (): Command => {
      const variables = brought(random, mood);
      return { type: 'correlate message', subscriptionKey: key, messageKey: bench.nextKey(), variables };
    }),
    ...signals.map(({ key }) => (): Command => ({
      type: 'catch signal',
      subscriptionKey: key,
      variables: brought(random, mood),
    })),
    ...conditions
      .filter(({ element }) => lacking(element).length > 0)
      .map(
        ({ element }) =>
          () =>
            repair(element, hurry),
      ),
  ];
}

/** An incident is resolved as it is, or after what it lacked was set. An error that nobody catches stays. */
function incidentChoices(tree: InstanceTree, random: RandomSource, hurry: boolean): Choice[] {
  return [...tree.incidents.values()].flatMap(({ key, element, errorType }) => {
    if (hurry && errorType === 'UNHANDLED_ERROR_EVENT' && element.node.type === 'endEvent') return [];
    const resolve: Choice = () => ({ type: 'resolve incident', incidentKey: key, retries: 1 });
    if (lacking(element).length === 0 || (!hurry && random.chance(0.2))) return [resolve];
    return [() => repair(element, hurry)];
  });
}

/** The engine is said to have failed on anything that waits; null where nothing does. */
function someDefect(tree: InstanceTree, random: RandomSource): Command | null {
  const places: DefectPlace[] = [
    ...[...tree.jobs.keys()].map((key) => ({ kind: 'job', key }) as const),
    ...[...tree.userTasks.keys()].map((key) => ({ kind: 'user task', key }) as const),
    ...[...tree.subscriptions.values()].flatMap(({ kind, key }): DefectPlace[] => {
      if (kind === 'timer') return [{ kind, key }];
      return kind === 'message' || kind === 'signal' ? [{ kind: `${kind} subscription`, key }] : [];
    }),
  ];
  if (places.length === 0) return null;
  return { type: 'report defect', about: random.pick(places), message: 'a defect' };
}

/** What an element lacks to go on. */
function lacking(element: ElementInstance): string[] {
  return Object.keys(REPAIR).filter((name) => seenFrom(element, name) !== REPAIR[name]);
}

/**
 * Sets it where the element sees it; in a hurry no further out than it must, because a condition of a scope around it
 * that is met again begins more work.
 */
function repair(element: ElementInstance, hurry: boolean): Command {
  if (!hurry) {
    return { type: 'set variables', elementInstanceKey: element.key, variables: REPAIR, local: false };
  }
  const isShadowed = lacking(element).some((name) => element.variables?.has(name));
  const { key } = isShadowed ? element : (element.scope ?? element);
  return { type: 'set variables', elementInstanceKey: key, variables: REPAIR, local: true };
}

function seenFrom(element: ElementInstance, name: string): unknown {
  for (let scope: ElementInstance | null = element; scope; scope = scope.scope) {
    const variable = scope.variables?.get(name);
    if (variable) return variable.value;
    if (scope.node.type === 'process') return undefined;
  }
  return undefined;
}

function setSome(tree: InstanceTree, random: RandomSource): Command {
  const elementInstanceKey = random.pick([...tree.elements.keys()]);
  const local = random.chance(0.5);
  return { type: 'set variables', elementInstanceKey, variables: someVariables(random), local };
}
