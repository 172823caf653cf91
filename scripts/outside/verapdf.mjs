/**
 * Has veraPDF, the validator of the PDF Association, check every report as PDF/A-2u. It needs Java and Maven, which fetches
 * it. Files can be named (`npm run outside -- verapdf report.pdf`); otherwise reports with names in many scripts are
 * made by a test and checked.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchArtifact } from '../setup/maven.mjs';
import { PlainFailure, giveUp, run, runNode, say, tools } from '../setup/run.mjs';

const VALIDATOR = { group: 'org.verapdf.apps', name: 'greenfield-apps', version: '1.28.2' };
const MAIN = 'org.verapdf.apps.GreenfieldCliWrapper';
/** Reports of every kind, made by the test that has names in many scripts. */
async function makeReports(folder) {
  const env = { COUNTERSIGN_KEEP_REPORTS: folder };
  const { code } = await runNode(tools.vitest, ['run', 'test/audit/exports-scripts.test.ts'], { env });
  if (code !== 0) throw new PlainFailure('The test that makes the reports failed, see above.');
  return readdirSync(folder).map((name) => join(folder, name));
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-reports-'));
try {
  const library = await fetchArtifact(VALIDATOR);
  const given = process.argv.slice(2);
  const files = given.length > 0 ? given : await makeReports(folder);
  const options = ['--flavour', '2u', '--format', 'text', '--verbose'];
  const { code, output } = await run('java', ['-cp', join(library, '*'), MAIN, ...options, ...files], {
    quiet: true,
  });
  say(output.trim());
  const passed = output.split('\n').filter((line) => line.startsWith('PASS ')).length;
  say(`${passed} of ${files.length} are PDF/A-2u.`);
  if (code !== 0 || passed !== files.length) process.exitCode = 1;
} catch (error) {
  giveUp(error);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
