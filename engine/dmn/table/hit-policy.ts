/** From matched rules to the result of a decision table (DMN 1.5, 8.2.8). */
import { compare, equals } from '../../feel/equality.js';
import { add, isNumber } from '../../feel/number/number.js';
import type { FeelNumber } from '../../feel/number/decimal.js';
import type { Aggregation, HitPolicy } from '../model.js';

/** A matched rule's outputs, in the order of the columns, and as the one value they make. */
export interface Hit {
  readonly outputs: readonly unknown[];
  readonly value: unknown;
}

/** A result, or why the hits contradict the policy. */
export type Verdict = { readonly value: unknown } | { readonly violation: string };

/** Position of an output in its column's list of values; beyond the list where it isn't in it. */
export type Rank = (column: number, output: unknown) => number;

/** Applies the policy to the hits, which stand in the order of the rules; there is at least one. */
export function applyPolicy(
  policy: HitPolicy,
  aggregation: Aggregation | null,
  hits: readonly Hit[],
  rank: Rank,
): Verdict {
  switch (policy) {
    case 'UNIQUE':
      return hits.length === 1
        ? hits[0]
        : { violation: `The hit policy is UNIQUE, but ${hits.length} rules match.` };
    case 'FIRST':
      return hits[0];
    case 'ANY': {
      const same = hits.every((hit) => equals(hit.value, hits[0].value) === true);
      return same
        ? hits[0]
        : { violation: 'The hit policy is ANY, but the matching rules have different outputs.' };
    }
    case 'PRIORITY':
      return byRank(hits, rank)[0];
    case 'OUTPUT ORDER':
      return { value: byRank(hits, rank).map((hit) => hit.value) };
    case 'RULE ORDER':
      return { value: hits.map((hit) => hit.value) };
    case 'COLLECT':
      return { value: aggregation === null ? hits.map((hit) => hit.value) : aggregate(aggregation, hits) };
  }
}

function byRank(hits: readonly Hit[], rank: Rank): readonly Hit[] {
  return hits.toSorted((left, right) => {
    for (let column = 0; column < left.outputs.length; column++) {
      const order = rank(column, left.outputs[column]) - rank(column, right.outputs[column]);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function aggregate(aggregation: Aggregation, hits: readonly Hit[]): unknown {
  const values = hits.map((hit) => hit.value);
  if (aggregation === 'COUNT') return values.length;
  if (aggregation === 'SUM') {
    return values.reduce<FeelNumber | null>(
      (sum, value) => (sum === null || !isNumber(value) ? null : add(sum, value)),
      0,
    );
  }
  const sign = aggregation === 'MIN' ? -1 : 1;
  return values.reduce((best, value) => {
    const order = best === null ? null : compare(value, best);
    return order === null ? null : order * sign > 0 ? value : best;
  });
}
