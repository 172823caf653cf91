/**
 * `npm test`: installs and builds what is missing, then checks types, lint and format and runs every test.
 * Goes on after a failure, so that one run shows everything. The last line sums all runs up.
 * `npm test -- NAME…` runs only the named ones of: checks, unit, cases, others, server, postgres, browser.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildStale } from './setup/build.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { installPackages } from './setup/install.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { fromRoot, root } from './setup/root.mjs';
import { PlainFailure, giveUp, runNode, say, tools } from './setup/run.mjs';
import { ensureSqliteBinding } from './setup/sqlite-binding.mjs';

/** Checks that pass or fail as a whole; each counts as one. */
const checks = [
  { title: 'types of engine, server and tests', file: tools.tsc, args: ['-b'] },
  {
    title: 'types of the web app',
    file: tools.svelteCheck,
    args: ['--tsconfig', './tsconfig.json', '--output', 'human', '--threshold', 'error'],
    cwd: fromRoot('modeler'),
  },
  { title: 'lint', file: tools.eslint, args: ['.', '--max-warnings', '0'] },
  { title: 'format', file: tools.prettier, args: ['--check', '--log-level', 'warn', '.'] },
];

const isLongest = ({ title }) => title === 'lint';

/** Folders that are no tests themselves. */
const NOT_TESTS = new Set(['support', 'bench', 'fixtures']);

/**
 * Runs of vitest, in this order. A folder of test/ that is named nowhere is run in `others`, so none is forgotten.
 * Those that start no servers run a file on every core; vitest by itself keeps one core free.
 */
const runs = [
  {
    title: 'unit',
    paths: ['engine', 'server', 'modeler', 'test/architecture', 'test/docs'],
    onEveryCore: true,
  },
  {
    title: 'cases',
    paths: ['test/cases', 'test/rules', 'test/property', 'test/replay'],
    onEveryCore: true,
  },
  { title: 'others', paths: [], onEveryCore: true },
  { title: 'server', paths: ['test/server', 'test/peers', 'test/samples', 'test/crash'] },
  {
    title: 'postgres',
    paths: ['server/runtime', 'server/jobs', 'test/replay'],
    files: ['client', 'fast-lane', 'house-api', 'operate', 'task-listeners'].map(
      (name) => `test/server/${name}.test.ts`,
    ),
    env: { COUNTERSIGN_TEST_DATABASE: 'postgres', COUNTERSIGN_TEST_SLICE: '8' },
  },
  { title: 'browser', paths: ['test/browser'], needsChromium: true },
];

function hasTests(path) {
  const folder = fromRoot(path);
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (!entry.isDirectory()) return entry.name.endsWith('.test.ts');
    return entry.name !== 'node_modules' && entry.name !== 'dist' && hasTests(join(path, entry.name));
  });
}

function foldersNamedNowhere() {
  const named = new Set(runs.flatMap((one) => one.paths));
  return readdirSync(fromRoot('test'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_TESTS.has(entry.name))
    .map((entry) => `test/${entry.name}`)
    .filter((path) => !named.has(path));
}

/** The names given on the command line, or all. */
function chosen() {
  const known = ['checks', ...runs.map(({ title }) => title)];
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length === 0) return asked.length > 0 ? asked : known;
  throw new PlainFailure(
    `There are no tests called ${unknown.join(', ')}. Choose among: ${known.join(', ')}.`,
  );
}

const sum = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

function count({ passed = 0, failed = 0, skipped = 0 }) {
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}

async function runCheck({ title, file, args, cwd }) {
  const started = Date.now();
  const { code, output } = await runNode(file, args, { cwd, quiet: true });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  say(`${code === 0 ? 'passed' : 'FAILED'}  ${title} (${seconds} s)`);
  if (code !== 0) {
    say(output.trim());
    failures.push(title);
  }
  count(code === 0 ? { passed: 1 } : { failed: 1 });
}

/** Two at a time: the longest, and the others one after the other. */
async function runChecks() {
  const [longest, others] = [checks.filter(isLongest), checks.filter((check) => !isLongest(check))];
  await Promise.all(
    [longest, others].map(async (lane) => {
      for (const check of lane) await runCheck(check);
    }),
  );
}

/** What vitest wrote down about a run. A file that could not even be loaded is one failure. */
function readReport(file) {
  if (!existsSync(file)) return { failed: 1 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const unloaded = report.testResults.filter(
    (suite) => suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

async function runTests({
  title,
  paths,
  files = [],
  onEveryCore = false,
  needsChromium = false,
  env: given = {},
}) {
  const folders = paths.filter(hasTests);
  if (folders.length === 0) return;
  say(`\n${title}: ${[...folders, ...files].join(', ')}`);
  const env = { NODE_ENV: 'test', ...given };
  if (needsChromium) {
    const chromium = await ensureChromium();
    if ('missing' in chromium) {
      say(chromium.missing);
      failures.push(`${title} (no browser)`);
      count({ failed: 1 });
      return;
    }
    env.COUNTERSIGN_CHROMIUM = chromium.path;
  }
  const reportFile = fromRoot('.cache', 'test', `${title}.json`);
  rmSync(reportFile, { force: true });
  const chosenPaths = [...folders.map((folder) => `${folder}/`), ...files];
  // Vitest takes a part of a path for a name, and `server/` is a part of `test/server/`, too.
  const others = readdirSync(fromRoot('test'))
    .map((name) => `test/${name}/`)
    .filter((folder) => ![...folders, ...files].some((path) => `${path}/`.startsWith(folder)));
  const excluded = others.flatMap((folder) => ['--exclude', `${folder}**`]);
  const workers = onEveryCore ? [`--maxWorkers=${availableParallelism()}`] : [];
  const args = ['run', ...chosenPaths, ...excluded, ...workers, '--reporter=default', '--reporter=json'];
  const { code } = await runNode(tools.vitest, [...args, `--outputFile.json=${reportFile}`], { env });
  const result = readReport(reportFile);
  if (code !== 0 && result.failed === 0) result.failed = 1;
  if (result.failed > 0) failures.push(title);
  count(result);
}

try {
  const started = Date.now();
  checkNodeVersion();
  const names = chosen();
  process.chdir(root);
  mkdirSync(fromRoot('.cache', 'test'), { recursive: true });
  await installPackages();
  await buildStale();
  await ensureSqliteBinding();
  if (names.includes('checks')) await runChecks();
  runs.find((one) => one.title === 'others').paths = foldersNamedNowhere();
  for (const one of runs.filter(({ title }) => names.includes(title))) await runTests(one);
  say('');
  if (failures.length > 0) say(`Failed: ${failures.join(', ')}`);
  say(`Took ${Math.round((Date.now() - started) / 1000)} s`);
  say(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
  process.exit(sum.failed === 0 ? 0 : 1);
} catch (error) {
  giveUp(error);
}
