/**
 * Names at compile time: which are bound within the expression (and in which slot), which may be entries of a filtered
 * item, and which come from outside.
 */
import { normalizeName } from '../parse/names.js';
import type { Evaluation, FeelType } from '../values.js';

/** A compiled node. */
export type Compiled = (evaluation: Evaluation) => unknown;

/** What is bound around a node, innermost first. */
export type Environment =
  | { readonly kind: 'local'; readonly name: string; readonly slot: number; readonly outer: Environment }
  | { readonly kind: 'item'; readonly slot: number; readonly outer: Environment }
  | null;

/** The type a host defines under a name, undefined where it defines none. */
export type TypeResolver = (name: string) => FeelType | undefined;

/** Shared by the compilation of one expression. */
export interface Compilation {
  /** Names read from outside. */
  readonly names: Set<string>;
  /** Names declared by the caller; they go before built-ins of the same name. */
  readonly declared: ReadonlySet<string>;
  /** Types the host defines, null where there is none to ask. */
  readonly types: TypeResolver | null;
  /** Number of slots handed out. */
  slots: number;
}

/** Binds a name to a new slot. */
export function bind(
  compilation: Compilation,
  name: string,
  outer: Environment,
): Environment & { kind: 'local' } {
  return { kind: 'local', name: normalizeName(name), slot: compilation.slots++, outer };
}

/** Where a name is found: the item slots to ask first, then a local slot or null for outside. */
export function resolve(
  name: string,
  environment: Environment,
): { items: readonly number[]; slot: number | null } {
  const normalized = normalizeName(name);
  const items: number[] = [];
  for (let layer = environment; layer !== null; layer = layer.outer) {
    if (layer.kind === 'item') items.push(layer.slot);
    else if (layer.name === normalized) return { items, slot: layer.slot };
  }
  return { items, slot: null };
}
