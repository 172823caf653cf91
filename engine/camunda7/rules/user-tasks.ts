/** Rules for who does a user task, and until when. */
import { hasExpression, translateList, translateValue } from '../juel/index.js';
import { putValue, rule, type Answer, type Changes, type Finding, type RuleTable } from '../rule.js';

const LATER = /^P[\dT]/;
const WITH_ZONE = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/;
const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)(?:T([\d:.]+))?$/;

/** Camunda 7 reads a date in the time zone of its server, or a duration from now. */
function convertDate(finding: Finding, changes: Changes, attribute: 'dueDate' | 'followUpDate'): Answer {
  const { value, target } = finding;
  const put = (message: string, feel?: string) =>
    putValue(
      finding,
      changes,
      'taskSchedule',
      attribute,
      message,
      feel === undefined ? undefined : { ok: true, value: { kind: 'feel', text: feel } },
    );
  if (hasExpression(value))
    return put('The expression must give a date and time with its zone, such as 2030-01-31T09:00:00Z.');
  if (LATER.test(value))
    return put('The duration counts from when the task is created.', `now() + duration("${value}")`);
  if (WITH_ZONE.test(value)) return put('The date is kept.');
  const local = WITHOUT_ZONE.exec(value);
  const written = local ? `${local[1]}T${local[2] ?? '00:00:00'}Z` : value;
  changes.set(target, 'taskSchedule', { [attribute]: written });
  return {
    outcome: 'decide',
    becomes: `zeebe:taskSchedule ${attribute}="${written}"`,
    message: 'The date has no time zone; Camunda 7 read it in the zone of its server. It is taken as UTC.',
    suggestion: `Write the zone that is meant, such as ${written} or with +01:00 in the place of Z.`,
  };
}

function convertPriority(finding: Finding, changes: Changes): Answer {
  const { value } = finding;
  const number = Number(value);
  if (hasExpression(value) || (Number.isInteger(number) && number >= 0 && number <= 100)) {
    return putValue(
      finding,
      changes,
      'priorityDefinition',
      'priority',
      'The priority is kept; it goes from 0 to 100, and 50 is usual.',
    );
  }
  const becomes = value.startsWith('-') ? '0' : '100';
  changes.set(finding.target, 'priorityDefinition', { priority: becomes });
  return {
    outcome: 'decide',
    becomes: `zeebe:priorityDefinition priority="${becomes}"`,
    message: 'A priority goes from 0 to 100 here.',
    suggestion: 'Choose a number from 0 to 100 that keeps the order of your tasks.',
  };
}

function convertList(finding: Finding, changes: Changes, attribute: string, who: string): Answer {
  const message = `The ${who} are kept; an expression must give a list of texts or one text.`;
  return putValue(finding, changes, 'assignmentDefinition', attribute, message, translateList(finding.value));
}

/** The rules. */
export const userTaskRules: RuleTable = {
  'Assignable#assignee': rule(
    ['mapped', 'decide'],
    '`zeebe:assignmentDefinition assignee`.',
    (finding, changes) =>
      putValue(
        finding,
        changes,
        'assignmentDefinition',
        'assignee',
        'The assignee is kept; the account needs the same name here.',
        translateValue(finding.value),
      ),
  ),
  'Assignable#candidateUsers': rule(
    ['mapped', 'decide'],
    '`zeebe:assignmentDefinition candidateUsers`.',
    (finding, changes) => convertList(finding, changes, 'candidateUsers', 'candidate users'),
  ),
  'Assignable#candidateGroups': rule(
    ['mapped', 'decide'],
    '`zeebe:assignmentDefinition candidateGroups`.',
    (finding, changes) => convertList(finding, changes, 'candidateGroups', 'candidate groups'),
  ),
  'Assignable#dueDate': rule(
    ['mapped', 'decide'],
    '`zeebe:taskSchedule dueDate`; a date without a time zone needs one.',
    (finding, changes) => convertDate(finding, changes, 'dueDate'),
  ),
  'Assignable#followUpDate': rule(
    ['mapped', 'decide'],
    '`zeebe:taskSchedule followUpDate`; a date without a time zone needs one.',
    (finding, changes) => convertDate(finding, changes, 'followUpDate'),
  ),
  'Assignable#priority': rule(
    ['mapped', 'decide'],
    '`zeebe:priorityDefinition priority`, from 0 to 100.',
    convertPriority,
  ),
};
