/** A page without a diagram loads little: all its scripts and styles, compressed, stay below a limit. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { useSite } from '../support/site.js';

/** Bytes of scripts and styles, gzip. */
const LIMIT = 150_000;

const site = useSite({ authentication: 'none', samples: 'all' });

describe('the weight of a page', () => {
  it.each(['/', '/processes', '/instances', '/audit', '/design'])('%s', async (path) => {
    const { page, context } = await site.open();
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => {
      if (!/\.(js|css)$/.test(new URL(response.url()).pathname)) return;
      sizes.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.goto(path, { waitUntil: 'load' });
    await page.locator('h1').waitFor();
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThan(LIMIT);
    await context.close();
  });
});
