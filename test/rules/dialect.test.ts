/** The whole dialect, walked through the package that defines it: each property and each place is decided. */
import { readBpmn, type FlowNode, type ProcessModel } from '@countersign/engine';
import { describe, expect, it, test } from 'vitest';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' };
import { PLACES } from '../../engine/read/placement.js';
import { fileWith, typesOf, type Extended } from './dialect-hosts.js';
import { DIALECT, type Decision } from './dialect.js';

interface DialectType {
  readonly name: string;
  readonly superClass?: readonly string[];
  readonly properties?: readonly { readonly name: string }[];
  readonly meta?: { readonly allowedIn?: readonly string[] };
}

const TYPES = zeebe.types as unknown as readonly DialectType[];

interface Reading {
  readonly model: string;
  readonly problems: readonly string[];
}

async function read(type: string, extended: Extended): Promise<Reading> {
  const { processes, problems } = await readBpmn(fileWith(type, extended));
  return {
    model: JSON.stringify(processes.map(plain)),
    problems: problems.map(({ code, message }) => `${code} ${message}`),
  };
}

/** A model without its links, so that two of them can be compared. */
function plain({
  elements,
  flows: _flows,
  elementsById: _elements,
  flowsById: _flowsById,
  ...facts
}: ProcessModel) {
  const written = (node: FlowNode) =>
    Object.fromEntries(Object.entries(node).map(([name, value]) => [name, isLink(value) ? null : value]));
  return { ...facts, elements: elements.map(written) };
}

function isLink(value: unknown): boolean {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'object' && first !== null && 'index' in first;
}

/** Whether the extension replaces what the element needs of the dialect. */
function replaces(text: string): boolean {
  return /<zeebe:(taskDefinition|calledElement|script|calledDecision|subscription) /.test(text);
}

describe('every property of the dialect', () => {
  const properties = TYPES.flatMap(({ name, properties: own = [] }) =>
    // Reading the package puts its prefix before the names.
    own.map((property) => `${name}.${property.name.replace(/^zeebe:/, '')}`),
  );

  it('is decided, and nothing else', () => {
    expect(Object.keys(DIALECT).sort()).toEqual([...properties].sort());
  });

  const rows = Object.entries(DIALECT).filter(
    (row): row is [string, Exclude<Decision, { holds: string }>] => !('holds' in row[1]),
  );
  test.each(rows)('%s', async (_name, decision) => {
    const { at } = decision;
    if ('differ' in decision) {
      const [one, other] = await Promise.all(
        decision.differ.map((extensions) =>
          read(at, { extensions, without: replaces(extensions), process: decision.process }),
        ),
      );
      expect([...one.problems, ...other.problems]).toEqual([]);
      expect(one.model).not.toBe(other.model);
    } else {
      const { attributes } = decision;
      const extensions = 'tool' in decision ? decision.tool : decision.reported;
      const without = await read(at, { extensions: '', without: replaces(extensions) && extensions === '' });
      const found = await read(at, { extensions, attributes, without: replaces(extensions) });
      if ('tool' in decision) expect(found).toEqual(without);
      else expect(found.problems).not.toEqual([]);
    }
  });
});

describe('every place of the dialect', () => {
  const placed = TYPES.filter(({ superClass }) => superClass?.includes('Element')).filter(
    ({ name }) => !PARTS.includes(name),
  );

  it('is known for every extension element, and nothing else', () => {
    expect(Object.keys(PLACES).sort()).toEqual(placed.map(({ name }) => `zeebe:${name}`).sort());
  });

  const rows = placed.flatMap(({ name, meta }) =>
    (meta?.allowedIn ?? []).flatMap(typesOf).map((type) => [name, type] as const),
  );
  test.each(rows)('%s at %s', async (name, type) => {
    const extensions = SAMPLES[name];
    expect(extensions, 'a sample').toBeDefined();
    const forAdHoc = type === 'bpmn:AdHocSubProcess' && name === 'AgentDefinition';
    const text = forAdHoc ? extensions.replace('external', 'aiAgentSubProcess') : extensions;
    // An ad-hoc sub-process has headers only where a worker decides in it.
    const job = type === 'bpmn:AdHocSubProcess' && name === 'TaskHeaders' ? SAMPLES['TaskDefinition'] : '';
    const found = await read(type, { extensions: text + job, without: replaces(text) });
    const bare = await read(type, { extensions: job });
    expect(found.problems).toEqual([]);
    if (name !== 'UserTask') expect(found.model).not.toBe(bare.model);
  });

  it('is warned of where the extension means nothing', async () => {
    const ignored: readonly (readonly [string, string])[] = [
      ['bpmn:Task', SAMPLES['TaskDefinition']],
      ['bpmn:UserTask', SAMPLES['CalledElement']],
      ['bpmn:Process', SAMPLES['IoMapping']],
      ['bpmn:ServiceTask', SAMPLES['UserTask']],
      ['bpmn:Message', `<zeebe:subscription correlationKey="=a" />${SAMPLES['VersionTag']}`],
      ['bpmn:MultiInstanceLoopCharacteristics', SAMPLES['AdHoc']],
    ];
    for (const [type, extensions] of ignored) {
      const { problems } = await read(type, { extensions });
      expect(problems, type).toEqual([expect.stringContaining('EXTENSION_IGNORED')]);
    }
  });

  it('is refused twice at one element', async () => {
    const { problems } = await read('bpmn:UserTask', { extensions: SAMPLES['TaskSchedule'].repeat(2) });
    expect(problems).toEqual([expect.stringContaining('several times')]);
  });
});

/** Elements that stand in another extension element. */
const PARTS = ['Input', 'Output', 'Header', 'LinkedResource', 'ExecutionListener', 'TaskListener'];

const headers = '<zeebe:taskHeaders><zeebe:header key="a" value="b" /></zeebe:taskHeaders>';

/** One of each extension element. */
const SAMPLES: Readonly<Record<string, string>> = {
  IoMapping: '<zeebe:ioMapping><zeebe:output source="=a" target="b" /></zeebe:ioMapping>',
  TaskHeaders: headers,
  TaskDefinition: '<zeebe:taskDefinition type="sample" />',
  LoopCharacteristics: '<zeebe:loopCharacteristics inputElement="a" />',
  CalledElement: '<zeebe:calledElement processId="sample" />',
  UserTaskForm: '<zeebe:userTaskForm id="f">{}</zeebe:userTaskForm>',
  FormDefinition: '<zeebe:formDefinition formId="sample" />',
  LinkedResources: '<zeebe:linkedResources><zeebe:linkedResource resourceId="a" /></zeebe:linkedResources>',
  UserTask: '<zeebe:userTask />',
  CalledDecision: '<zeebe:calledDecision decisionId="a" resultVariable="b" />',
  AssignmentDefinition: '<zeebe:assignmentDefinition assignee="a" />',
  PriorityDefinition: '<zeebe:priorityDefinition priority="1" />',
  JobPriorityDefinition: '<zeebe:jobPriorityDefinition priority="1" />',
  TaskSchedule: '<zeebe:taskSchedule dueDate="=a" />',
  Script: '<zeebe:script expression="=a" resultVariable="b" />',
  ExecutionListeners:
    '<zeebe:executionListeners><zeebe:executionListener type="a" eventType="end" /></zeebe:executionListeners>',
  TaskListeners:
    '<zeebe:taskListeners><zeebe:taskListener type="a" eventType="creating" /></zeebe:taskListeners>',
  VersionTag: '<zeebe:versionTag value="a" />',
  AdHoc: '<zeebe:adHoc outputCollection="a" />',
  ConditionalFilter: '<zeebe:conditionalFilter variableNames="a" />',
  AgentDefinition: '<zeebe:agentDefinition agentType="external" />',
};
