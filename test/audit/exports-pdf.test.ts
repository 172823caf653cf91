/** The report that people read: a valid PDF/A-2u file that says what the journal says, however long or hostile it is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExampleTrail } from './example-trail.js';
import type { ExampleTrail } from './example-trail.js';
import { pdfaFindings } from './pdfa.js';
import { pdfText } from './pdf-text.js';

let trail: ExampleTrail;

beforeAll(async () => {
  trail = await startExampleTrail();
});
afterAll(() => trail.server.close());

async function report(query: string): Promise<Buffer> {
  const response = await trail.get(`/api/audit/exports?format=pdf${query}`, 'carlos');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/pdf');
  return Buffer.from(await response.arrayBuffer());
}

describe('the PDF report', () => {
  it('is PDF/A-2u', async () => {
    expect(pdfaFindings(await report(''))).toEqual([]);
    expect(pdfaFindings(await report('&actor=user:nobody'))).toEqual([]);
  });

  it.each([
    ['its output intent', /\/OutputIntents \[\d+ 0 R\]/, '6.2.3'],
    ['a ToUnicode', /\/ToUnicode/, '6.2.11.7'],
    ['its ID', /\/ID \[/, '6.1.3'],
    ['what its metadata says', /<pdfaid:part>2/, '6.6.4'],
    ['its own title in the metadata', /(?<=x-default">)Report on/, '6.6'],
    ['an object where its reference leads', /(?<=\n)\d{10}(?= 00000 n \ntrailer)/, '6.1.4'],
    ['the width of a glyph', /(?<=\/W \[0 \[)\d+ \d+ \d+ \d+ \d+ \d+/, '6.2.11.5'],
  ])('would be found out without %s', async (_what, pattern, rule) => {
    const text = (await report('')).toString('latin1');
    const broken = text.replace(pattern, (found) => 'x'.repeat(found.length));
    expect(broken).not.toBe(text);
    expect(pdfaFindings(Buffer.from(broken, 'latin1')).join('\n')).toContain(rule);
  });

  it('says what was asked, by whom, and what it comes to', async () => {
    const { body } = await trail.call('GET', `/api/audit?limit=1000&processInstanceKey=${trail.approved}`);
    const text = pdfText(await report(`&processInstanceKey=${trail.approved}`));
    expect(text).toContain(`Process instance\n${trail.approved}`);
    expect(text).toContain('Carlos Reyes (carlos)');
    expect(text).toContain(`${String((body.items as unknown[]).length)}\nrows that fit the filter`);
    expect(text).toMatch(/Made\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  });

  it('says who decided what, what it means, and why', async () => {
    const approved = pdfText(await report(`&processInstanceKey=${trail.approved}`));
    expect(approved).toContain('Mia Lindqvist (mia)');
    expect(approved).toContain('Approval: the process goes on with approved = true');
    const refused = pdfText(await report(`&processInstanceKey=${trail.refused}`));
    expect(refused).toContain('Refusal: the process goes on with approved = false');
    expect(refused).toContain('Too expensive, =really');
  });

  it('tells an instance whole where one of its rows fits', async () => {
    const text = pdfText(await report('&outcome=refused'));
    expect(text).toContain('1\nprocess instances');
    expect(text).toContain('1\nrows that fit the filter');
    expect(text).toContain('Check it');
  });

  it('has its pages numbered, and a table of contents that leads to where the parts are', async () => {
    const pdf = await report('&processDefinitionId=order');
    const text = pdfText(pdf);
    const [, pages] = /Page 1 of (\d+)/.exec(text) ?? [];
    expect(text).toContain(`Page ${pages} of ${pages}`);
    expect(text).not.toContain(`Page ${Number(pages) + 1}`);
    const contents = [...text.matchAll(/Order <with> "care" · (\d+)\n[^\n]+\n(\d+)\s/g)];
    expect(contents.map(([, key]) => key)).toEqual([trail.approved, trail.refused, trail.waiting]);
    const begins = (key: string): string | undefined =>
      text.split('\f').find((page) => page.includes(`· ${key}\n`) && page.includes('Rows of the journal'));
    for (const [, key, page] of contents) expect(begins(key)).toContain(`Page ${page} of`);
  });

  it('writes characters that its fonts lack by their codes, and breaks what is longer than a line', async () => {
    const created = await trail.call('POST', '/v2/process-instances', {
      processDefinitionId: 'order',
      variables: { name: '\u{10330}\u{10331} \u0416', long: 'W'.repeat(3000), ['k'.repeat(300)]: 1 },
    });
    const pdf = await report(`&processInstanceKey=${String(created.body.processInstanceKey)}`);
    expect(pdfaFindings(pdf)).toEqual([]);
    const text = pdfText(pdf);
    expect(text).toContain('[U+10330][U+10331] \u0416');
    expect(text).toMatch(/3000\s+characters/);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(200);
  });
});
