/** Rules for input and output parameters, and for properties. */
import { feelText, translateValue, type Outcome } from '../juel/index.js';
import { noFeel, partOf, rule, WRITE_FEEL, type Answer, type Changes, type RuleTable } from '../rule.js';
import { elementOf, elementsOf, textOf, zeebeElement, type TreeElement } from '../tree.js';

const VARIABLE = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** The FEEL of a parameter's value, of an entry or of an item: a text, a list, a map, or what a script computes. */
function valueOf(holder: TreeElement): Outcome<string> {
  const definition =
    holder.$type === 'camunda:InputParameter' ||
    holder.$type === 'camunda:OutputParameter' ||
    holder.$type === 'camunda:Entry'
      ? elementOf(holder, 'definition')
      : holder;
  switch (definition?.$type) {
    case 'camunda:List':
      return joined(elementsOf(definition, 'items').map(valueOf), '[', ']');
    case 'camunda:Map': {
      const entries = elementsOf(definition, 'entries').map((entry): Outcome<string> => {
        const value = valueOf(entry);
        return value.ok ? { ok: true, value: `${feelText(textOf(entry, 'key'))}: ${value.value}` } : value;
      });
      return joined(entries, '{', '}');
    }
    case 'camunda:Script':
      return scriptValue(definition);
    default: {
      const source = textOf(definition ?? holder, 'value');
      if (source === '') return { ok: true, value: 'null' };
      const value = translateValue(source);
      if (!value.ok) return value;
      return { ok: true, value: value.value.kind === 'feel' ? value.value.text : feelText(value.value.text) };
    }
  }
}

function joined(parts: readonly Outcome<string>[], open: string, close: string): Outcome<string> {
  const failed = parts.find((part) => !part.ok);
  if (failed) return failed;
  return { ok: true, value: `${open}${parts.map((part) => (part.ok ? part.value : '')).join(', ')}${close}` };
}

function scriptValue(script: TreeElement): Outcome<string> {
  const format = textOf(script, 'scriptFormat').toLowerCase();
  const resource = textOf(script, 'resource');
  if (format === 'feel' && !resource) return { ok: true, value: textOf(script, 'value').trim() };
  const place = resource ? ` in ${resource}` : '';
  return {
    ok: false,
    reason: `It is a script in ${format || 'no language'}${place}; values are computed in FEEL here.`,
  };
}

/** Turns one parameter into a mapping of the element. */
function convertParameter(
  parameter: TreeElement,
  side: 'input' | 'output',
  target: TreeElement,
  changes: Changes,
): Answer {
  const name = textOf(parameter, 'name');
  const feel = valueOf(parameter);
  const found = `camunda:${side}Parameter`;
  const value = textOf(parameter, 'value') ? `${name}: ${textOf(parameter, 'value')}` : name;
  if (!VARIABLE.test(name)) {
    const message = `"${name}" is no name that a variable can have here: letters, digits and underscores.`;
    return {
      outcome: 'decide',
      found,
      value,
      message,
      suggestion: 'Choose another name, and use it where the variable is read.',
    };
  }
  if (!feel.ok) {
    const source =
      textOf(parameter, 'value') ||
      textOf(elementOf(parameter, 'definition'), 'value') ||
      textOf(elementOf(parameter, 'definition'), 'resource');
    changes.add(target, 'ioMapping', zeebeElement(side, { source: `=\${${source}}`, target: name }));
    return { outcome: 'decide', found, value, message: noFeel(feel.reason), suggestion: WRITE_FEEL };
  }
  const source = `=${feel.value}`;
  changes.add(target, 'ioMapping', zeebeElement(side, { source, target: name }));
  const message =
    side === 'input'
      ? 'The input is kept: the variable is local to the element.'
      : 'The output is kept. An element with outputs gives its scope these alone, so list every variable that is read later.';
  return {
    outcome: 'mapped',
    found,
    value,
    becomes: `zeebe:${side} source="${source}" target="${name}"`,
    message,
  };
}

/** Turns all parameters of an `inputOutput` into mappings of an element. */
export function convertParameters(
  content: TreeElement | undefined,
  target: TreeElement,
  changes: Changes,
): Answer[] {
  return [
    ...elementsOf(content, 'inputParameters').map((parameter) =>
      convertParameter(parameter, 'input', target, changes),
    ),
    ...elementsOf(content, 'outputParameters').map((parameter) =>
      convertParameter(parameter, 'output', target, changes),
    ),
  ];
}

/** What the schema allows inside, and Camunda 7 does not read there. */
function whatSaysNothing(content: TreeElement | undefined): Answer[] {
  const message = 'Camunda 7 does not read it in this place, so that it had no effect there either.';
  return ['inputOutput', 'connectorId']
    .filter((property) => content?.[property] !== undefined)
    .map((property) => ({ outcome: 'none', found: `camunda:${property}`, message }));
}

const PARAMETER = '`camunda:inputParameter` or `camunda:outputParameter`';
const PROPERTIES = '`camunda:properties`';

/** The rules. */
export const variableRules: RuleTable = {
  InputOutput: rule(
    ['mapped', 'decide', 'none'],
    '`zeebe:ioMapping`, an input or output for each parameter.',
    ({ content, target }, changes) => {
      const answers = [...convertParameters(content, target, changes), ...whatSaysNothing(content)];
      return answers.length > 0
        ? answers
        : { outcome: 'none', message: 'It holds no parameter, so that nothing is mapped.' };
    },
  ),
  'InputOutput#inputOutput': partOf('`camunda:inputOutput`'),
  'InputOutput#connectorId': partOf('`camunda:inputOutput`'),
  'InputOutput#inputParameters': partOf(PARAMETER),
  'InputOutput#outputParameters': partOf(PARAMETER),
  InputParameter: partOf(
    '`camunda:inputOutput`: `zeebe:input`, with lists and maps in FEEL; a script is written in FEEL by a person',
  ),
  OutputParameter: partOf(
    '`camunda:inputOutput`: `zeebe:output`, with lists and maps in FEEL; a script is written in FEEL by a person',
  ),
  'InputOutputParameter#name': partOf(PARAMETER),
  'InputOutputParameter#value': partOf(PARAMETER),
  'InputOutputParameter#definition': partOf(PARAMETER),
  List: partOf(PARAMETER),
  'List#items': partOf(PARAMETER),
  Map: partOf(PARAMETER),
  'Map#entries': partOf(PARAMETER),
  Entry: partOf(PARAMETER),
  'Entry#key': partOf(PARAMETER),
  'Entry#value': partOf(PARAMETER),
  'Entry#definition': partOf(PARAMETER),
  Value: partOf(PARAMETER),
  'Value#id': partOf(PARAMETER),
  'Value#name': partOf(PARAMETER),
  'Value#value': partOf(PARAMETER),
  Script: partOf(PARAMETER),
  'Script#scriptFormat': partOf(PARAMETER),
  'Script#resource': partOf(PARAMETER),
  'Script#value': partOf(PARAMETER),
  Properties: rule(['mapped'], '`zeebe:properties`.', ({ content, target }, changes) => {
    const names = elementsOf(content, 'values').map((property) => {
      const name = textOf(property, 'name') || textOf(property, 'id');
      changes.add(target, 'properties', zeebeElement('property', { name, value: textOf(property, 'value') }));
      return name;
    });
    return {
      outcome: 'mapped',
      value: names.join(', '),
      becomes: 'zeebe:properties',
      message: 'The properties are kept.',
    };
  }),
  'Properties#values': partOf(PROPERTIES),
  Property: partOf(PROPERTIES),
  'Property#id': partOf(PROPERTIES),
  'Property#name': partOf(PROPERTIES),
  'Property#value': partOf(PROPERTIES),
};
