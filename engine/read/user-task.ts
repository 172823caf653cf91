/** Reads a user task (BPMN 2.0.2 §10.3.3) with its assignment, schedule, priority and form. */
import { readApproval } from './approval.js';
import type { ElementReading } from './draft.js';
import { readForm } from './forms.js';
import { readTaskListeners } from './listeners.js';
import { readHeaders } from './mappings.js';
import { extension, text, type ModdleElement } from './moddle.js';
import { readOptionalValue } from './values.js';

/** Reads `zeebe:userTask` and the extensions beside it. Without any of them it is a task for everyone. */
export function readUserTask({ source, node, problems }: ElementReading): void {
  const assignment = extension(source, 'zeebe:AssignmentDefinition');
  const schedule = extension(source, 'zeebe:TaskSchedule');
  const priority = extension(source, 'zeebe:PriorityDefinition');
  const form = readForm(source, node.id, problems);
  const value = (element: ModdleElement | undefined, property: string, what: string) =>
    readOptionalValue(text(element, property), node.id, what, problems);
  const priorityValue = value(priority, 'priority', 'priority');
  if (typeof priorityValue?.fixed === 'string' && !/^(?:[0-9]{1,2}|100)$/.test(priorityValue.fixed.trim())) {
    const message = `The priority "${priorityValue.source}" is no whole number from 0 to 100.`;
    problems.error('VALUE_INVALID', node.id, message, 'Write a whole number from 0 to 100.');
  }
  const headers = readHeaders(source);
  node.userTask = {
    assignee: value(assignment, 'assignee', 'assignee'),
    candidateGroups: value(assignment, 'candidateGroups', 'candidate groups'),
    candidateUsers: value(assignment, 'candidateUsers', 'candidate users'),
    dueDate: value(schedule, 'dueDate', 'due date'),
    followUpDate: value(schedule, 'followUpDate', 'follow-up date'),
    priority: priorityValue,
    formId: form?.formId,
    formBinding: form?.binding ?? { kind: 'latest' },
    externalFormReference: readOptionalValue(form?.external, node.id, 'form reference', problems),
    listeners: readTaskListeners(source, node.id, problems),
    headers,
    approval: readApproval({ ...node.properties, ...headers }),
  };
}
