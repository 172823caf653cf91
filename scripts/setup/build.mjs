/** Builds what is stale: engine and server by the TypeScript compiler, the web app by Vite. */
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentId, fingerprint, readStamp, writeStamp } from './fingerprint.mjs';
import { fromRoot } from './root.mjs';
import { PlainFailure, runNode, say, tools } from './run.mjs';

const shared = [fromRoot('package-lock.json'), fromRoot('tsconfig.base.json')];

const targets = [
  {
    name: 'server',
    title: 'engine and server',
    sources: () => [fromRoot('engine'), fromRoot('server'), ...shared],
    result: fromRoot('server', 'dist', 'cli', 'main.js'),
    async build() {
      removeOrphans(fromRoot('engine'), fromRoot('engine', 'dist'));
      removeOrphans(fromRoot('server'), fromRoot('server', 'dist'));
      const result = await runNode(tools.tsc, ['-b', 'server'], { quiet: true });
      // What the version of the program ends with: it tells two builds apart.
      const build = contentId([fromRoot('engine'), fromRoot('server')]);
      if (result.code === 0)
        writeFileSync(fromRoot('server', 'dist', 'build.json'), `${JSON.stringify({ build })}\n`);
      return result;
    },
  },
  {
    name: 'modeler',
    title: 'web app',
    sources: () => [fromRoot('modeler'), ...(modelerUsesEngine() ? [fromRoot('engine')] : []), ...shared],
    result: fromRoot('modeler', 'dist', 'index.html'),
    build: () =>
      runNode(tools.vite, ['build', '--logLevel', 'warn'], {
        cwd: fromRoot('modeler'),
        env: { NODE_ENV: 'production' },
        quiet: true,
      }),
  },
];

function modelerUsesEngine() {
  return readFileSync(fromRoot('modeler', 'package.json'), 'utf8').includes('"@countersign/engine"');
}

/** Removes built files whose source is gone, so that a deleted migration or route doesn't live on. */
function removeOrphans(sources, built) {
  if (!existsSync(built)) return;
  for (const entry of readdirSync(built, { withFileTypes: true })) {
    if (entry.isDirectory()) removeOrphans(join(sources, entry.name), join(built, entry.name));
    const source = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(entry.name);
    if (entry.isFile() && source !== null && !existsSync(join(sources, `${source[1]}.ts`))) {
      rmSync(join(built, entry.name));
    }
  }
}

/**
 * Builds the targets whose sources changed since the last build.
 * @param {{force?: boolean, only?: readonly string[]}} [options] `only` names targets: `server`, `modeler`
 */
export async function buildStale({ force = false, only } = {}) {
  for (const target of targets) {
    if (only !== undefined && !only.includes(target.name)) continue;
    const wanted = fingerprint(target.sources());
    if (!force && existsSync(target.result) && readStamp(target.name) === wanted) continue;
    const started = Date.now();
    say(`Building ${target.title} …`);
    const { code, output } = await target.build();
    if (code !== 0 || !existsSync(target.result)) {
      throw new PlainFailure(
        `${output.trim()}\n\nThe ${target.title} could not be built: correct what is named above.`,
      );
    }
    writeStamp(target.name, wanted);
    say(`  done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
}
