/** Rules for business rule tasks that call a decision. */
import {
  none,
  partOf,
  putValue,
  rule,
  type Answer,
  type Changes,
  type Finding,
  type RuleTable,
} from '../rule.js';
import { textOf } from '../tree.js';

/** The decision, and the variable of its result, which has to have a name here. */
function convertDecision(finding: Finding, changes: Changes): Answer[] {
  const { holder, target, value } = finding;
  const answers = [
    putValue(
      finding,
      changes,
      'calledDecision',
      'decisionId',
      'The decision is called by its id. Deploy its .dmn file with the process.',
    ),
  ];
  const variable = textOf(holder, 'resultVariable');
  const resultVariable = variable || 'decisionResult';
  changes.set(target, 'calledDecision', { resultVariable });
  if (variable === '') {
    answers.push({
      outcome: 'decide',
      value,
      becomes: `zeebe:calledDecision resultVariable="${resultVariable}"`,
      message: 'The result of the decision went to no variable of its own; here it needs one.',
      suggestion: 'Name the variable that takes the result.',
    });
  }
  // The parser gives a default of its own where the attribute is not in the file.
  if (!Object.hasOwn(holder, 'mapDecisionResult')) {
    answers.push({
      outcome: 'decide',
      value,
      message:
        'Camunda 7 gives a list of results where the task does not say otherwise. Here a decision gives what its hit policy says: mostly one result.',
      suggestion: `See that what reads "${resultVariable}" expects one result and no list.`,
    });
  }
  return answers;
}

function convertResult({ value }: Finding): Answer {
  if (value === 'singleEntry' || value === 'singleResult') {
    return {
      outcome: 'mapped',
      becomes: 'zeebe:calledDecision',
      message: 'A decision with one output gives its value, one with several gives them by name.',
    };
  }
  return {
    outcome: 'decide',
    message:
      'The shape of the result is said by the hit policy of the decision table: COLLECT gives a list, the others one result.',
    suggestion: 'Set the hit policy to COLLECT where a list is expected.',
  };
}

function convertBinding({ target, holder, value }: Finding, changes: Changes): Answer {
  if (value === 'version') {
    return {
      outcome: 'decide',
      message: `The decision was bound to version ${textOf(holder, 'decisionRefVersion')}. A number of a version means another decision in another place, so it cannot be bound to here.`,
      suggestion:
        'Bind it to the latest version or to the deployment, or give the decision a version tag and bind it to the tag.',
    };
  }
  changes.set(target, 'calledDecision', { bindingType: value });
  return {
    outcome: 'mapped',
    becomes: `zeebe:calledDecision bindingType="${value}"`,
    message: 'The binding is kept.',
  };
}

/** The rules. */
export const decisionRules: RuleTable = {
  'DmnCapable#decisionRef': rule(
    ['mapped', 'decide'],
    '`zeebe:calledDecision decisionId`; the result needs a variable, and its shape is said by the hit policy.',
    convertDecision,
  ),
  'DmnCapable#decisionRefBinding': rule(
    ['mapped', 'decide'],
    '`zeebe:calledDecision bindingType`; a number of a version becomes a version tag.',
    convertBinding,
  ),
  'DmnCapable#decisionRefVersion': partOf('`camunda:decisionRefBinding`'),
  'DmnCapable#mapDecisionResult': rule(
    ['mapped', 'decide'],
    'The hit policy says the shape of the result: COLLECT gives a list, the others one result.',
    convertResult,
  ),
  'DmnCapable#decisionRefTenantId': none('There are no tenants: everything deployed belongs to all.'),
};
