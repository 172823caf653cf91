/** Texts of forms with FEEL in them (`{{name}}`, `{{#if …}}`, `{{#loop …}}`), evaluated by the engine. */
import { FeelersTemplating } from '@bpmn-io/form-js-viewer';
import { parseToSimpleTree } from 'feelers';
import { evaluateFeel } from './engine-feel.js';

type Context = Record<string, unknown>;

/** A part of a parsed text. */
interface Part {
  readonly name: string;
  readonly content?: string;
  readonly children: readonly Part[];
}

interface Options {
  /** Shows what failed where it failed. */
  readonly debug?: boolean;
  readonly buildDebugString?: (error: Error) => string;
  /** Does something to each value before it goes into the text. */
  readonly sanitizer?: (value: string) => string;
}

/** The names of a loop's item, and how to reach what is around it. */
function within(item: unknown, parent: unknown): Context {
  const own = typeof item === 'object' && item !== null && !Array.isArray(item) ? item : {};
  return { this: item, parent, ...own, _this_: item, _parent_: parent };
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : String(evaluateFeel('string(value)', { value }));
}

/** Whether a text is written in the expression itself, so that it comes from the form's author and not from data. */
function isWrittenIn(expression: string, text: string): boolean {
  return (expression.match(/"(?:[^"\\]|\\.)*"/g) ?? []).some((literal) => literal.slice(1, -1) === text);
}

function evaluatePart(part: Part, context: Context, options: Options): string {
  const { name, content = '', children } = part;
  const inner = (parts: readonly Part[], at: Context) =>
    parts.map((one) => evaluate(one, at, options)).join('');
  const block = (text: string) =>
    text + (children.at(-1)?.name.endsWith('Nl') && !text.endsWith('\n') ? '\n' : '');
  const clean = options.sanitizer ?? ((value: string) => value);
  switch (name) {
    case 'SimpleTextBlock':
      return content;
    case 'Insert':
      return clean(textOf(evaluateFeel(children[0].content ?? '', context)));
    case 'Feel':
    case 'FeelBlock': {
      const value = textOf(evaluateFeel(content, context));
      return isWrittenIn(content, value) ? value : clean(value);
    }
    case 'Feelers':
      return inner(children, context);
    case 'ConditionalSpanner':
      return evaluateFeel(children[0].content ?? '', context)
        ? block(inner(children.slice(1, -1), context))
        : '';
    case 'LoopSpanner': {
      const found = evaluateFeel(children[0].content ?? '', context) ?? [];
      const items: unknown[] = Array.isArray(found) ? found : [found];
      return block(items.map((item) => inner(children.slice(1, -1), within(item, context))).join(''));
    }
    default:
      return '';
  }
}

function evaluate(part: Part, context: Context, options: Options): string {
  try {
    return evaluatePart(part, context, options);
  } catch (error) {
    if (!options.debug || !(error instanceof Error)) throw error;
    return options.buildDebugString?.(error) ?? ' {{⚠}} ';
  }
}

/** The templates of a form. */
export class EngineTemplates extends FeelersTemplating {
  override evaluate(template: string, context: Context = {}, options: Options = {}): string {
    return evaluate(parseToSimpleTree(template), within(context, null), options);
  }
}
