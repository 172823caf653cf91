/**
 * Has veraPDF, the validator of the PDF Association, check every report as PDF/A-2u. It needs Java and Maven, which fetches
 * it. Files can be named (`npm run outside -- verapdf report.pdf`); otherwise reports with names in many scripts are
 * made by a test and checked.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromRoot } from '../setup/root.mjs';
import { PlainFailure, giveUp, run, runNode, say, tools } from '../setup/run.mjs';

const VERSION = '1.28.2';
const MAIN = 'org.verapdf.apps.GreenfieldCliWrapper';
const cache = fromRoot('.cache', 'verapdf', VERSION);

/** The validator's files, fetched once. */
async function fetchValidator() {
  const library = join(cache, 'lib');
  if (existsSync(library)) return library;
  mkdirSync(cache, { recursive: true });
  const dependency = `<groupId>org.verapdf.apps</groupId><artifactId>greenfield-apps</artifactId><version>${VERSION}</version>`;
  const own =
    '<modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>';
  const pom = join(cache, 'pom.xml');
  writeFileSync(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0">${own}<dependencies><dependency>${dependency}</dependency></dependencies></project>\n`,
  );
  const { code, output } = await run(
    'mvn',
    ['-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${library}`],
    { quiet: true },
  ).catch(() => ({ code: 1, output: 'There is no program mvn.' }));
  if (code !== 0) {
    rmSync(library, { recursive: true, force: true });
    throw new PlainFailure(`veraPDF could not be fetched by Maven:\n${output}`);
  }
  return library;
}

/** Reports of every kind, made by the test that has names in many scripts. */
async function makeReports(folder) {
  const env = { COUNTERSIGN_KEEP_REPORTS: folder };
  const { code } = await runNode(tools.vitest, ['run', 'test/audit/exports-scripts.test.ts'], { env });
  if (code !== 0) throw new PlainFailure('The test that makes the reports failed, see above.');
  return readdirSync(folder).map((name) => join(folder, name));
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-reports-'));
try {
  const library = await fetchValidator();
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
