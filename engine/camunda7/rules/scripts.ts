/** Rules for scripts: FEEL is computed by the engine, every other language by a worker. */
import { rule, type Answer, type Finding, type RuleTable } from '../rule.js';
import { textOf } from '../tree.js';

function convertResult({ target, value }: Finding): Answer {
  const becomes =
    textOf(target, 'scriptFormat').toLowerCase() === 'feel'
      ? `zeebe:script resultVariable="${value}"`
      : 'zeebe:header key="resultVariable"';
  return { outcome: 'mapped', becomes, message: `The result goes to the variable "${value}".` };
}

function replaceFile({ value }: Finding): Answer {
  return {
    outcome: 'decide',
    message: `The code is in the file ${value}, which does not go with the diagram here.`,
    suggestion: 'Write what it does in FEEL, or in a worker.',
  };
}

/** The rules. */
export const scriptRules: RuleTable = {
  'ScriptTask#resultVariable': rule(
    ['mapped'],
    'The result variable of `zeebe:script`, or a header for the worker.',
    convertResult,
  ),
  'ScriptTask#resource': rule(['decide'], 'The code moves to FEEL or to a worker.', replaceFile),
  'FormalExpression#resource': rule(['decide'], 'The condition is written in FEEL.', replaceFile),
};
