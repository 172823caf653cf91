/** Rules for activities that run once for each item of a collection. */
import { hasExpression } from '../juel/index.js';
import { putValue, rule, type RuleTable } from '../rule.js';

/** The rules. */
export const multiInstanceRules: RuleTable = {
  'Collectable#collection': rule(
    ['mapped', 'decide'],
    '`zeebe:loopCharacteristics inputCollection`.',
    (finding, changes) => {
      const source = hasExpression(finding.value) ? finding.value : `\${${finding.value}}`;
      const message = 'The collection is kept; it must be a list when the activity begins.';
      return putValue(
        { ...finding, value: source },
        changes,
        'loopCharacteristics',
        'inputCollection',
        message,
      );
    },
  ),
  'Collectable#elementVariable': rule(
    ['mapped'],
    '`zeebe:loopCharacteristics inputElement`.',
    ({ target, value }, changes) => {
      changes.set(target, 'loopCharacteristics', { inputElement: value });
      return {
        outcome: 'mapped',
        becomes: `zeebe:loopCharacteristics inputElement="${value}"`,
        message: 'The name of the item is kept.',
      };
    },
  ),
};
