/** The shape of the mapping table: a rule for each type and property of Camunda 7's extensions, and how rules answer. */
import type { FormComponent } from './generated-form.js';
import { translateValue, type Outcome, type TranslatedValue } from './juel/index.js';
import type { ConversionOutcome } from './report.js';
import { textOf, type TreeElement } from './tree.js';

/** One thing of Camunda 7 in the file. */
export interface Finding {
  /** The element that holds it; an event definition or a loop marker may. */
  readonly holder: TreeElement;
  /** The flow node, flow or process that is extended for it. */
  readonly target: TreeElement;
  /** The extension element itself; undefined for an attribute. */
  readonly content: TreeElement | undefined;
  /** As in the file, such as `camunda:assignee`. */
  readonly found: string;
  /** An attribute's value; empty for an extension element. */
  readonly value: string;
}

/** What became of a finding. A part of an extension element may have an answer of its own, under its own name. */
export interface Answer {
  readonly outcome: ConversionOutcome;
  readonly message: string;
  readonly becomes?: string;
  readonly suggestion?: string;
  readonly found?: string;
  readonly value?: string;
}

/** Collects what the converted file gets. */
export interface Changes {
  /** Sets attributes of an extension that an element has once, such as `taskDefinition`. */
  set(target: TreeElement, tag: string, attributes: Readonly<Record<string, string>>): void;
  /** Adds a field to the form that an element gets as a file of its own; its id. */
  addField(target: TreeElement, field: FormComponent): string;
  /** Adds a child to an extension that is a list, such as `input` to `ioMapping`. */
  add(target: TreeElement, list: string, child: TreeElement): void;
}

/** Answers a finding, and makes its changes. */
export type Convert = (finding: Finding, changes: Changes) => Answer | readonly Answer[];

/** A row of the table. */
export interface Rule {
  /** Every outcome it can have; empty where it is a part that is told with its whole. */
  readonly outcomes: readonly ConversionOutcome[];
  /** For the documentation: what it becomes, what is to be chosen, or what it means here. */
  readonly meaning: string;
  /** Undefined for a part. */
  readonly convert: Convert | undefined;
}

/** Rules by `Type` for an extension element and by `Type#property` for its properties and for attributes. */
export type RuleTable = Readonly<Record<string, Rule>>;

/** A rule with these outcomes. */
export function rule(outcomes: readonly ConversionOutcome[], meaning: string, convert: Convert): Rule {
  return { outcomes, meaning, convert };
}

/** A rule for what has no counterpart: the meaning is the answer. */
export function none(meaning: string): Rule {
  return { outcomes: ['none'], meaning, convert: () => ({ outcome: 'none', message: meaning }) };
}

/** A rule for a part that is told with its whole. */
export function partOf(whole: string): Rule {
  return { outcomes: [], meaning: `Told with ${whole}.`, convert: undefined };
}

/** A value as an attribute of the dialect has it: FEEL after "=". A text that begins with "=" is kept a text. */
export function attributeValue({ kind, text }: TranslatedValue): string {
  if (kind === 'feel') return `=${text}`;
  return text.startsWith('=') ? `="${text.replace(/["\\]/g, '\\$&')}"` : text;
}

/** What to do with an expression that has no FEEL. */
export const WRITE_FEEL = 'Write it in FEEL, from the variables of the process.';

/**
 * Puts a finding's value into an attribute of the dialect. An expression without FEEL is put in as it stands, after
 * "=", so that deployment refuses it until someone has decided.
 */
export function putValue(
  { value, target }: Finding,
  changes: Changes,
  tag: string,
  attribute: string,
  message: string,
  translated: Outcome<TranslatedValue> = translateValue(value),
): Answer {
  const written = translated.ok ? attributeValue(translated.value) : `=${value}`;
  changes.set(target, tag, { [attribute]: written });
  if (!translated.ok)
    return { outcome: 'decide', message: noFeel(translated.reason), suggestion: WRITE_FEEL };
  return { outcome: 'mapped', becomes: `zeebe:${tag} ${attribute}="${written}"`, message };
}

/** The sentence for an expression that could not be translated. */
export function noFeel(reason: string): string {
  return `The expression has no FEEL yet. ${reason}`;
}

/** A name for a job type: `com.acme.SendInvoiceDelegate` and `${sendInvoice}` are `send-invoice`. */
export function jobTypeOf(source: string, otherwise: string): string {
  const last = /([\p{L}\p{N}_-]+)(?:Delegate)?\}?\s*$/u.exec(source)?.[1] ?? otherwise;
  return last
    .replace(/Delegate$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

/** What people call an element: its name, or its id. */
export function nameOf(element: TreeElement): string {
  return textOf(element, 'name') || (element.id ?? '');
}
