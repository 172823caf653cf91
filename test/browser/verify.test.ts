/** A bundle dropped into the browser is verified there: one line for each check, a plain verdict, no request. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/axe.js';
import { VECTORS, readBundleVectors } from '../support/bundle-vectors.js';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';
import { entriesOf, zipOf } from '../support/zip-entries.js';

const vectors = readBundleVectors();

const site = useSite({ authentication: 'none' });
let auditor: OpenPage;

beforeEach(async () => {
  auditor = await site.open();
  await auditor.page.goto('/verify');
});

afterEach(async () => {
  await auditor.context.close();
});

async function verify(page: Page, file: string): Promise<{ genuine: boolean; failed: string[] }> {
  const vector = vectors.find((one) => one.file === file);
  if (vector === undefined) throw new Error(`No vector is called ${file}.`);
  await page.getByLabel('Bundle', { exact: true }).setInputFiles(join(VECTORS, file));
  await page.getByLabel('Key of the log that you trust').fill(vector.key);
  if (vector.checkpoint !== undefined) {
    const buffer = Buffer.from(vector.checkpoint);
    const given = { name: 'checkpoint.txt', mimeType: 'text/plain', buffer };
    await page.getByLabel('A checkpoint that you keep (optional)').setInputFiles(given);
  }
  if (vector.witness !== undefined) {
    await page.getByLabel('Keys of witnesses (optional)').fill(vector.witness);
  }
  if (vector.tsa !== undefined) {
    const certificate = page.getByLabel('Certificate of a time-stamping authority (optional)');
    await certificate.setInputFiles(join(VECTORS, vector.tsa));
  }
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.locator('[data-check="your checkpoint"]').waitFor();
  const failed = await page
    .locator('[data-result="failed"]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-check') ?? ''));
  return { genuine: await page.getByText('This bundle is genuine').isVisible(), failed };
}

describe('the page that verifies bundles', () => {
  it('says that a genuine bundle is genuine, and asks no server', async () => {
    const { page } = auditor;
    const asked: string[] = [];
    page.on('request', (request) => {
      // The menu around the page asks by itself how much work waits, and listens for more.
      if (/\/(api|v2)\/(?!overview|live)/.test(request.url())) asked.push(request.url());
    });
    expect(await verify(page, 'genuine-filtered.zip')).toEqual({ genuine: true, failed: [] });
    expect(asked).toEqual([]);
    await expectAccessible(auditor);
  });

  it('finds in every corrupted bundle what the terminal finds', async () => {
    const isRead = ({ failed }: (typeof vectors)[number]): boolean => !failed.includes('archive');
    for (const { file, genuine, failed } of vectors.filter((vector) => !vector.genuine && isRead(vector))) {
      // The page would keep a checkpoint or a certificate that was given to it.
      await auditor.page.goto('/verify');
      expect({ file, ...(await verify(auditor.page, file)) }).toEqual({ file, genuine, failed });
    }
    await expectAccessible(auditor);
  }, 120_000);

  it('reads no archive with bytes around it, as the terminal does not', async () => {
    for (const file of ['bytes-before.zip', 'bytes-behind.zip']) {
      await auditor.page.goto('/verify');
      await auditor.page.getByLabel('Bundle').setInputFiles(join(VECTORS, file));
      await auditor.page.getByLabel('Key of the log that you trust').fill(vectors[0].key);
      await auditor.page.getByRole('button', { name: 'Verify' }).click();
      await auditor.page.getByText('This file is no bundle').waitFor();
    }
  });

  it('believes a time stamp of the authority that the reader trusts', async () => {
    const { page } = auditor;
    expect(await verify(page, 'genuine-stamped.zip')).toEqual({ genuine: true, failed: [] });
    await page.getByText('33 rows existed at').waitFor();
    const certificate = page.getByLabel('Certificate of a time-stamping authority (optional)');
    await certificate.setInputFiles(join(VECTORS, 'notes.json'));
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('This is no PEM file of certificates').waitFor();
  });

  it('believes a witness that cosigned the rows, and says so where a key is not one', async () => {
    const { page } = auditor;
    expect(await verify(page, 'genuine-cosigned.zip')).toEqual({ genuine: true, failed: [] });
    await page.getByText('witness.example/w1 cosigned the tree of 33 rows at').waitFor();
    await page.getByLabel('Keys of witnesses (optional)').fill(vectors[0].key);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('This is no key of a witness').waitFor();
  });

  it('finds a wrong CRC-32, and reads a manifest no further than it may be large', async () => {
    const { page } = auditor;
    const folder = mkdtempSync(join(tmpdir(), 'countersign-verify-'));
    try {
      const zip = readFileSync(join(VECTORS, 'genuine.zip'));
      // Its entry in the central directory, where the CRC-32 stands 30 bytes before the name.
      zip[zip.lastIndexOf('persons.jsonl') - 30] ^= 1;
      writeFileSync(join(folder, 'crc.zip'), zip);
      const files = await entriesOf(readFileSync(join(VECTORS, 'genuine.zip')));
      files.set('manifest.json', Buffer.alloc(2 ** 24 + 1, ' '));
      writeFileSync(join(folder, 'large.zip'), await zipOf(files));
      await page.getByLabel('Key of the log that you trust').fill(vectors[0].key);
      for (const [file, said] of [
        ['crc.zip', "persons.jsonl can't be read"],
        ['large.zip', 'manifest.json has more than the 16777216 bytes that it may have'],
      ]) {
        await page.getByLabel('Bundle', { exact: true }).setInputFiles(join(folder, file));
        await page.getByRole('button', { name: 'Verify' }).click();
        await page.getByText(said).waitFor();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('says so where a file is no bundle, or a key no key', async () => {
    const { page } = auditor;
    const name = 'Bundle';
    const buffer = readFileSync(join(VECTORS, 'notes.json'));
    await page
      .getByLabel(name, { exact: true })
      .setInputFiles({ name: 'notes.zip', mimeType: 'application/zip', buffer });
    await page.getByLabel('Key of the log that you trust').fill('no key');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('This is no key of a log').waitFor();
    await page.getByLabel('Key of the log that you trust').fill(vectors[0].key);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('This file is no bundle').waitFor();
  });
});
