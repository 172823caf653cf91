/** The mapping table: what becomes of each type and property of Camunda 7's extensions. A group is a file and a line here. */
import type { RuleTable } from './rule.js';
import { callActivityRules } from './rules/call-activities.js';
import { connectorRules } from './rules/connectors.js';
import { decisionRules } from './rules/decisions.js';
import { eventRules } from './rules/events.js';
import { formRules } from './rules/forms.js';
import { listenerRules } from './rules/listeners.js';
import { multiInstanceRules } from './rules/multi-instance.js';
import { processRules } from './rules/process-attributes.js';
import { scriptRules } from './rules/scripts.js';
import { taskRules } from './rules/tasks.js';
import { userTaskRules } from './rules/user-tasks.js';
import { variableRules } from './rules/variables.js';

/** The groups of the table, by the heading that each has in the documentation. */
export const RULE_GROUPS: Readonly<Record<string, RuleTable>> = {
  'Tasks done by code': taskRules,
  'User tasks': userTaskRules,
  Forms: formRules,
  Variables: variableRules,
  Events: eventRules,
  Listeners: listenerRules,
  'Multi-instance': multiInstanceRules,
  'Call activities': callActivityRules,
  Decisions: decisionRules,
  'The process': processRules,
  Scripts: scriptRules,
  Connectors: connectorRules,
};

/** All rules. */
export const RULES: RuleTable = Object.assign({}, ...Object.values(RULE_GROUPS)) as RuleTable;

/** Types that stand for no element of a file: they lend their properties to elements of BPMN or to other types. */
export const LENDING_TYPES: ReadonlySet<string> = new Set([
  'Definitions',
  'InOutBinding',
  'AsyncCapable',
  'JobPriorized',
  'SignalEventDefinitionExtension',
  'ErrorEventDefinitionExtension',
  'Error',
  'FormSupported',
  'TemplateSupported',
  'Initiator',
  'ScriptTask',
  'Process',
  'EscalationEventDefinitionExtension',
  'FormalExpression',
  'Assignable',
  'CallActivity',
  'ServiceTaskLike',
  'DmnCapable',
  'ExternalCapable',
  'TaskPriorized',
  'InputOutputParameter',
  'InputOutputParameterDefinition',
  'Collectable',
  'ConditionalEventDefinitionExtension',
]);
