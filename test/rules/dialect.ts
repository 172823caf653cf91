/**
 * Every property of the dialect and what is decided about it: a row for each, so that a property that a new version
 * of the package brings fails until somebody has decided.
 */

/** What a property does to the reading of a file. */
export type Decision =
  /** Both texts are extensions at an element of the type; they must be read as different models. */
  | { readonly at: string; readonly differ: readonly [string, string]; readonly process?: string }
  /** The text is understood and reported: refused, or warned of. */
  | { readonly at: string; readonly reported: string; readonly attributes?: string }
  /** It is for drawing tools and says nothing about a run: the reading does not change, and nothing is reported. */
  | { readonly at: string; readonly tool: string; readonly attributes?: string }
  /** A list or an object whose parts have rows of their own. */
  | { readonly holds: string };

const holds = (what: string): Decision => ({ holds: what });
const differ = (at: string, one: string, other: string, process?: string): Decision => {
  return { at, differ: [one, other], ...(process !== undefined && { process }) };
};

const SERVICE = 'bpmn:ServiceTask';
const USER = 'bpmn:UserTask';
const TEMPLATE = (name: string, value: string): Decision => ({
  at: SERVICE,
  tool: '',
  attributes: `zeebe:${name}="${value}"`,
});
const job = (attributes: string): string => `<zeebe:taskDefinition type="t" ${attributes} />`;
const linked = (attributes: string): string =>
  `${job('')}<zeebe:linkedResources><zeebe:linkedResource resourceId="r" ${attributes} /></zeebe:linkedResources>`;
const mapping = (tag: string, attributes: string): string =>
  `<zeebe:ioMapping><zeebe:${tag} ${attributes} /></zeebe:ioMapping>`;
const listener = (attributes: string, inside = ''): string =>
  `<zeebe:executionListeners><zeebe:executionListener ${attributes}>${inside}</zeebe:executionListener></zeebe:executionListeners>`;
const taskListener = (attributes: string): string =>
  `<zeebe:taskListeners><zeebe:taskListener ${attributes} /></zeebe:taskListeners>`;
const headers = (attributes: string): string =>
  `<zeebe:taskHeaders><zeebe:header ${attributes} /></zeebe:taskHeaders>`;
const properties = (attributes: string): string =>
  `<zeebe:properties><zeebe:property ${attributes} /></zeebe:properties>`;
const loop = (attributes: string): string =>
  `<zeebe:loopCharacteristics outputCollection="a" outputElement="=b" ${attributes} />`;
const forms =
  '<zeebe:userTaskForm id="f">{}</zeebe:userTaskForm><zeebe:userTaskForm id="g">{}</zeebe:userTaskForm>';
const one = (at: string, tag: string, attribute: string, a: string, b: string, rest = ''): Decision =>
  differ(at, `<zeebe:${tag} ${attribute}="${a}" ${rest}/>`, `<zeebe:${tag} ${attribute}="${b}" ${rest}/>`);

/** The table: `Type.property` of the package. */
export const DIALECT: Readonly<Record<string, Decision>> = {
  'ZeebeServiceTask.retryCounter': { at: SERVICE, reported: job(''), attributes: 'zeebe:retryCounter="3"' },
  'IoMapping.ioMapping': holds('itself'),
  'IoMapping.inputParameters': holds('Input'),
  'IoMapping.outputParameters': holds('Output'),
  'InputOutputParameter.source': differ(
    USER,
    mapping('input', 'source="=a" target="x"'),
    mapping('input', 'source="=b" target="x"'),
  ),
  'InputOutputParameter.target': differ(
    USER,
    mapping('output', 'source="=a" target="x"'),
    mapping('output', 'source="=a" target="y"'),
  ),
  'Subscription.correlationKey': one('bpmn:Message', 'subscription', 'correlationKey', '=a', '=b'),
  'TaskHeaders.values': holds('Header'),
  'Header.id': { at: USER, tool: headers('id="a"') },
  'Header.key': differ(USER, headers('key="a" value="x"'), headers('key="b" value="x"')),
  'Header.value': differ(USER, headers('key="a" value="x"'), headers('key="a" value="y"')),
  'TaskDefinition.type': one(SERVICE, 'taskDefinition', 'type', 'a', 'b'),
  'TaskDefinition.retries': differ(SERVICE, job('retries="1"'), job('retries="2"')),
  'LoopCharacteristics.inputCollection': {
    at: 'bpmn:MultiInstanceLoopCharacteristics',
    reported: loop('inputCollection="=a"'),
  },
  'LoopCharacteristics.inputElement': differ(
    'bpmn:MultiInstanceLoopCharacteristics',
    loop('inputElement="a"'),
    loop('inputElement="b"'),
  ),
  'LoopCharacteristics.outputCollection': differ(
    'bpmn:MultiInstanceLoopCharacteristics',
    '<zeebe:loopCharacteristics outputCollection="a" outputElement="=x" />',
    '<zeebe:loopCharacteristics outputCollection="b" outputElement="=x" />',
  ),
  'LoopCharacteristics.outputElement': differ(
    'bpmn:MultiInstanceLoopCharacteristics',
    '<zeebe:loopCharacteristics outputCollection="a" outputElement="=x" />',
    '<zeebe:loopCharacteristics outputCollection="a" outputElement="=y" />',
  ),
  'CalledElement.processId': one('bpmn:CallActivity', 'calledElement', 'processId', 'a', 'b'),
  'CalledElement.processIdExpression': one(
    'bpmn:CallActivity',
    'calledElement',
    'processIdExpression',
    'a',
    'b',
  ),
  'CalledElement.propagateAllChildVariables': one(
    'bpmn:CallActivity',
    'calledElement',
    'propagateAllChildVariables',
    'true',
    'false',
    'processId="a" ',
  ),
  'CalledElement.propagateAllParentVariables': one(
    'bpmn:CallActivity',
    'calledElement',
    'propagateAllParentVariables',
    'true',
    'false',
    'processId="a" ',
  ),
  'CalledElement.businessId': one(
    'bpmn:CallActivity',
    'calledElement',
    'businessId',
    '=a',
    '=b',
    'processId="a" ',
  ),
  'UserTaskForm.id': differ(
    'bpmn:Process',
    '<zeebe:userTaskForm id="f">{}</zeebe:userTaskForm>',
    '<zeebe:userTaskForm id="g">{}</zeebe:userTaskForm>',
  ),
  'UserTaskForm.body': differ(
    'bpmn:Process',
    '<zeebe:userTaskForm id="f">{"type":"default"}</zeebe:userTaskForm>',
    '<zeebe:userTaskForm id="f">{"type":"other"}</zeebe:userTaskForm>',
  ),
  'FormDefinition.formKey': differ(
    USER,
    '<zeebe:formDefinition formKey="camunda-forms:bpmn:f" />',
    '<zeebe:formDefinition formKey="camunda-forms:bpmn:g" />',
    forms,
  ),
  'FormDefinition.formId': one(USER, 'formDefinition', 'formId', 'a', 'b'),
  'FormDefinition.externalReference': one(USER, 'formDefinition', 'externalReference', 'a', 'b'),
  'LinkedResource.resourceId': differ(
    SERVICE,
    linked(''),
    linked('').replace('resourceId="r"', 'resourceId="s"'),
  ),
  'LinkedResource.resourceType': differ(SERVICE, linked('resourceType="a"'), linked('resourceType="b"')),
  'LinkedResource.linkName': differ(SERVICE, linked('linkName="a"'), linked('linkName="b"')),
  'LinkedResources.values': holds('LinkedResource'),
  'CalledDecision.decisionId': one(
    'bpmn:BusinessRuleTask',
    'calledDecision',
    'decisionId',
    'a',
    'b',
    'resultVariable="r" ',
  ),
  'CalledDecision.resultVariable': one(
    'bpmn:BusinessRuleTask',
    'calledDecision',
    'resultVariable',
    'a',
    'b',
    'decisionId="d" ',
  ),
  'AssignmentDefinition.assignee': one(USER, 'assignmentDefinition', 'assignee', 'a', 'b'),
  'AssignmentDefinition.candidateGroups': one(USER, 'assignmentDefinition', 'candidateGroups', 'a', 'b'),
  'AssignmentDefinition.candidateUsers': one(USER, 'assignmentDefinition', 'candidateUsers', 'a', 'b'),
  'PriorityDefinition.priority': one(USER, 'priorityDefinition', 'priority', '1', '2'),
  'JobPriorityDefinition.priority': one('bpmn:Process', 'jobPriorityDefinition', 'priority', '1', '2'),
  'TaskSchedule.dueDate': one(USER, 'taskSchedule', 'dueDate', '=a', '=b'),
  'TaskSchedule.followUpDate': one(USER, 'taskSchedule', 'followUpDate', '=a', '=b'),
  'Properties.properties': holds('Property'),
  'Property.name': differ(USER, properties('name="a" value="x"'), properties('name="b" value="x"')),
  'Property.value': differ(USER, properties('name="a" value="x"'), properties('name="a" value="y"')),
  'TemplateSupported.modelerTemplate': TEMPLATE('modelerTemplate', 't'),
  'TemplateSupported.modelerTemplateVersion': TEMPLATE('modelerTemplateVersion', '3'),
  'TemplateSupported.modelerTemplateIcon': TEMPLATE('modelerTemplateIcon', 'data:image/png;base64,'),
  'ConfigurationSupported.modelerConfigurationTemplate': {
    at: USER,
    tool: properties('zeebe:modelerConfigurationTemplate="t"'),
  },
  'ConfigurationSupported.modelerConfigurationName': {
    at: USER,
    tool: properties('zeebe:modelerConfigurationName="n"'),
  },
  'TemplatedRootElement.modelerTemplate': TEMPLATE('modelerTemplate', 't'),
  'Script.expression': one('bpmn:ScriptTask', 'script', 'expression', '=a', '=b', 'resultVariable="r" '),
  'Script.resultVariable': one('bpmn:ScriptTask', 'script', 'resultVariable', 'a', 'b', 'expression="=x" '),
  'ExecutionListeners.listeners': holds('ExecutionListener'),
  'ExecutionListener.eventType': differ(
    USER,
    listener('type="a" eventType="start"'),
    listener('type="a" eventType="end"'),
  ),
  'ExecutionListener.retries': differ(
    USER,
    listener('type="a" eventType="end" retries="1"'),
    listener('type="a" eventType="end" retries="2"'),
  ),
  'ExecutionListener.type': differ(
    USER,
    listener('type="a" eventType="end"'),
    listener('type="b" eventType="end"'),
  ),
  'ExecutionListener.headers': differ(
    USER,
    listener('type="a" eventType="end"', headers('key="a" value="x"')),
    listener('type="a" eventType="end"', headers('key="a" value="y"')),
  ),
  'TaskListeners.listeners': holds('TaskListener'),
  'TaskListener.eventType': differ(
    USER,
    taskListener('type="a" eventType="creating"'),
    taskListener('type="a" eventType="canceling"'),
  ),
  'TaskListener.retries': differ(
    USER,
    taskListener('type="a" eventType="creating" retries="1"'),
    taskListener('type="a" eventType="creating" retries="2"'),
  ),
  'TaskListener.type': differ(
    USER,
    taskListener('type="a" eventType="creating"'),
    taskListener('type="b" eventType="creating"'),
  ),
  'VersionTag.value': one('bpmn:Process', 'versionTag', 'value', 'a', 'b'),
  'BindingTypeSupported.bindingType': one(
    USER,
    'formDefinition',
    'bindingType',
    'latest',
    'deployment',
    'formId="f" ',
  ),
  'BindingTypeSupported.versionTag': one(
    USER,
    'formDefinition',
    'versionTag',
    'a',
    'b',
    'formId="f" bindingType="versionTag" ',
  ),
  'AdHoc.activeElementsCollection': one(
    'bpmn:AdHocSubProcess',
    'adHoc',
    'activeElementsCollection',
    '=a',
    '=b',
  ),
  'AdHoc.outputCollection': one('bpmn:AdHocSubProcess', 'adHoc', 'outputCollection', 'a', 'b'),
  'AdHoc.outputElement': one('bpmn:AdHocSubProcess', 'adHoc', 'outputElement', '=a', '=b'),
  'ConditionalFilter.variableNames': one(
    'bpmn:ConditionalEventDefinition',
    'conditionalFilter',
    'variableNames',
    'a',
    'b',
  ),
  'ConditionalFilter.variableEvents': one(
    'bpmn:ConditionalEventDefinition',
    'conditionalFilter',
    'variableEvents',
    'create',
    'update',
  ),
  'AgentDefinition.agentType': one(
    SERVICE,
    'agentDefinition',
    'agentType',
    'aiAgentTask',
    'external',
    '/><zeebe:taskDefinition type="t" ',
  ),
};
