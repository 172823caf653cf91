/** Rules for tasks that are done by code: delegates, external tasks, retries, fields. */
import { translateValue } from '../juel/index.js';
import { attributeValue, jobTypeOf, noFeel, none, partOf, putValue, rule, WRITE_FEEL } from '../rule.js';
import type { Answer, Changes, Finding, RuleTable } from '../rule.js';
import { textOf, zeebeElement, type TreeElement } from '../tree.js';

/** Gives an element a job type for code that ran inside the engine, and says that a worker must take it over. */
function replaceCode({ target, value }: Finding, changes: Changes, what: string): Answer {
  const type = jobTypeOf(value, jobTypeOf(target.id ?? '', 'task'));
  changes.set(target, 'taskDefinition', { type });
  return {
    outcome: 'decide',
    becomes: `zeebe:taskDefinition type="${type}"`,
    message: `${what} ran inside the engine. Here a job worker does the work: the job type is set, the worker has to be written.`,
    suggestion: `Move the code to a worker for jobs of type "${type}".`,
  };
}

function convertExpression(finding: Finding, changes: Changes): Answer {
  const { value, target } = finding;
  const answer = replaceCode(finding, changes, 'The expression');
  const type = jobTypeOf(target.id ?? '', 'task');
  changes.set(target, 'taskDefinition', { type });
  const feel = translateValue(value);
  const becomes = `zeebe:taskDefinition type="${type}"`;
  if (!feel.ok || feel.value.kind === 'text') {
    return { ...answer, becomes, suggestion: `Do what it does in a worker for jobs of type "${type}".` };
  }
  const suggestion = `Make it a script task with the FEEL expression "${feel.value.text}", or write a worker for jobs of type "${type}".`;
  return { ...answer, becomes, suggestion };
}

/** Whether a worker does the element's work. */
function isJob(target: TreeElement): boolean {
  if (target.$type === 'bpmn:BusinessRuleTask') return textOf(target, 'decisionRef') === '';
  return (
    ['bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:ScriptTask'].includes(target.$type) ||
    /ThrowEvent|EndEvent/.test(target.$type)
  );
}

/** How often a job is tried by `R3/PT10M` or `PT1M,PT5M`; undefined for an expression. */
function attempts(cycle: string): number | undefined {
  const repeated = /^R(\d+)\/P/.exec(cycle);
  if (repeated) return Number(repeated[1]);
  const pauses = cycle.split(',').map((pause) => pause.trim());
  return pauses.every((pause) => /^P[\dT]/.test(pause)) ? pauses.length + 1 : undefined;
}

function convertRetries({ target, content }: Finding, changes: Changes): Answer {
  const cycle = textOf(content, 'body').trim();
  if (!isJob(target)) {
    const message =
      'Only jobs of workers are tried again here; this element has none, so that there is nothing to repeat.';
    return { outcome: 'none', value: cycle, message };
  }
  const retries = attempts(cycle);
  if (retries === undefined) {
    const message = 'How often the job is tried again is not a plain number of times.';
    return {
      outcome: 'decide',
      value: cycle,
      message,
      suggestion: 'Set the retries of the task to a number.',
    };
  }
  changes.set(target, 'taskDefinition', { retries: String(retries) });
  return {
    outcome: 'mapped',
    value: cycle,
    becomes: `zeebe:taskDefinition retries="${retries}"`,
    message:
      'The number of attempts is kept. The pause between them is given by the worker when it fails a job.',
  };
}

/** A field is a header where it is fixed and an input where it is computed. */
function convertField({ target, content }: Finding, changes: Changes): Answer {
  const name = textOf(content, 'name');
  const source = textOf(content, 'stringValue') || textOf(content, 'string') || textOf(content, 'expression');
  const feel = translateValue(source);
  const value = `${name}: ${source}`;
  if (!feel.ok) {
    changes.add(target, 'ioMapping', zeebeElement('input', { source: `=${source}`, target: name }));
    return { outcome: 'decide', value, message: noFeel(feel.reason), suggestion: WRITE_FEEL };
  }
  if (feel.value.kind === 'text') {
    changes.add(target, 'taskHeaders', zeebeElement('header', { key: name, value: feel.value.text }));
    return {
      outcome: 'mapped',
      value,
      becomes: `zeebe:header key="${name}"`,
      message: 'The worker reads the field from the headers of its job.',
    };
  }
  const written = attributeValue(feel.value);
  changes.add(target, 'ioMapping', zeebeElement('input', { source: written, target: name }));
  return {
    outcome: 'mapped',
    value,
    becomes: `zeebe:input source="${written}" target="${name}"`,
    message: 'The worker reads the field from the variables of its job.',
  };
}

const ASYNC =
  'Every step is stored before its answer is given, so that no border of a transaction has to be drawn.';

/** The rules. */
export const taskRules: RuleTable = {
  'ServiceTaskLike#class': rule(
    ['decide'],
    'A job type made from the name of the class; the code moves to a job worker.',
    (finding, changes) => replaceCode(finding, changes, 'The Java class'),
  ),
  'ServiceTaskLike#delegateExpression': rule(
    ['decide'],
    'A job type made from the name of the bean; the code moves to a job worker.',
    (finding, changes) => replaceCode(finding, changes, 'The bean'),
  ),
  'ServiceTaskLike#expression': rule(
    ['decide'],
    'A job type made from the id of the element; what it computes becomes a script task in FEEL or a worker.',
    convertExpression,
  ),
  'ServiceTaskLike#resultVariable': rule(
    ['mapped'],
    '`zeebe:taskHeaders` with the header `resultVariable`: the worker completes its job with a variable of that name. On a called decision, its result variable.',
    ({ target, value }, changes) => {
      if (!isJob(target))
        return {
          outcome: 'mapped',
          becomes: `zeebe:calledDecision resultVariable="${value}"`,
          message: `The result of the decision goes to the variable "${value}".`,
        };
      changes.add(target, 'taskHeaders', zeebeElement('header', { key: 'resultVariable', value }));
      return {
        outcome: 'mapped',
        becomes: 'zeebe:header key="resultVariable"',
        message: `The worker completes its job with the variable "${value}"; a header tells it the name.`,
      };
    },
  ),
  'ExternalCapable#type': rule(
    ['mapped', 'decide'],
    'Goes with the topic; a type other than `external` becomes the job type, for which a worker is needed.',
    (finding, changes) => {
      if (finding.value === 'external') {
        return {
          outcome: 'mapped',
          becomes: 'zeebe:taskDefinition',
          message: 'An external task is a job here; its topic is the job type.',
        };
      }
      return replaceCode(finding, changes, `The built-in task "${finding.value}"`);
    },
  ),
  'ExternalCapable#topic': rule(
    ['mapped', 'decide'],
    '`zeebe:taskDefinition` with the topic as its job type.',
    (finding, changes) =>
      putValue(
        finding,
        changes,
        'taskDefinition',
        'type',
        'The topic is the job type: a worker asks for jobs of this type as it asked for the topic.',
      ),
  ),
  'TaskPriorized#taskPriority': rule(
    ['mapped', 'decide'],
    '`zeebe:jobPriorityDefinition`.',
    (finding, changes) =>
      putValue(
        finding,
        changes,
        'jobPriorityDefinition',
        'priority',
        'Jobs with a higher priority are handed out first.',
      ),
  ),
  'AsyncCapable#async': none(ASYNC),
  'AsyncCapable#asyncBefore': none(ASYNC),
  'AsyncCapable#asyncAfter': none(ASYNC),
  'AsyncCapable#exclusive': none(
    'One instance is changed by one step at a time, always; jobs of one instance may still be done at the same time by workers.',
  ),
  'JobPriorized#jobPriority': none(
    'The engine has no jobs of its own that would wait for one another; the priority of a worker’s job is `camunda:taskPriority`.',
  ),
  FailedJobRetryTimeCycle: rule(
    ['mapped', 'decide', 'none'],
    '`zeebe:taskDefinition` with the number of attempts; the pause between them is said by the worker. On an element without a job it has no meaning.',
    convertRetries,
  ),
  'FailedJobRetryTimeCycle#body': partOf('`camunda:failedJobRetryTimeCycle`'),
  Field: rule(
    ['mapped', 'decide'],
    'A header of the job where it is fixed, an input mapping where it is an expression.',
    convertField,
  ),
  'Field#name': partOf('`camunda:field`'),
  'Field#expression': partOf('`camunda:field`'),
  'Field#stringValue': partOf('`camunda:field`'),
  'Field#string': partOf('`camunda:field`'),
  ErrorEventDefinition: rule(
    ['decide'],
    'The worker decides whether its job ends with a BPMN error, and throws it by its code.',
    ({ content }) => ({
      outcome: 'decide',
      value: textOf(content, 'expression'),
      message:
        'The engine looked at this expression when an external task ended, and threw the BPMN error. Here the worker throws it.',
      suggestion: 'Let the worker throw the BPMN error by its code where this holds.',
    }),
  ),
  'ErrorEventDefinition#expression': partOf('`camunda:errorEventDefinition`'),
};
