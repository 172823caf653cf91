/** Rules for listeners: code that ran inside the engine at the borders of an element is a job there. */
import { translateValue } from '../juel/index.js';
import {
  attributeValue,
  jobTypeOf,
  partOf,
  rule,
  type Answer,
  type Changes,
  type Finding,
  type RuleTable,
} from '../rule.js';
import { elementOf, elementsOf, textOf, zeebeElement, type TreeElement } from '../tree.js';

const TASK_EVENTS: Readonly<Record<string, string>> = {
  create: 'creating',
  assignment: 'assigning',
  update: 'updating',
  complete: 'completing',
  delete: 'canceling',
};

/** What the listener ran, as a person would name it. */
function codeOf(content: TreeElement | undefined): string {
  const script = elementOf(content, 'script');
  if (script)
    return `script in ${textOf(script, 'scriptFormat') || 'no language'}${textOf(script, 'resource') && ` from ${textOf(script, 'resource')}`}`;
  return textOf(content, 'class') || textOf(content, 'delegateExpression') || textOf(content, 'expression');
}

function headersOf(content: TreeElement | undefined): TreeElement[] {
  const headers = elementsOf(content, 'fields').map((field) => {
    const source = textOf(field, 'stringValue') || textOf(field, 'string') || textOf(field, 'expression');
    const value = translateValue(source);
    return zeebeElement('header', {
      key: textOf(field, 'name'),
      value: value.ok ? attributeValue(value.value) : source,
    });
  });
  return headers.length > 0 ? [zeebeElement('taskHeaders', {}, headers)] : [];
}

function becomesJob(
  { target, content }: Finding,
  changes: Changes,
  list: string,
  tag: string,
  eventType: string,
): Answer {
  const code = codeOf(content);
  const type = elementOf(content, 'script')
    ? jobTypeOf(target.id ?? '', 'listener')
    : jobTypeOf(code, 'listener');
  changes.add(
    target,
    list,
    zeebeElement(tag, { eventType, type }, tag === 'executionListener' ? headersOf(content) : []),
  );
  return {
    outcome: 'decide',
    value: `${textOf(content, 'event')}: ${code}`,
    becomes: `zeebe:${tag} eventType="${eventType}" type="${type}"`,
    message:
      'The code of the listener ran inside the engine. Here it is a job: the element waits until a worker has done it.',
    suggestion: `Move the code to a worker for jobs of type "${type}", or remove the listener where an input or output mapping does.`,
  };
}

function convertExecutionListener(finding: Finding, changes: Changes): Answer {
  const { target, content } = finding;
  const event = textOf(content, 'event');
  if (target.$type !== 'bpmn:SequenceFlow' && (event === 'start' || event === 'end')) {
    return becomesJob(finding, changes, 'executionListeners', 'executionListener', event);
  }
  return {
    outcome: 'decide',
    value: `${event}: ${codeOf(content)}`,
    message: 'Nothing listens to a sequence flow here: which flows were taken is in the audit trail.',
    suggestion: 'Put a service task on the flow, where the code has to run.',
  };
}

function convertTaskListener(finding: Finding, changes: Changes): Answer {
  const { content } = finding;
  const event = textOf(content, 'event');
  const eventType = TASK_EVENTS[event];
  if (eventType) return becomesJob(finding, changes, 'taskListeners', 'taskListener', eventType);
  const timers = elementsOf(content, 'eventDefinitions').map((timer) =>
    ['timeDate', 'timeDuration', 'timeCycle']
      .map((property) => textOf(elementOf(timer, property), 'body'))
      .join(''),
  );
  return {
    outcome: 'decide',
    value: `${event}: ${[codeOf(content), ...timers].join(' ')}`.trim(),
    message: 'The listener ran when a time was over, while the task stayed open.',
    suggestion: 'Attach a timer boundary event that does not interrupt, and lead it to a service task.',
  };
}

const EXECUTION = '`camunda:executionListener`';
const TASK = '`camunda:taskListener`';

/** The rules. */
export const listenerRules: RuleTable = {
  ExecutionListener: rule(
    ['decide'],
    '`zeebe:executionListener`, a job at the start or end; on a sequence flow a service task takes its place.',
    convertExecutionListener,
  ),
  'ExecutionListener#expression': partOf(EXECUTION),
  'ExecutionListener#class': partOf(EXECUTION),
  'ExecutionListener#delegateExpression': partOf(EXECUTION),
  'ExecutionListener#event': partOf(EXECUTION),
  'ExecutionListener#script': partOf(EXECUTION),
  'ExecutionListener#fields': partOf(EXECUTION),
  TaskListener: rule(
    ['decide'],
    '`zeebe:taskListener`, a job at `creating`, `assigning`, `updating`, `completing` or `canceling`; a timeout becomes a boundary event.',
    convertTaskListener,
  ),
  'TaskListener#expression': partOf(TASK),
  'TaskListener#class': partOf(TASK),
  'TaskListener#delegateExpression': partOf(TASK),
  'TaskListener#event': partOf(TASK),
  'TaskListener#script': partOf(TASK),
  'TaskListener#fields': partOf(TASK),
  'TaskListener#id': partOf(TASK),
  'TaskListener#eventDefinitions': partOf(TASK),
};
