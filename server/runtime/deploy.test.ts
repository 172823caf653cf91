/** Deployments: one unit, new versions only for what changed, problems as values. */
import { asKey } from '@countersign/engine';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bpmnXml, chain } from '../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';

const process = (id: string, task = 'ask', formId = 'question') =>
  bpmnXml({
    id,
    nodes: [
      { type: 'startEvent', id: 'start' },
      {
        type: 'userTask',
        id: task,
        extensions: ['<zeebe:userTask />', `<zeebe:formDefinition formId="${formId}" />`],
      },
      { type: 'endEvent', id: 'end' },
    ],
    flows: chain('start', task, 'end'),
  });
/** A process whose one task calls the decision `rate`. */
const deciding = (binding = '') =>
  bpmnXml({
    id: 'deciding',
    nodes: [
      { type: 'startEvent', id: 'start' },
      {
        type: 'businessRuleTask',
        id: 'decide',
        extensions: [`<zeebe:calledDecision decisionId="rate" resultVariable="rate" ${binding} />`],
      },
      { type: 'endEvent', id: 'end' },
    ],
    flows: chain('start', 'decide', 'end'),
  });
/** A DMN file whose one decision gives what `text` gives; `more` stands before it. */
const dmn = (text: string, { id = 'rate', tag = '', more = '' } = {}) =>
  `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
     id="${id}-file" name="${id}" namespace="${id}">${more}
     <decision id="${id}" name="${id}">
       ${tag && `<extensionElements><zeebe:versionTag value="${tag}" /></extensionElements>`}
       <literalExpression id="${id}-text"><text>${text}</text></literalExpression>
     </decision>
   </definitions>`;
const form = (id: string, text = 'Yes?') =>
  JSON.stringify({ type: 'default', id, components: [{ type: 'text', text }] });

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(() => open.close());

function deploy(...resources: [name: string, content: string][]) {
  return open.runtime.deploy({
    resources: resources.map(([name, content]) => ({ name, content })),
    actor: 'user:demo',
  });
}

describe('a deployment', () => {
  test('stores its processes and forms as their first versions', async () => {
    const result = await deploy(['a.bpmn', process('a')], ['question.form', form('question')]);
    expect(result).toMatchObject({
      ok: true,
      problems: [],
      deployments: [
        { kind: 'process', processId: 'a', version: 1, resourceName: 'a.bpmn', isNew: true },
        { kind: 'form', formId: 'question', version: 1, resourceName: 'question.form', isNew: true },
      ],
    });
    expect(
      open.rows(
        `select name as actor from audit join person on actor = 'user:' || pseudonym where type = 'deployment created'`,
      ),
    ).toEqual([{ actor: 'user:demo' }]);
  });

  test('makes versions of what changed, and leaves the rest', async () => {
    await deploy(['a.bpmn', process('a')], ['b.bpmn', process('b')], ['question.form', form('question')]);
    const result = await deploy(
      ['a.bpmn', process('a', 'other')],
      ['b.bpmn', process('b')],
      ['question.form', form('question', 'No?')],
    );
    expect(result).toMatchObject({
      deployments: [
        { processId: 'b', version: 1, isNew: false },
        { processId: 'a', version: 2, isNew: true },
        { formId: 'question', version: 2, isNew: true },
      ],
    });
    await open.restart();
    const latest = (id: string) =>
      open.runtime.definitions.process(id, { kind: 'latest' }, asKey(1))?.version;
    expect([latest('a'), latest('b')]).toEqual([2, 1]);
  });

  test('gives a user task the form that is the latest when it is created', async () => {
    await deploy(['a.bpmn', process('a')], ['question.form', form('question')]);
    await deploy(['question.form', form('question', 'No?')]);
    await open.runtime.createInstance({ processId: 'a', variables: {} }, 'user:mary');
    const [latest] = open.rows<{ key: number }>('select key from form where version = 2');
    expect(open.rows('select form_key from user_task')).toEqual([{ form_key: latest.key }]);
  });

  test('stores nothing where one file has a problem', async () => {
    const result = await deploy(['a.bpmn', process('a')], ['b.bpmn', '<letter>Dear Sir</letter>']);
    expect(result.ok).toBe(false);
    expect(result.problems).toContainEqual(
      expect.objectContaining({ resource: 'b.bpmn', severity: 'error' }),
    );
    expect(await open.runtime.store.knex('audit').select()).toEqual([]);
    expect(await open.runtime.store.knex('resource').select()).toEqual([]);
  });

  test.each([
    ['a file of another type', [['a.txt', 'hello']], 'RESOURCE_TYPE'],
    ['no file', [], 'NOTHING_TO_DEPLOY'],
    [
      'the same file name twice',
      [
        ['a.bpmn', process('a')],
        ['a.bpmn', process('b')],
      ],
      'RESOURCE_DUPLICATE',
    ],
    [
      'the same process twice',
      [
        ['a.bpmn', process('a')],
        ['b.bpmn', process('a')],
      ],
      'PROCESS_DUPLICATE',
    ],
    [
      'the same form twice',
      [
        ['a.form', form('a')],
        ['b.form', form('a')],
      ],
      'FORM_DUPLICATE',
    ],
    ['a form that is not JSON', [['a.form', '{']], 'FORM_INVALID'],
    ['a form without an id', [['a.form', '{}']], 'FORM_INVALID'],
    [
      'a form with a field that nobody could see',
      [['a.form', '{"id":"a","components":[{"type":"filepicker","label":"Delivery note","key":"note"}]}']],
      'FORM_FIELD',
    ],
  ] as [string, [string, string][], string][])('of %s is refused', async (_, resources, code) => {
    const result = await deploy(...resources);
    expect(result.ok).toBe(false);
    expect(result.problems).toContainEqual(expect.objectContaining({ code, severity: 'error' }));
  });

  test('warns of a form that is nowhere', async () => {
    const result = await deploy(['a.bpmn', process('a', 'ask', 'missing')]);
    expect(result).toMatchObject({
      ok: true,
      problems: [{ code: 'FORM_MISSING', elementId: 'ask', severity: 'warning' }],
    });
  });

  test('of two at the same time gives two versions', async () => {
    const results = await Promise.all([
      deploy(['a.bpmn', process('a')]),
      deploy(['a.bpmn', process('a', 'other')]),
    ]);
    const versions = results.map((result) => (result.ok && result.deployments[0].version) || 0);
    expect(versions.sort()).toEqual([1, 2]);
  });
});

describe('decisions in a deployment', () => {
  /** What the decision gives in a new instance of `deciding`. */
  const rate = async (): Promise<unknown> => {
    const created = await open.runtime.createInstance(
      { processId: 'deciding', variables: {}, awaitCompletion: true },
      'user:mary',
    );
    return created.ok ? created.variables['rate'] : created.rejection;
  };

  test('are versioned with their file, and keep their tags', async () => {
    await deploy(['rate.dmn', dmn('1', { tag: 'v1' })], ['deciding.bpmn', deciding()]);
    const result = await deploy(['rate.dmn', dmn('2')], ['deciding.bpmn', deciding()]);
    expect(result).toMatchObject({
      deployments: [
        { kind: 'process', version: 1, isNew: false },
        { kind: 'requirements', decisionRequirementsId: 'rate-file', version: 2, isNew: true },
        { kind: 'decision', decisionId: 'rate', version: 2, isNew: true },
      ],
    });
    expect(await rate()).toBe(2);
    await deploy(['deciding.bpmn', deciding('bindingType="versionTag" versionTag="v1"')]);
    await open.restart();
    expect(await rate()).toBe(1);
  });

  test('bound to the deployment of the process stay with it, also after a restart', async () => {
    const bound = deciding('bindingType="deployment"');
    await deploy(['rate.dmn', dmn('1')], ['deciding.bpmn', bound]);
    await deploy(['rate.dmn', dmn('2')]);
    expect(await rate()).toBe(1);
    await open.restart();
    expect(await rate()).toBe(1);
  });

  test('bound to the deployment come as a new version of the process where they changed', async () => {
    const bound = deciding('bindingType="deployment"');
    await deploy(['deciding.bpmn', bound]);
    await deploy(['rate.dmn', dmn('1')]);
    const together = await deploy(['rate.dmn', dmn('1')], ['deciding.bpmn', bound]);
    expect(together).toMatchObject({
      deployments: [
        { kind: 'requirements', version: 1, isNew: false },
        { kind: 'decision', version: 1, isNew: false },
        { kind: 'process', version: 2, isNew: true },
      ],
    });
    await deploy(['rate.dmn', dmn('2')]);
    await open.restart();
    expect(await rate()).toBe(1);
    const same = await deploy(['rate.dmn', dmn('2')], ['deciding.bpmn', bound]);
    expect(same).toMatchObject({
      deployments: [{ version: 2, isNew: false }, {}, { version: 3, isNew: true }],
    });
    const nothing = await deploy(['rate.dmn', dmn('2')], ['deciding.bpmn', bound]);
    expect(nothing.ok && nothing.deployments.map(({ isNew }) => isNew)).toEqual([false, false, false]);
    expect(await rate()).toBe(2);
  });

  test('may import from other files of the deployment', async () => {
    const importing = dmn('base.base + 1', {
      more: `<import name="base" namespace="base" importType="https://www.omg.org/spec/DMN/20191111/MODEL/" />`,
    }).replace(
      '<literalExpression',
      '<informationRequirement id="needs"><requiredDecision href="base#base" /></informationRequirement><literalExpression',
    );
    await deploy(
      ['deciding.bpmn', deciding()],
      ['rate.dmn', importing],
      ['base.dmn', dmn('10', { id: 'base' })],
    );
    expect(await rate()).toBe(11);
    await open.restart();
    expect(await rate()).toBe(11);
    const changed = await deploy(['rate.dmn', importing], ['base.dmn', dmn('20', { id: 'base' })]);
    expect(changed.ok && changed.deployments.map(({ isNew }) => isNew)).toEqual([true, true, true, true]);
    expect(await rate()).toBe(21);
    expect(open.rows(`select count(*) as count from decision_instance where state = 'EVALUATED'`)).toEqual([
      { count: 6 },
    ]);
    const alone = await deploy(['rate.dmn', importing]);
    expect(alone).toMatchObject({ ok: false, problems: [{ code: 'DMN_IMPORT' }, {}] });
  });

  test.each([
    ['that is no DMN', [['a.dmn', '<letter>Dear Sir</letter>']], 'DMN_INVALID'],
    ['with an expression that is none', [['a.dmn', dmn('1 +')]], 'FEEL_SYNTAX'],
    [
      'with the id of another',
      [
        ['a.dmn', dmn('1')],
        ['b.dmn', dmn('2')],
      ],
      'DECISION_DUPLICATE',
    ],
    [
      'that imports itself',
      [['a.dmn', dmn('1', { more: '<import name="me" namespace="rate" importType="x" />' })]],
      'DMN_IMPORT',
    ],
    [
      'without an id, whose name cannot be one',
      [['a.dmn', dmn('1').replace('id="rate" name="rate"', 'name="my rate"')]],
      'DECISION_ID',
    ],
  ] as [string, [string, string][], string][])('%s are refused', async (_, resources, code) => {
    const result = await deploy(...resources);
    expect(result.ok).toBe(false);
    expect(result.problems).toContainEqual(expect.objectContaining({ code, severity: 'error' }));
  });

  test('that are nowhere are warned of, as the binding asks for them', async () => {
    const warned = {
      ok: true,
      problems: [{ code: 'DECISION_MISSING', elementId: 'decide', severity: 'warning' }],
    };
    expect(await deploy(['a.bpmn', deciding()])).toMatchObject(warned);
    await deploy(['rate.dmn', dmn('1')]);
    expect(await deploy(['b.bpmn', deciding()])).toMatchObject({ ok: true, problems: [] });
    expect(await deploy(['a.bpmn', deciding('bindingType="deployment"')])).toMatchObject(warned);
    expect(await deploy(['a.bpmn', deciding('bindingType="versionTag" versionTag="v9"')])).toMatchObject(
      warned,
    );
  });
});

describe('checking a deployment', () => {
  test('tells the versions it would make, and stores nothing', async () => {
    await deploy(['a.bpmn', process('a')], ['question.form', form('question')]);
    const check = await open.runtime.checkDeployment({
      resources: [
        { name: 'a.bpmn', content: process('a', 'other') },
        { name: 'question.form', content: form('question') },
        { name: 'b.bpmn', content: process('b') },
      ],
      actor: 'user:demo',
    });
    expect(check.resources).toEqual([
      { name: 'a.bpmn', changes: [{ kind: 'process', id: 'a', currentVersion: 1, nextVersion: 2 }] },
      {
        name: 'question.form',
        changes: [{ kind: 'form', id: 'question', currentVersion: 1, nextVersion: null }],
      },
      { name: 'b.bpmn', changes: [{ kind: 'process', id: 'b', currentVersion: null, nextVersion: 1 }] },
    ]);
    expect(await open.runtime.store.knex('process_definition').count({ rows: '*' })).toEqual([{ rows: 1 }]);
  });
});
