/**
 * Names in every script that people have stand in PDF reports as they are, from right to left where they run so, and the
 * files stay PDF/A-2u: every glyph has its characters.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bpmn } from '../server/models.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { pdfText } from './pdf-text.js';
import { pdfaFindings } from './pdfa.js';

const NAMES = {
  Latin: 'Zoë Łuczak-Þórsdóttir',
  Greek: 'Ελένη Παπαδοπούλου',
  Cyrillic: 'Наталія Кравчук',
  Arabic: 'محمد الأحمد',
  Hebrew: 'דוד בן־גוריון',
  Devanagari: 'नरेन्द्र क्षत्रिय',
  Bengali: 'রবীন্দ্রনাথ ঠাকুর',
  Tamil: 'தமிழ்ச்செல்வி',
  Thai: 'สมชาย ใจดี',
  Georgian: 'ნინო ბერიძე',
  Armenian: 'Արամ Խաչատրյան',
  Chinese: '王小明',
  Japanese: '山田 太郎・ひらがな カタカナ',
  Korean: '김민준',
};

const PROCESS = bpmn(`
  <bpmn:process id="names" name="${NAMES.Arabic} / ${NAMES.Chinese}" isExecutable="true">
    <bpmn:startEvent id="start" name="${NAMES.Hebrew}" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="work" />
    <bpmn:serviceTask id="work" name="${NAMES.Devanagari}">
      <bpmn:extensionElements><zeebe:taskDefinition type="work" retries="1" /></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>`);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  const { runtime } = server;
  await runtime?.deploy({ resources: [{ name: 'names.bpmn', content: PROCESS }], actor: 'user:mary' });
  for (const name of Object.values(NAMES)) {
    const created = await runtime?.createInstance(
      { processId: 'names', variables: { name } },
      `user:${name}`,
    );
    if (!created?.ok) throw new Error('The instance did not start.');
  }
  const answer = await fetch(`${server.url}/v2/jobs/activation`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ type: 'work', timeout: 60_000, maxJobsToActivate: 99, worker: 'w' }),
  });
  const { jobs } = (await answer.json()) as { jobs: { jobKey: string }[] };
  const names = Object.values(NAMES);
  for (const [at, { jobKey }] of jobs.entries()) {
    await fetch(`${server.url}/v2/jobs/${jobKey}/failure`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ retries: 0, errorMessage: `${names[at]} (12) said: ${names[at]}!` }),
    });
  }
});
afterAll(() => server.close());

async function report(query: string): Promise<Buffer> {
  const response = await fetch(`${server.url}/api/audit/exports?${query}`);
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  const folder = process.env['COUNTERSIGN_KEEP_REPORTS'];
  if (folder !== undefined) writeFileSync(`${folder}/${query.replaceAll(/\W+/g, '-')}.pdf`, bytes);
  return bytes;
}

/** What stands on pages without the order in which it stands: letters that glyphs were made of, sorted. */
function letters(text: string): string {
  return Array.from(text.normalize('NFC').replaceAll(/\s/g, '')).sort().join('');
}

describe.each([
  ['the report of instances', 'format=pdf'],
  ['open incidents', 'report=open-incidents&format=pdf'],
  ['administration', 'report=access-changes&format=pdf'],
  ['approvals', 'report=approvals&format=pdf'],
  ['what models did', 'report=ai-activity&format=pdf'],
  ['duty separation', 'report=duty-separation&format=pdf'],
  ['the completeness statement', 'report=completeness&format=pdf'],
])('%s', (_what, query) => {
  it('is PDF/A-2u and writes no character as a code', async () => {
    const pdf = await report(query);
    expect(pdfaFindings(pdf)).toEqual([]);
    expect(pdf.toString('latin1')).toContain('<pdfaid:conformance>U</pdfaid:conformance>');
    expect(pdfText(pdf)).not.toMatch(/\[U\+[0-9A-F]+\]/);
  });
});

describe('a name', () => {
  it.each(Object.entries(NAMES))('in %s has all of its letters', async (_script, name) => {
    const text = pdfText(await report('report=open-incidents&format=pdf'));
    const found = new Set(letters(text));
    expect(Array.from(letters(name)).filter((letter) => !found.has(letter))).toEqual([]);
  });

  it('in a script that has no font here is written by its codes', async () => {
    const gothic = '\u{10330}';
    await server.runtime?.createInstance({ processId: 'names', variables: { name: gothic } }, 'user:mary');
    const pdf = await report('format=pdf');
    expect(pdfText(pdf)).toContain('[U+10330]');
    expect(pdfaFindings(pdf)).toEqual([]);
  });
});
