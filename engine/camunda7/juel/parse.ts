/** Parses a JUEL expression by descending from the operator that binds least to the one that binds most. */
import { readTokens, type Token } from './tokens.js';
import { failure, type BinaryOperator, type Juel, type Outcome } from './tree.js';

/** How deep an expression may be nested: far beyond what people write, far below what a stack can hold. */
const DEPTH_LIMIT = 100;

/** Operators from the one that binds least to the one that binds most; those of a row bind alike. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Ends a parse from any depth; caught where the parse began. */
class ParseFailure extends Error {}

interface Parser {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

/** The tree of an expression, given without its braces. */
export function parseJuel(source: string): Outcome<Juel> {
  const tokens = readTokens(source);
  if (!tokens.ok) return tokens;
  const parser: Parser = { tokens: tokens.value, at: 0, depth: 0 };
  try {
    const value = readChoice(parser);
    if (peek(parser).kind !== 'end') return failure(`It cannot be read from "${peek(parser).text}" on.`);
    return { ok: true, value };
  } catch (error) {
    if (error instanceof ParseFailure) return failure(error.message);
    throw error;
  }
}

function peek(parser: Parser): Token {
  return parser.tokens[parser.at];
}

function takeSign(parser: Parser, ...signs: readonly string[]): string | undefined {
  const { kind, text } = peek(parser);
  if (kind !== 'sign' || !signs.includes(text)) return undefined;
  parser.at += 1;
  return text;
}

function expectSign(parser: Parser, sign: string): void {
  if (takeSign(parser, sign) === undefined) throw new ParseFailure(`It lacks a "${sign}".`);
}

function readChoice(parser: Parser): Juel {
  parser.depth += 1;
  if (parser.depth > DEPTH_LIMIT) throw new ParseFailure('It is nested too deep.');
  const test = readLevel(parser, 0);
  let result = test;
  if (takeSign(parser, '?') !== undefined) {
    const yes = readChoice(parser);
    expectSign(parser, ':');
    result = { kind: 'choice', test, yes, no: readChoice(parser) };
  }
  parser.depth -= 1;
  return result;
}

function readLevel(parser: Parser, level: number): Juel {
  if (level === LEVELS.length) return readUnary(parser);
  let left = readLevel(parser, level + 1);
  for (;;) {
    const operator = takeSign(parser, ...LEVELS[level]);
    if (operator === undefined) return left;
    const right = readLevel(parser, level + 1);
    left = { kind: 'binary', operator: operator as BinaryOperator, left, right };
  }
}

function readUnary(parser: Parser): Juel {
  const { kind, text } = peek(parser);
  const operator = kind === 'name' && text === 'empty' ? 'empty' : kind === 'sign' ? text : '';
  if (operator !== 'empty' && operator !== '!' && operator !== '-') return readPath(parser);
  parser.at += 1;
  parser.depth += 1;
  if (parser.depth > DEPTH_LIMIT) throw new ParseFailure('It is nested too deep.');
  const operand = readUnary(parser);
  parser.depth -= 1;
  return { kind: 'unary', operator, operand };
}

function readPath(parser: Parser): Juel {
  let object = readPrimary(parser);
  for (;;) {
    if (takeSign(parser, '.') !== undefined) {
      const { kind, text } = peek(parser);
      if (kind !== 'name') throw new ParseFailure('It lacks a name after a dot.');
      parser.at += 1;
      object = isCall(parser) ? readCall(parser, text) : { kind: 'property', object, name: text };
    } else if (takeSign(parser, '[') !== undefined) {
      const index = readChoice(parser);
      expectSign(parser, ']');
      object = { kind: 'index', object, index };
    } else return object;
  }
}

function isCall(parser: Parser): boolean {
  const { kind, text } = peek(parser);
  return kind === 'sign' && text === '(';
}

/** Whether the name before is the prefix of a function, as in `fn:size(list)`. */
function isPrefix({ tokens, at }: Parser): boolean {
  const [colon, name, bracket] = tokens.slice(at, at + 3);
  return colon.text === ':' && name?.kind === 'name' && name.text !== 'empty' && bracket?.text === '(';
}

/** A call is read to its end, so that an expression that is wrong after it is told to be wrong. */
function readCall(parser: Parser, name: string): Juel {
  expectSign(parser, '(');
  if (takeSign(parser, ')') === undefined) {
    do readChoice(parser);
    while (takeSign(parser, ',') !== undefined);
    expectSign(parser, ')');
  }
  return { kind: 'call', name };
}

function readPrimary(parser: Parser): Juel {
  const { kind, text } = peek(parser);
  parser.at += 1;
  if (kind === 'number') return { kind: 'number', text };
  if (kind === 'text') return { kind: 'text', value: text };
  if (kind === 'sign' && text === '(') {
    const inner = readChoice(parser);
    expectSign(parser, ')');
    return inner;
  }
  if (kind !== 'name')
    throw new ParseFailure(kind === 'end' ? 'It ends too early.' : `"${text}" stands where a value must.`);
  if (text === 'true' || text === 'false' || text === 'null') return { kind: 'constant', name: text };
  if (isPrefix(parser)) {
    parser.at += 2;
    return readCall(parser, `${text}:${parser.tokens[parser.at - 1].text}`);
  }
  return isCall(parser) ? readCall(parser, text) : { kind: 'name', name: text };
}
