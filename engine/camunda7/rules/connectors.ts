/** Rules for connectors: what called a service from inside the engine is a job here. */
import { jobTypeOf, partOf, rule, type RuleTable } from '../rule.js';
import { elementOf, textOf } from '../tree.js';
import { convertParameters } from './variables.js';

/** The rules. */
export const connectorRules: RuleTable = {
  Connector: rule(
    ['decide'],
    'A job type made from its id; its parameters become mappings of the element.',
    ({ content, target }, changes) => {
      const id = textOf(content, 'connectorId');
      const type = jobTypeOf(id, 'connector');
      changes.set(target, 'taskDefinition', { type });
      return [
        {
          outcome: 'decide',
          value: id,
          becomes: `zeebe:taskDefinition type="${type}"`,
          message:
            'The connector called a service from inside the engine. Here a job worker calls it, with the inputs as the variables of its job.',
          suggestion: `Choose a worker that calls the service, and set its job type in the place of "${type}".`,
        },
        ...convertParameters(elementOf(content, 'inputOutput'), target, changes),
      ];
    },
  ),
  'Connector#inputOutput': partOf('`camunda:connector`'),
  'Connector#connectorId': partOf('`camunda:connector`'),
};
