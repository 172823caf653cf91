/**
 * Files that others wrote, deployed and run through the API with the official client to the outcome
 * that the corpus states. The corpus lies beside the checkout; without it these tests are skipped.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, it } from 'vitest';
import { createClient, startServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { corpusRun } from './corpus-run.js';
import { ANALYZER_CASES } from './analyzer-cases.js';
import { CLIENT_CASES } from './client-cases.js';
import { DECISION_CASES } from './decision-cases.js';
import { EVENT_CASES } from './event-cases.js';
import { GO_ENGINE_CASES } from './go-engine-cases.js';
import { SPECIFICATION_CASES } from './specification-cases.js';

const FOLDER =
  process.env.COUNTERSIGN_CORPUS ?? fileURLToPath(new URL('../../../../shared/corpus', import.meta.url));
const present = existsSync(FOLDER);
if (!present) console.log('The corpus of external files is not beside the checkout: its tests are skipped.');

describe.skipIf(!present)('files that others wrote', () => {
  let server: TestServer;
  const results: { file: string; outcome: string; ok: string }[] = [];

  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.close());
  afterAll(() => {
    console.table(results);
  });

  it.each([
    ...SPECIFICATION_CASES,
    ...GO_ENGINE_CASES,
    ...EVENT_CASES,
    ...DECISION_CASES,
    ...CLIENT_CASES,
    ...ANALYZER_CASES,
  ])('%s: %s', async (file, outcome, run) => {
    const result = { file, outcome, ok: 'no' };
    results.push(result);
    await run(corpusRun(createClient(server.url), FOLDER));
    result.ok = 'yes';
  });
});
