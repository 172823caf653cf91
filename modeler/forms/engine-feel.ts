/** FEEL in forms: the engine's own, so that a form computes what the process computes, decimals and dates included. */
import { compileExpression, scopeOf, type CompiledExpression } from '@countersign/engine';
import { FeelExpressionLanguage } from '@bpmn-io/form-js-viewer';
import { withoutMarks } from './list-items.js';
import { toFormData } from './whole-numbers.js';

type Context = Record<string, unknown>;

/** What of the form's bus is used here. */
interface EventBus {
  fire(event: string, data: object): void;
}

/** Names that can stand in an expression without being known before. */
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const compiled = new Map<string, CompiledExpression | null>();

function compile(source: string, context: Context): CompiledExpression | null {
  const names = Object.keys(context).filter((name) => !PLAIN_NAME.test(name));
  const key = [source, ...names].join('\n');
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const result = compileExpression(source, { names });
  const expression = result.ok ? result.expression : null;
  compiled.set(key, expression);
  return expression;
}

/** The value of an expression as JSON. Throws where the text is no expression, or does too much. */
export function evaluateFeel(source: string, context: Context): unknown {
  const expression = compile(source, context);
  if (!expression) throw new Error(`“${source}” is no expression.`);
  return expression.evaluateToJson(scopeOf(withoutMarks(context)), Date.now()).value;
}

/** Whole numbers that no double shows, which stand in the form as texts. */
export interface ExactNumbers {
  /** The data of an expression, with the numbers instead of the texts. */
  read(context: Context): Context;
  /** Told of a number that was computed, so that its text is read as one. */
  computed(number: bigint): void;
}

/** The expressions of a form: of fields, options, conditions and limits. */
export class EngineExpressions extends FeelExpressionLanguage {
  static override $inject = ['eventBus', 'exactNumbers'];
  readonly #exact: ExactNumbers;

  constructor(eventBus: unknown, exactNumbers: ExactNumbers) {
    super(eventBus);
    this.#exact = exactNumbers;
  }

  override evaluate(expression: string, data: Context = {}): unknown {
    return this.isExpression(expression) ? this.#valueOf(expression, data) : null;
  }

  /** A condition; anything but true and false is neither. */
  override evaluateUnaryTest(expression: string, data: Context = {}): boolean | null {
    const value = this.isExpression(expression) ? this.#valueOf(expression, data) : null;
    return typeof value === 'boolean' ? value : null;
  }

  #valueOf(expression: string, data: Context): unknown {
    try {
      const value = evaluateFeel(expression.slice(1), this.#exact.read(data));
      if (typeof value === 'bigint') this.#exact.computed(value);
      return toFormData(value);
    } catch (error) {
      (this._eventBus as EventBus).fire('error', { error });
      return null;
    }
  }
}
