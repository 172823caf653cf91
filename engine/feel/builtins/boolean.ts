/** Built-ins on truth: `not`, `is`, and Camunda's `is defined`, `get or else`, `assert`. */
import { equals } from '../equality.js';
import { FeelDateTime, FeelTime } from '../temporal/values.js';
import { FeelAssertionError } from '../limits.js';
import { kindOf } from '../values.js';
import { any, define, nullable, omittable, boolean, optional, text } from './define.js';

define('not', [nullable(boolean('negand'))], ([negand]) => (negand === null ? null : !negand));

define('is', [omittable(any('value1')), omittable(any('value2'))], ([left, right], evaluation) => {
  if (kindOf(left) !== kindOf(right)) return false;
  if (
    (left instanceof FeelTime && right instanceof FeelTime) ||
    (left instanceof FeelDateTime && right instanceof FeelDateTime)
  ) {
    const sameZone =
      left.zone?.offset === null || right.zone?.offset === null
        ? left.zone?.id === right.zone?.id
        : left.zone?.offset === right.zone?.offset;
    return sameZone && equals(left, right) === true;
  }
  return equals(left, right, evaluation) === true;
});

define('is defined', [any('value')], ([value]) => value !== null);

define('get or else', [any('value'), any('default')], ([value, fallback]) => value ?? fallback);

define('assert', [any('value'), any('condition'), optional(text('cause'))], ([value, condition, cause]) => {
  if (condition !== true) throw new FeelAssertionError(cause ?? 'The asserted condition does not hold.');
  return value;
});
