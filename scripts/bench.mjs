/**
 * `npm run bench -- NAME…`: runs test/bench/NAME.ts on the built engine and server, compiled as a user gets it.
 * Without a name it lists what there is. A benchmark prints a table for people and, as its last line,
 * `RESULT` and one JSON object.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildStale } from './setup/build.mjs';
import { installPackages } from './setup/install.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { fromRoot, root } from './setup/root.mjs';
import { PlainFailure, giveUp, runNode, say } from './setup/run.mjs';

/** A copy of the tests' folders in plain JavaScript, where `engine` and `server` lead to what was built. */
const out = fromRoot('.cache', 'bench');

function transpileFolder(typescript, from, to) {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    if (entry.isDirectory()) transpileFolder(typescript, source, join(to, entry.name));
    else if (entry.name.endsWith('.d.ts')) continue;
    else if (!entry.name.endsWith('.ts')) cpSync(source, join(to, entry.name));
    else if (!/\.(?:test|d)\.ts$/.test(entry.name)) {
      const { outputText } = typescript.transpileModule(readFileSync(source, 'utf8'), {
        fileName: source,
        compilerOptions: {
          target: typescript.ScriptTarget.ES2023,
          module: typescript.ModuleKind.ESNext,
          verbatimModuleSyntax: true,
          inlineSourceMap: true,
        },
      });
      writeFileSync(join(to, entry.name.replace(/\.ts$/, '.js')), outputText);
    }
  }
}

function compileBenchmarks() {
  rmSync(out, { recursive: true, force: true });
  const typescript = createRequire(import.meta.url)('typescript');
  for (const folder of ['bench', 'support']) {
    transpileFolder(typescript, fromRoot('test', folder), join(out, 'test', folder));
  }
  writeFileSync(join(out, 'package.json'), '{ "type": "module" }\n');
  for (const workspace of ['engine', 'server']) {
    symlinkSync(fromRoot(workspace, 'dist'), join(out, workspace), 'dir');
  }
}

function benchmarkNames() {
  const folder = fromRoot('test', 'bench');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.replace(/\.ts$/, ''));
}

try {
  checkNodeVersion();
  process.chdir(root);
  const known = benchmarkNames();
  const asked = process.argv.slice(2);
  if (asked.length === 0) {
    say(`Usage: npm run bench -- NAME…\nBenchmarks: ${known.join(', ') || 'none yet'}`);
    process.exit(0);
  }
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new PlainFailure(
      `No benchmark is called ${unknown.join(', ')}. There are: ${known.join(', ') || 'none yet'}.`,
    );
  }
  await installPackages();
  await buildStale({ only: ['server'] });
  compileBenchmarks();
  for (const name of asked) {
    const { code } = await runNode('--enable-source-maps', [join(out, 'test', 'bench', `${name}.js`)]);
    if (code !== 0) throw new PlainFailure(`The benchmark ${name} failed, see above.`);
  }
} catch (error) {
  giveUp(error);
}
