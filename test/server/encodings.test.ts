/** Files in other encodings, and of characters beyond the first plane, are what they were when they are given back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const file = (encoding: string, name: string) =>
  `<?xml version="1.0" encoding="${encoding}"?>\n<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"><process id="p-${encoding}" name="${name}" isExecutable="true"><startEvent id="s" /></process></definitions>`;

async function deploy(bytes: Uint8Array<ArrayBuffer>) {
  const form = new FormData();
  form.append('resources', new File([bytes], 'file.bpmn'));
  const answer = await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
  const { deployments } = (await answer.json()) as {
    deployments: { processDefinition: { processDefinitionKey: string; processDefinitionVersion: number } }[];
  };
  return deployments[0].processDefinition;
}

async function xmlOf(key: string) {
  return new Uint8Array(await (await fetch(`${server.url}/v2/process-definitions/${key}/xml`)).arrayBuffer());
}

test.each([
  ['ISO-8859-1', 'Größe', [0xf6, 0xdf]],
  ['windows-1252', 'Preis €', [0x80]],
  ['windows-1251', 'Цена', [0xd6, 0xe5, 0xed, 0xe0]],
])(
  'a file in %s is read, given back in UTF-8 and deployed again unchanged',
  async (encoding, name, special) => {
    const left = [...special];
    const bytes = Uint8Array.from(file(encoding, name), (character) =>
      character.charCodeAt(0) < 128 ? character.charCodeAt(0) : (left.shift() ?? 0),
    );
    const { processDefinitionKey } = await deploy(bytes);
    const given = await xmlOf(processDefinitionKey);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(given);
    expect(text).toBe(file('UTF-8', name).replace('p-UTF-8', `p-${encoding}`));
    expect(await deploy(given)).toMatchObject({ processDefinitionVersion: 1 });
  },
);

test('characters of every plane, written as references', async () => {
  const { processDefinitionKey } = await deploy(
    new TextEncoder().encode(file('utf-8', '&#x1D11E; &#127881; 𠮷')),
  );
  const answer = await fetch(`${server.url}/v2/process-definitions/${processDefinitionKey}`);
  expect(await answer.json()).toMatchObject({ name: '\u{1D11E} \u{1F389} 𠮷' });
});

test('a draft that declares another encoding is kept as the text it is', async () => {
  const content = file('ISO-8859-1', 'Größe');
  const answer = await fetch(`${server.url}/api/models`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'a', type: 'bpmn', content }),
  });
  const { modelKey } = (await answer.json()) as { modelKey: string };
  const draft = (await (await fetch(`${server.url}/api/models/${modelKey}`)).json()) as { content: string };
  expect(draft.content).toBe(content.replace('ISO-8859-1"?', 'UTF-8"?'));
});
