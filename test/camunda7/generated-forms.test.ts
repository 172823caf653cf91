/** Forms whose fields stood in a diagram of Camunda 7: files of their own, which the converted diagram names. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertCamunda7 } from '@countersign/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert } from '../../server/cli/convert.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { camunda7Process, fileOf } from './files.js';

interface Form {
  readonly id: string;
  readonly components: readonly Record<string, unknown>[];
}

const withFields = (fields: string): string =>
  camunda7Process(
    '<bpmn:startEvent id="s" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t" />' +
      `<bpmn:userTask id="t"><bpmn:extensionElements>${fields}</bpmn:extensionElements></bpmn:userTask>`,
  );

const FIELDS =
  '<camunda:formData>' +
  '<camunda:formField id="name" label="Name" type="string" defaultValue="Ann"><camunda:validation>' +
  '<camunda:constraint name="required" /><camunda:constraint name="maxlength" config="20" />' +
  '</camunda:validation></camunda:formField>' +
  '<camunda:formField id="age" label="Age" type="long" defaultValue="30"><camunda:validation>' +
  '<camunda:constraint name="min" config="18" /></camunda:validation></camunda:formField>' +
  '<camunda:formField id="member" label="Member" type="boolean" defaultValue="true" />' +
  '<camunda:formField id="kind" label="Kind" type="enum"><camunda:value id="a" name="First" /></camunda:formField>' +
  '<camunda:formField id="fixed" label="Fixed" type="string"><camunda:validation>' +
  '<camunda:constraint name="readonly" /></camunda:validation></camunda:formField>' +
  '</camunda:formData>';

async function converted(xml: string) {
  const result = await convertCamunda7(xml);
  if (!result.ok) throw new Error(result.reason);
  const forms = result.forms.map(({ content }) => JSON.parse(content) as Form);
  return { ...result, parsed: forms };
}

describe('fields of a form in the diagram', () => {
  it('become a form that the element names', async () => {
    const { xml, forms, parsed, report } = await converted(withFields(FIELDS));
    expect(forms.map(({ name }) => name)).toEqual(['process-t.form']);
    expect(xml).toContain('formId="process-t"');
    expect(parsed[0]).toMatchObject({ id: 'process-t', type: 'default', schemaVersion: 19 });
    expect(parsed[0].components).toMatchObject([
      { key: 'name', type: 'textfield', defaultValue: 'Ann', validate: { required: true, maxLength: 20 } },
      { key: 'age', type: 'number', decimalDigits: 0, defaultValue: 30, validate: { min: 18 } },
      { key: 'member', type: 'checkbox', defaultValue: true },
      { key: 'kind', type: 'select', values: [{ label: 'First', value: 'a' }] },
      { key: 'fixed', type: 'textfield', readonly: true },
    ]);
    const fields = report.filter(({ found }) => found === 'camunda:formField');
    expect(fields.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 5 }, () => 'mapped'));
  });

  it('that a form cannot have as they were are left to decide', async () => {
    const { report, parsed } = await converted(
      withFields(
        '<camunda:formData businessKey="no"><camunda:formField id="when" type="date" datePattern="dd/MM/yyyy" />' +
          '<camunda:formField id="sum" type="long" defaultValue="${a + b}" />' +
          '<camunda:formField id="iban" type="string"><camunda:validation>' +
          '<camunda:constraint name="validator" config="com.acme.Iban" /></camunda:validation></camunda:formField>' +
          '<camunda:formField id="a b" type="string" /><camunda:formField id="no" type="money" />' +
          '</camunda:formData>',
      ),
    );
    expect(parsed[0].components.map(({ key }) => key)).toEqual(['when', 'sum', 'iban', 'no']);
    const messages = report.filter(({ outcome }) => outcome === 'decide').map(({ message }) => message);
    for (const words of ['business', '2030-01-31', 'is computed', 'com.acme.Iban', '"a b"', '"money"'])
      expect(
        messages.some((message) => message.includes(words)),
        words,
      ).toBe(true);
  });

  it('of the older kind become one form too', async () => {
    const { parsed } = await converted(
      withFields(
        '<camunda:formProperty id="one" name="One" required="true" /><camunda:formProperty id="two" type="enum" />',
      ),
    );
    expect(parsed).toHaveLength(1);
    expect(parsed[0].components.map(({ key }) => key)).toEqual(['one', 'two']);
  });

  it('give no file a name that leads elsewhere', async () => {
    const xml = withFields(FIELDS).replaceAll('"t"', '"../../t"');
    const { forms } = await converted(xml);
    for (const { name } of forms) expect(name).toMatch(/^[\w-]+\.form$/);
  });
});

it('are written beside the diagram in the terminal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-forms-'));
  const out = join(folder, 'onboarding.bpmn');
  const { output } = await convert({ file: fileOf('onboarding'), out });
  const written = (await readdir(folder)).filter((name) => name.endsWith('.form'));
  expect(written).toEqual(['onboarding-meet.form']);
  expect(output).toContain(join(folder, 'onboarding-meet.form'));
  expect(JSON.parse(await readFile(join(folder, written[0]), 'utf8'))).toMatchObject({
    id: 'onboarding-meet',
  });
  await rm(folder, { recursive: true });
});

describe('over HTTP', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it('they are answered beside the diagram, and both deploy together', async () => {
    const response = await fetch(`${server.url}/api/models/convert`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ content: withFields(FIELDS) }),
    });
    const { content, forms } = (await response.json()) as {
      content: string;
      forms: { name: string; content: string }[];
    };
    const body = new FormData();
    for (const file of [{ name: 'process.bpmn', content }, ...forms])
      body.append('resources', new File([file.content], file.name));
    const deployed = await fetch(`${server.url}/v2/deployments`, { method: 'POST', body });
    expect(deployed.status).toBe(200);
    expect(JSON.stringify(await deployed.json())).toContain('"formId":"process-t"');
  });
});
