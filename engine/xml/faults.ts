/** What a reader leaves out of a document and tells: bounded in number and length, whatever the document holds. */
import type { MetaElement } from './metamodel.js';
import { positionsIn } from './position.js';
import { XmlFault } from './scan.js';

/** A document with more faults than this is refused without naming them all. */
export const FAULT_LIMIT = 1_000;

/** Something that was left out of what was read, or a reference that leads nowhere. */
export interface XmlWarning {
  /** What, where and why; no longer than a person reads. */
  readonly message: string;
  /** The element that has the reference or attribute. */
  readonly element?: MetaElement;
  readonly property?: string;
  readonly value?: string;
  /** The namespace that a reference names, where it is not that of the document. */
  readonly namespace?: string;
}

/** The warnings of one document. */
export interface Faults {
  readonly warnings: readonly XmlWarning[];
  /** A tag or text that was left out; `tag` is empty for a text. Throws XmlFault at one too many. */
  leaveOut(tag: string, at: number, reason: unknown): void;
  /** Something to tell about an element that was read; what is beyond the limit is not kept. */
  warn(warning: XmlWarning): void;
  /** "at line 3, column 5". */
  place(at: number): string;
}

/** No warnings yet. */
export function collectFaults(xml: string): Faults {
  const warnings: XmlWarning[] = [];
  const positionOf = positionsIn(xml);
  const place = (at: number): string => {
    const { line, column } = positionOf(at);
    return `at line ${line}, column ${column}`;
  };
  return {
    warnings,
    place,
    leaveOut(tag, at, reason) {
      if (warnings.length >= FAULT_LIMIT) {
        const message = `more than ${FAULT_LIMIT} elements, attributes or texts in it are unknown or repeat an id`;
        throw new XmlFault(message, at, true);
      }
      const why = reason instanceof Error ? reason.message : String(reason);
      const what = tag === '' ? '' : `<${shorten(tag)}> `;
      warnings.push({ message: `unparsable content ${what}detected ${place(at)} — ${shorten(why)}` });
    },
    warn(warning) {
      if (warnings.length < FAULT_LIMIT) warnings.push({ ...warning, message: shorten(warning.message) });
    },
  };
}

/** A text of the document in a message: hostile ones have any length. */
export function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
