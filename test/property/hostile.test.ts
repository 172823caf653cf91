/** Models, expressions and names that would hang an engine or lead it astray: bounded or taken as what they are. */
import { readBpmn, restoreTree, snapshotTree, type JsonObject, type ProblemCode } from '@countersign/engine';
import { describe, expect, test } from 'vitest';
import { definitions, inProcess } from '../rules/xml.js';
import { bpmnXml, chain, serviceTask, type NodeSource } from '../support/bpmn-xml.js';
import { mustStep, newTree, openEngineBench } from '../support/engine-bench.js';

const start: NodeSource = { type: 'startEvent', id: 'start' };

async function codes(xml: string): Promise<Set<ProblemCode>> {
  const { problems } = await readBpmn(xml);
  return new Set(problems.filter(({ severity }) => severity === 'error').map(({ code }) => code));
}

/** The variables after a script was evaluated before a job waits. */
async function script(expression: string, variables: JsonObject = {}): Promise<JsonObject> {
  const bench = openEngineBench();
  const extensions = [`<zeebe:script expression="=${expression}" resultVariable="result" />`];
  const nodes: NodeSource[] = [start, { type: 'scriptTask', id: 'script', extensions }, serviceTask('wait')];
  const xml = bpmnXml({ id: 'p', nodes, flows: chain('start', 'script', 'wait') });
  const [definition] = await bench.deploy(xml);
  const tree = newTree(bench);
  const keys = { processInstanceKey: tree.rootKey, processDefinitionKey: definition.key };
  mustStep(bench, tree, { type: 'create instance', ...keys, variables });
  const saved = JSON.stringify(snapshotTree(tree));
  const restored = restoreTree(JSON.parse(saved) as JsonObject, bench.definitions);
  expect(JSON.stringify(snapshotTree(restored))).toBe(saved);
  const root = restored.elements.get(restored.rootKey);
  return Object.fromEntries([...(root?.variables ?? [])].map(([name, { value }]) => [name, value]));
}

describe('models', () => {
  test('1,000 sub-processes in each other are refused', async () => {
    const depth = 1000;
    const opening = Array.from(
      { length: depth },
      (_, index) => `<bpmn:subProcess id="s${index}"><bpmn:startEvent id="b${index}" />`,
    );
    const xml = inProcess(
      `<bpmn:startEvent id="s" />${opening.join('')}${'</bpmn:subProcess>'.repeat(depth)}`,
    );
    expect(await codes(xml)).toContain('LIMIT_EXCEEDED');
  });

  test('10 MB of text in a model are read', async () => {
    const text = `<bpmn:documentation>${'why '.repeat(2_500_000)}</bpmn:documentation>`;
    expect(await codes(inProcess(`${text}<bpmn:startEvent id="s" />`))).toEqual(new Set());
  });

  test('10,000 elements with one id are refused without naming them all', async () => {
    const xml = inProcess('<bpmn:task id="same" />'.repeat(10_000));
    expect(await codes(xml)).toEqual(new Set(['LIMIT_EXCEEDED']));
  });

  test('entities that grow without bounds are not expanded', async () => {
    const entities = Array.from(
      { length: 20 },
      (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`,
    );
    const head = `<!DOCTYPE x [<!ENTITY e0 "ha">${entities.join('')}]>`;
    const xml = inProcess('<bpmn:startEvent id="s" name="&e20;" />').replace('?>', `?>${head}`);
    const { processes } = await readBpmn(xml);
    expect(processes[0]?.elements[1]?.name?.length ?? 0).toBeLessThan(100);
  });

  test('a file of definitions alone is refused', async () => {
    expect(await codes(definitions(''))).toEqual(new Set(['NO_EXECUTABLE_PROCESS']));
  });
});

describe('expressions', () => {
  test('nested beyond what a stack holds are refused', async () => {
    const deep = `=${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
    const task = `<bpmn:scriptTask id="t"><bpmn:extensionElements><zeebe:script expression="${deep}" resultVariable="r" /></bpmn:extensionElements></bpmn:scriptTask>`;
    expect(await codes(inProcess(`<bpmn:startEvent id="s" />${task}`))).toEqual(new Set(['FEEL_SYNTAX']));
  });

  test.each([
    'for i in 1..1000000000 return i',
    'every i in 1..1000000000 satisfies i &gt; 0',
    'for i in 1..100000, j in 1..100000 return i + j',
    '{f: function(x) f(x + 1), r: f(0)}.r',
    'count(flatten(for i in 1..100000 return [i, [i, [i]]]))',
  ])('%s comes to an end without a result', async (expression) => {
    expect((await script(expression)).result).toBeNull();
  });
});

describe('names', () => {
  const named = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "toString": 3}') as JsonObject;

  test('of variables that every object has are variables', async () => {
    const variables = await script('[__proto__.a, constructor, toString, hasOwnProperty]', named);
    expect(variables.result).toEqual([1, 2, 3, null]);
    expect(Object.keys(variables).sort()).toEqual(['__proto__', 'constructor', 'result', 'toString']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test('of mappings, headers and properties are what they are', async () => {
    const extensions =
      '<zeebe:taskDefinition type="t" /><zeebe:ioMapping><zeebe:input source="=1" target="__proto__.constructor" />' +
      '</zeebe:ioMapping><zeebe:taskHeaders><zeebe:header key="__proto__" value="h" /></zeebe:taskHeaders>' +
      '<zeebe:properties><zeebe:property name="constructor" value="p" /></zeebe:properties>';
    const bench = openEngineBench();
    const nodes: NodeSource[] = [start, { type: 'serviceTask', id: 'a', extensions: [extensions] }];
    const [definition] = await bench.deploy(bpmnXml({ id: 'p', nodes, flows: chain('start', 'a') }));
    const tree = newTree(bench);
    const keys = { processInstanceKey: tree.rootKey, processDefinitionKey: definition.key };
    mustStep(bench, tree, { type: 'create instance', ...keys, variables: {} });
    const [job] = tree.jobs.values();
    expect(job?.element.variables?.get('__proto__')?.value).toEqual({ constructor: 1 });
    expect(Object.entries(job?.element.node.job?.headers ?? {})).toEqual([['__proto__', 'h']]);
    expect(Object.entries(job?.element.node.properties ?? {})).toEqual([['constructor', 'p']]);
  });
});
