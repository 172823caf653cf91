/**
 * What a task asks of its approver must be meant as it is written: a setting that is overlooked protects nobody. An
 * empty one counts as absent.
 */
import { approvalSettings, readFourEyes } from '../read/approval.js';
import type { FlowNode, OtherHands, ProcessModel } from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** Characters of a meaning: it stands on one line beside a name. */
const LONGEST_MEANING = 200;

/** The settings that only a user task can have. */
const SIGNING = ['signatureMeaning', 'refusalMeaning', 'reauthenticate', 'fourEyes'] as const;

/** Checks the settings of docs/approvals.md on user tasks, and `sensitive` on the process. */
export function approvals(model: ProcessModel, problems: ProblemList): void {
  for (const node of model.elements) {
    if (node.type === 'process') checkFlag(node.id, 'sensitive', node.properties.sensitive, problems);
    else if (node.properties.sensitive !== undefined) reportSensitive(node, problems);
    if (node.type === 'userTask') checkTask(node, model, problems);
    else reportMisplaced(node, problems);
  }
}

function checkTask(node: FlowNode, model: ProcessModel, problems: ProblemList): void {
  const settings = approvalSettings(node);
  checkFlag(node.id, 'reauthenticate', settings.reauthenticate, problems);
  for (const name of ['signatureMeaning', 'refusalMeaning'] as const)
    checkMeaning(node.id, name, settings[name], problems);
  if (settings.refusalMeaning && settings.approval !== 'true') {
    const message = 'The task has a refusalMeaning, but asks for no approval that could be refused.';
    problems.error('VALUE_INVALID', node.id, message, 'Set approval to "true", or take refusalMeaning away.');
  }
  if (!settings.fourEyes) return;
  const others = readFourEyes(settings.fourEyes);
  if (others.length === 0) {
    const message = 'The task has fourEyes, but it names nobody.';
    problems.error('VALUE_INVALID', node.id, message, FOUR_EYES_HINT);
  }
  for (const other of others) checkOther(node, other, model, problems);
}

const FOUR_EYES_HINT =
  'Write "starter", "deployer", or ids of user tasks, with commas between; "process/task" for one of another process.';

function checkOther(node: FlowNode, other: OtherHands, model: ProcessModel, problems: ProblemList): void {
  if (other.kind !== 'task') return;
  const { processId, elementId } = other;
  if (processId === '' || elementId === '') {
    const message = `The fourEyes of the task has "${processId ?? ''}/${elementId}", which names no task.`;
    return problems.error('VALUE_INVALID', node.id, message, FOUR_EYES_HINT);
  }
  if (processId !== undefined && processId !== model.id) return;
  const named = model.elementsById.get(elementId);
  if ((named?.inner ?? named)?.type === 'userTask') return;
  const message = named
    ? `The fourEyes of the task names "${elementId}", which is no user task.`
    : `The fourEyes of the task names "${elementId}", but the process has no user task of that id.`;
  problems.error('REFERENCE_BROKEN', node.id, message, FOUR_EYES_HINT);
}

function checkFlag(id: string, name: string, value: string | undefined, problems: ProblemList): void {
  if (!value || value === 'true' || value === 'false') return;
  const message = `The property ${name} is "${value}".`;
  problems.error('VALUE_INVALID', id, message, 'Write "true" or "false".');
}

function checkMeaning(id: string, name: string, value: string | undefined, problems: ProblemList): void {
  if (!value) return;
  const hint = `Write what the signature stands for, such as "I checked the delivery": a fixed text of ${LONGEST_MEANING} characters at most.`;
  const wrong =
    value.trim() === ''
      ? 'is empty'
      : value.startsWith('=')
        ? 'is an expression, but what a signature means is the same for everybody'
        : value.length > LONGEST_MEANING
          ? `has ${value.length} characters`
          : null;
  if (wrong !== null) problems.error('VALUE_INVALID', id, `The ${name} of the task ${wrong}.`, hint);
}

function reportSensitive({ id }: FlowNode, problems: ProblemList): void {
  const message =
    'The property sensitive stands on an element, where it marks nothing: a process is sensitive as a whole.';
  problems.warn('VALUE_INVALID', id, message, 'Move it to the process.');
}

function reportMisplaced({ id, type, properties }: FlowNode, problems: ProblemList): void {
  for (const name of SIGNING) {
    if (!properties[name]) continue;
    const message = `The property ${name} stands on an element that nobody signs (${type}).`;
    problems.error('VALUE_INVALID', id, message, 'Move it to a user task.');
  }
}
