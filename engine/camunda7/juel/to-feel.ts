/**
 * Writes a JUEL tree as FEEL (DMN 1.3 §10.3). What depends on Java objects, on methods or on the engine's own
 * beans has no FEEL; the reason is told.
 */
import { failure, type BinaryOperator, type Juel, type Outcome } from './tree.js';

/** FEEL and how tightly its outermost operator binds. */
interface Written {
  readonly feel: string;
  readonly level: number;
}

const CHOICE = 0;
const OR = 1;
const AND = 2;
const COMPARISON = 3;
const SUM = 4;
const PRODUCT = 5;
const SIGNED = 7;
const WHOLE = 8;

const OPERATORS: Readonly<Record<Exclude<BinaryOperator, '%'>, readonly [string, number]>> = {
  '||': ['or', OR],
  '&&': ['and', AND],
  '==': ['=', COMPARISON],
  '!=': ['!=', COMPARISON],
  '<': ['<', COMPARISON],
  '>': ['>', COMPARISON],
  '<=': ['<=', COMPARISON],
  '>=': ['>=', COMPARISON],
  '+': ['+', SUM],
  '-': ['-', SUM],
  '*': ['*', PRODUCT],
  '/': ['/', PRODUCT],
};

/** What Camunda 7 tells about a multi-instance activity, under the names it has here; counters begin at 1 here. */
const RENAMED: Readonly<Record<string, Written>> = {
  nrOfInstances: { feel: 'numberOfInstances', level: WHOLE },
  nrOfActiveInstances: { feel: 'numberOfActiveInstances', level: WHOLE },
  nrOfCompletedInstances: { feel: 'numberOfCompletedInstances', level: WHOLE },
  loopCounter: { feel: 'loopCounter - 1', level: SUM },
};

/** Objects that Camunda 7 puts beside the variables. */
const ENGINE_OBJECTS: ReadonlySet<string> = new Set([
  'execution',
  'task',
  'caseExecution',
  'authenticatedUserId',
  'connector',
]);

const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const RESERVED: ReadonlySet<string> = new Set(
  'and or not if then else for in return some every satisfies between function external instance of null true false'.split(
    ' ',
  ),
);

/** Ends a translation from any depth; caught where it began. */
class NoFeel extends Error {}

/** The FEEL of a tree, without a leading "=". */
export function writeFeel(tree: Juel): Outcome<string> {
  try {
    return { ok: true, value: write(tree).feel };
  } catch (error) {
    if (error instanceof NoFeel) return failure(error.message);
    throw error;
  }
}

/** A text as a FEEL literal. */
export function feelText(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t');
  return `"${escaped}"`;
}

function write(tree: Juel): Written {
  switch (tree.kind) {
    case 'number':
      return { feel: plainNumber(tree.text), level: WHOLE };
    case 'text':
      return { feel: feelText(tree.value), level: WHOLE };
    case 'constant':
      return { feel: tree.name, level: WHOLE };
    case 'name':
      return writeName(tree.name);
    case 'property':
      return writeProperty(write(tree.object), tree.name);
    case 'index':
      return writeIndex(write(tree.object), tree.index);
    case 'unary':
      return writeUnary(tree.operator, write(tree.operand));
    case 'binary':
      return writeBinary(tree);
    case 'choice': {
      const [test, yes, no] = [write(tree.test), write(tree.yes), write(tree.no)];
      return { feel: `if ${test.feel} then ${yes.feel} else ${no.feel}`, level: CHOICE };
    }
    case 'call':
      throw new NoFeel(`It calls the method "${tree.name}", which is Java code.`);
  }
}

/** FEEL has no exponents. */
function plainNumber(text: string): string {
  if (!/e/i.test(text)) return text.startsWith('.') ? `0${text}` : text.replace(/\.$/, '');
  const written = String(Number(text));
  if (!/^\d+(?:\.\d+)?$/.test(written))
    throw new NoFeel(`The number ${text} is too large or too small to be written out.`);
  return written;
}

function writeName(name: string): Written {
  if (ENGINE_OBJECTS.has(name))
    throw new NoFeel(`It asks the engine's object "${name}", which there is none of here.`);
  if (Object.hasOwn(RENAMED, name)) return RENAMED[name];
  return { feel: PLAIN_NAME.test(name) && !RESERVED.has(name) ? name : `\`${name}\``, level: WHOLE };
}

function writeProperty(object: Written, name: string): Written {
  if (!PLAIN_NAME.test(name) || RESERVED.has(name)) {
    return { feel: `get value(${object.feel}, ${feelText(name)})`, level: WHOLE };
  }
  return { feel: `${inside(object, WHOLE)}.${name}`, level: WHOLE };
}

/** A list begins at 0 in JUEL and at 1 in FEEL. What is neither a number nor a text could be either. */
function writeIndex(object: Written, index: Juel): Written {
  if (index.kind === 'text') return writeProperty(object, index.value);
  if (index.kind === 'number' && /^\d+$/.test(index.text)) {
    return { feel: `${inside(object, WHOLE)}[${Number(index.text) + 1}]`, level: WHOLE };
  }
  throw new NoFeel(
    'What stands in the square brackets may be a place in a list or a name: only a person can tell.',
  );
}

function writeUnary(operator: '-' | '!' | 'empty', operand: Written): Written {
  if (operator === '-') return { feel: `-${inside(operand, WHOLE)}`, level: SIGNED };
  if (operator === '!') return { feel: `not(${operand.feel})`, level: WHOLE };
  return { feel: `list contains([null, "", [], {}], ${operand.feel})`, level: WHOLE };
}

function writeBinary({ operator, left, right }: Extract<Juel, { kind: 'binary' }>): Written {
  const [first, second] = [write(left), write(right)];
  if (operator === '%') return { feel: `modulo(${first.feel}, ${second.feel})`, level: WHOLE };
  const [sign, level] = OPERATORS[operator];
  if (operator === '+') return { feel: `${asNumber(left, first)} + ${asNumber(right, second)}`, level };
  const leftmost = level === COMPARISON ? level + 1 : level;
  return { feel: `${inside(first, leftmost)} ${sign} ${inside(second, level + 1)}`, level };
}

/** The plus of JUEL adds whatever stands beside it, also texts; that of FEEL would put two texts together. */
function asNumber(tree: Juel, written: Written): string {
  if (tree.kind === 'text') {
    if (NUMBER.test(tree.value)) return plainNumber(tree.value);
    throw new NoFeel(`Its "+" adds numbers, and the text "${tree.value}" is none.`);
  }
  if (tree.kind === 'constant' && tree.name === 'null') return '0';
  return isNumber(tree) ? inside(written, SUM + 1) : `number(string(${written.feel}))`;
}

const NUMBER = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Whether a tree surely gives a number. */
function isNumber(tree: Juel): boolean {
  switch (tree.kind) {
    case 'number':
      return true;
    case 'name':
      return Object.hasOwn(RENAMED, tree.name);
    case 'unary':
      return tree.operator === '-';
    case 'binary':
      return '+-*/%'.includes(tree.operator);
    case 'choice':
      return isNumber(tree.yes) && isNumber(tree.no);
    default:
      return false;
  }
}

function inside(written: Written, level: number): string {
  return written.level < level ? `(${written.feel})` : written.feel;
}
