/** Rules for what is said of a process as a whole, and for what modelling tools leave in a file. */
import { none, partOf, rule, type RuleTable } from '../rule.js';

const MAY_START = 'Who may start a process is said by the roles of accounts, not in the diagram.';

/** The rules. */
export const processRules: RuleTable = {
  'Process#candidateStarterGroups': none(MAY_START),
  'Process#candidateStarterUsers': none(MAY_START),
  PotentialStarter: none(MAY_START),
  'PotentialStarter#resourceAssignmentExpression': partOf('`camunda:potentialStarter`'),
  'Process#versionTag': rule(['mapped'], '`zeebe:versionTag`.', ({ target, value }, changes) => {
    changes.set(target, 'versionTag', { value });
    return {
      outcome: 'mapped',
      becomes: `zeebe:versionTag value="${value}"`,
      message: 'The version tag is kept.',
    };
  }),
  'Process#historyTimeToLive': none('What happened is kept: the audit trail is not cleaned up by age.'),
  'Process#isStartableInTasklist': none('Every process with a none start event can be started by hand.'),
  'TemplateSupported#modelerTemplate': none(
    'The template of the modelling tool is not known here; what it set is converted like the rest.',
  ),
  'TemplateSupported#modelerTemplateVersion': none(
    'The template of the modelling tool is not known here; what it set is converted like the rest.',
  ),
  'Definitions#diagramRelationId': none('It is a note of a modelling tool to itself.'),
};
