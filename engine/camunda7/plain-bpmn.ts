/**
 * What is written in plain BPMN but has another meaning in Camunda 7: expressions in JUEL, scripts, what a call
 * activity passes without a word, and messages that are found by their variables.
 */
import { hasExpression, translateValue } from './juel/index.js';
import { convertFixedTimer } from './timers.js';
import { attributeValue, nameOf, noFeel, WRITE_FEEL, type Answer, type Changes } from './rule.js';
import { elementOf, extensionsOf, ownerOf, textOf, zeebeElement, type TreeElement } from './tree.js';

/** An answer that says for which element of the file it is, and what was found. */
export interface PlainAnswer extends Answer {
  readonly target: TreeElement;
  readonly found: string;
}

/** Places of BPMN that hold an expression: the element, its property, and what people call it. */
const EXPRESSIONS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'bpmn:SequenceFlow': [['conditionExpression', 'condition']],
  'bpmn:ConditionalEventDefinition': [['condition', 'condition']],
  'bpmn:TimerEventDefinition': [
    ['timeDate', 'timer date'],
    ['timeDuration', 'timer duration'],
    ['timeCycle', 'timer cycle'],
  ],
  'bpmn:MultiInstanceLoopCharacteristics': [
    ['loopCardinality', 'loop cardinality'],
    ['completionCondition', 'completion condition'],
  ],
};

/** What an expression may give without the zone that Camunda 7 reads it in: that of its server. */
const ZONED: ReadonlySet<string> = new Set(['timer date', 'timer cycle']);

/** Texts of BPMN that Camunda 7 takes for expressions too. */
const TEXTS: Readonly<Record<string, string>> = {
  'bpmn:Message': 'name',
  'bpmn:Signal': 'name',
  'bpmn:Error': 'errorCode',
  'bpmn:Escalation': 'escalationCode',
};

/** For the documentation: what is found in plain BPMN, and what becomes of it. */
export const PLAIN_MEANINGS: Readonly<Record<string, string>> = {
  'conditions, timers, loop cardinalities, completion conditions':
    'FEEL, where JUEL has words that FEEL has too; else a person writes them in FEEL.',
  'names of messages and signals, codes of errors and escalations': 'FEEL where they hold an expression.',
  'script tasks':
    'a script in FEEL stays a script (`zeebe:script`); every other language becomes a job of type `script`, with the script in its headers.',
  'called element':
    '`zeebe:calledElement processId`; variables cross only where `camunda:in` and `camunda:out` say so.',
  'messages that a running instance waits for':
    'need a correlation key: Camunda 7 found the instance by its business key or its variables.',
  'user tasks': '`zeebe:userTask`.',
};

/** Converts what plain BPMN says in an element. */
export function convertPlain(element: TreeElement, changes: Changes): PlainAnswer[] {
  switch (element.$type) {
    case 'bpmn:UserTask':
      changes.set(element, 'userTask', {});
      return [];
    case 'bpmn:CallActivity':
      return convertCall(element, changes);
    case 'bpmn:ScriptTask':
      return convertScript(element, changes);
    case 'bpmn:ReceiveTask':
      return messageKey(element, element);
    case 'bpmn:MessageEventDefinition':
      return convertCaught(element);
    case 'bpmn:TimerEventDefinition':
      return [...convertExpressions(element), ...convertFixedTimer(element)];
    default:
      return [...convertExpressions(element), ...convertText(element)];
  }
}

function convertExpressions(element: TreeElement): PlainAnswer[] {
  const answers: PlainAnswer[] = [];
  for (const [property, what] of EXPRESSIONS[element.$type] ?? []) {
    const expression = elementOf(element, property);
    const body = textOf(expression, 'body').trim();
    if (!expression || body === '' || body.startsWith('=')) continue;
    const language = textOf(expression, 'language').toLowerCase();
    const target = ownerOf(element);
    const found = what;
    if (language === 'feel') expression.body = `=${body}`;
    else if (language !== '' && language !== 'juel') {
      const message = `The ${what} is a script in ${language}; here it is FEEL.`;
      answers.push({ target, found, value: body, outcome: 'decide', message, suggestion: WRITE_FEEL });
      continue;
    } else if (!hasExpression(body)) continue;
    else {
      const translated = translateValue(body);
      if (!translated.ok) {
        answers.push({
          target,
          found,
          value: body,
          outcome: 'decide',
          message: noFeel(translated.reason),
          suggestion: WRITE_FEEL,
        });
        continue;
      }
      expression.body = attributeValue(translated.value);
    }
    Reflect.deleteProperty(expression, 'language');
    const becomes = textOf(expression, 'body');
    answers.push({
      target,
      found,
      value: body,
      outcome: 'mapped',
      becomes,
      message: ZONED.has(what)
        ? `The ${what} is FEEL now. It must give a date and time with its zone: without one it is read in UTC.`
        : `The ${what} is FEEL now.`,
    });
  }
  return answers;
}

function convertText(element: TreeElement): PlainAnswer[] {
  const property = TEXTS[element.$type];
  const value = property ? textOf(element, property) : '';
  if (!hasExpression(value)) return [];
  const found = `${element.$type.replace('bpmn:', '').toLowerCase()} ${property}`;
  const translated = translateValue(value);
  if (!translated.ok) {
    element[property] = `=${value}`;
    return [
      {
        target: element,
        found,
        value,
        outcome: 'decide',
        message: noFeel(translated.reason),
        suggestion: WRITE_FEEL,
      },
    ];
  }
  const becomes = attributeValue(translated.value);
  element[property] = becomes;
  return [
    { target: element, found, value, outcome: 'mapped', becomes, message: 'The expression is FEEL now.' },
  ];
}

function convertCall(element: TreeElement, changes: Changes): PlainAnswer[] {
  const value = textOf(element, 'calledElement');
  if (extensionsOf(element).some(({ $type }) => $type === 'zeebe:calledElement')) return [];
  const passed = (type: string): boolean =>
    extensionsOf(element).some(({ $type, variables }) => $type === type && variables === 'all');
  changes.set(element, 'calledElement', {
    propagateAllParentVariables: String(passed('camunda:In')),
    propagateAllChildVariables: String(passed('camunda:Out')),
  });
  if (value === '') return [];
  const found = 'calledElement';
  const translated = translateValue(value);
  Reflect.deleteProperty(element, 'calledElement');
  const processId = translated.ok ? attributeValue(translated.value) : `=${value}`;
  changes.set(element, 'calledElement', { processId });
  if (!translated.ok)
    return [
      {
        target: element,
        found,
        value,
        outcome: 'decide',
        message: noFeel(translated.reason),
        suggestion: WRITE_FEEL,
      },
    ];
  const becomes = `zeebe:calledElement processId="${processId}"`;
  return [
    {
      target: element,
      found,
      value,
      outcome: 'mapped',
      becomes,
      message: 'The process is called by its id. Deploy it as well.',
    },
  ];
}

function convertScript(element: TreeElement, changes: Changes): PlainAnswer[] {
  const format = textOf(element, 'scriptFormat').toLowerCase();
  const script = textOf(element, 'script');
  const resultVariable = textOf(element, 'resultVariable');
  Reflect.deleteProperty(element, 'script');
  Reflect.deleteProperty(element, 'scriptFormat');
  if (format === 'feel' && resultVariable !== '') {
    changes.set(element, 'script', { expression: `=${script.trim()}`, resultVariable });
    return [
      {
        target: element,
        found: 'script',
        value: script,
        outcome: 'mapped',
        becomes: `zeebe:script expression="=${script.trim()}"`,
        message: 'The script is FEEL, and computed by the engine.',
      },
    ];
  }
  changes.set(element, 'taskDefinition', { type: 'script' });
  const headers = { language: format, script, resource: textOf(element, 'resource'), resultVariable };
  for (const [key, value] of Object.entries(headers)) {
    if (value !== '') changes.add(element, 'taskHeaders', zeebeElement('header', { key, value }));
  }
  return [
    {
      target: element,
      found: 'script',
      value: script,
      outcome: 'decide',
      becomes: 'zeebe:taskDefinition type="script"',
      message: `A script in ${format || 'no language'} is not run by the engine. It is a job of type "script" now, with the script in its headers.`,
      suggestion: `Write it as a FEEL expression with a result variable, or start a worker for jobs of type "script".`,
    },
  ];
}

/** A message that is caught while an instance runs; those that start one need no key. */
function convertCaught(definition: TreeElement): PlainAnswer[] {
  const event = definition.$parent;
  if (!event || /Throw|EndEvent/.test(event.$type)) return [];
  if (event.$type === 'bpmn:StartEvent' && event.$parent?.triggeredByEvent !== true) return [];
  return messageKey(definition, event);
}

function messageKey(holder: TreeElement, target: TreeElement): PlainAnswer[] {
  const message = elementOf(holder, 'messageRef');
  if (!message || extensionsOf(message).some(({ $type }) => /subscription$/i.test($type))) return [];
  return [
    {
      target,
      found: 'message',
      value: nameOf(message),
      outcome: 'decide',
      message: `Camunda 7 finds the instance for the message "${nameOf(message)}" by its business key or its variables. Here the message has a correlation key.`,
      suggestion:
        'Give the message a correlation key: an expression such as =orderId, whose value the sender knows.',
    },
  ];
}
