/**
 * `npm run outside -- NAME ARGUMENTS…`: runs scripts/outside/NAME.mjs, which holds the product against a tool of
 * others. Such a tool is not among the project's packages: the script says what it needs, and fetches it or tells how
 * to. Without a name it lists what there is; each script's first comment says what it does.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fromRoot, root } from './setup/root.mjs';
import { PlainFailure, giveUp, runNode, say } from './setup/run.mjs';

const folder = fromRoot('scripts', 'outside');

/** The names that can be asked for, each with the first sentence of its script. */
function known() {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.mjs')) : [];
  return files.sort().map((file) => {
    const comment = /\/\*\*([\s\S]*?)\*\//.exec(readFileSync(`${folder}/${file}`, 'utf8'))?.[1] ?? '';
    const words = comment.replace(/\s*\n\s*\*?\s*/g, ' ').trim();
    return { name: file.replace(/\.mjs$/, ''), about: /^.*?[.:](?=\s|$)/.exec(words)?.[0] ?? words };
  });
}

try {
  process.chdir(root);
  const [name, ...rest] = process.argv.slice(2);
  const all = known();
  const list = all.map((one) => `  ${one.name.padEnd(16)}${one.about}`).join('\n') || '  none yet';
  if (name === undefined) {
    say(`Usage: npm run outside -- NAME ARGUMENTS…\n${list}`);
  } else {
    if (!all.some((one) => one.name === name)) {
      throw new PlainFailure(`No script of scripts/outside is called "${name}". There are:\n${list}`);
    }
    const { code } = await runNode(`${folder}/${name}.mjs`, rest);
    process.exitCode = code ?? 1;
  }
} catch (error) {
  giveUp(error);
}
