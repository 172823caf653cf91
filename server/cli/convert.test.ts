import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBpmn } from '@countersign/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { convert } from './convert.js';

const claim = fileURLToPath(new URL('../../test/camunda7/claim.bpmn', import.meta.url));
const onboarding = fileURLToPath(new URL('../../test/camunda7/onboarding.bpmn', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-convert-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('countersign convert', () => {
  it('writes a file that deploys, and ends with 0', async () => {
    const out = join(folder, 'claim.bpmn');
    const result = await convert({ file: claim, out });
    expect(result).toMatchObject({ code: 0, error: '' });
    expect(result.output).toMatch(/\d+ mapped, 0 to decide, \d+ without a counterpart/);
    expect(result.output).toContain('Validate the policy (validate): camunda:topic "validate-policy"');
    expect((await readBpmn(await readFile(out, 'utf8'))).problems).toEqual([]);
  });

  it('ends with 2 where something is left to decide, and says what to do first', async () => {
    const { code, output } = await convert({ file: onboarding });
    expect(code).toBe(2);
    expect(output.indexOf('To decide')).toBeLessThan(output.indexOf('Mapped'));
    expect(output).toContain('to do: Move the code to a worker for jobs of type "make-account".');
    expect(output).toContain('Nothing was written');
  });

  it('prints JSON', async () => {
    const { output } = await convert({ file: claim, json: true });
    const parsed = JSON.parse(output) as { counts: unknown; report: unknown[]; content: string };
    expect(parsed.counts).toMatchObject({ decide: 0 });
    expect(parsed.report.length).toBeGreaterThan(10);
    expect(parsed.content).toContain('zeebe:taskDefinition');
  });

  it('refuses what it cannot read, write or understand', async () => {
    const noBpmn = join(folder, 'list.bpmn');
    await writeFile(noBpmn, 'a,b,c');
    expect((await convert({ file: noBpmn })).code).toBe(1);
    expect((await convert({ file: join(folder, 'none.bpmn') })).code).toBe(1);
    const out = join(folder, 'none', 'x.bpmn');
    expect((await convert({ file: claim, out })).error).toContain('cannot be written');
  });
});
