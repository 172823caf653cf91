/** The tree of a JUEL expression (the Unified Expression Language of Java, JSR 245), as far as it has a meaning in FEEL. */

/** An operator between two operands, under one of its two names. */
export type BinaryOperator =
  '*' | '/' | '%' | '+' | '-' | '<' | '>' | '<=' | '>=' | '==' | '!=' | '&&' | '||';

/** A part of an expression. The text of a number is as it was written. */
export type Juel =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'constant'; readonly name: 'true' | 'false' | 'null' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'property'; readonly object: Juel; readonly name: string }
  | { readonly kind: 'index'; readonly object: Juel; readonly index: Juel }
  | { readonly kind: 'unary'; readonly operator: '-' | '!' | 'empty'; readonly operand: Juel }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Juel; readonly right: Juel }
  | { readonly kind: 'choice'; readonly test: Juel; readonly yes: Juel; readonly no: Juel }
  | { readonly kind: 'call'; readonly name: string };

/** What reading or translating gives: a value, or a sentence that says why there is none. */
export type Outcome<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

/** An outcome without a value. */
export function failure(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
