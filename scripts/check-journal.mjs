/**
 * `npm run check:journal -- FILE`: replays the journal of a database that no server uses, and prints every
 * difference between what it gives and what is stored. Ends with 0 where there is none, 1 where there are
 * some, 2 where the database could not be read.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [path] = process.argv.slice(2);
const built = new URL('../server/dist/store/check-journal.js', import.meta.url);

if (!path || !existsSync(path)) {
  console.error(path ? `There is no file ${path}.` : 'Usage: npm run check:journal -- FILE');
  process.exit(2);
}
if (!existsSync(fileURLToPath(built))) {
  console.error('The server is not built: run "npm run build" first.');
  process.exit(2);
}

try {
  const { checkJournal } = await import(built.href);
  const started = performance.now();
  const { differences, isCut, journalRows, projectionRows, activeTrees } = await checkJournal(path);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  for (const { where, key, column, stored, replayed } of differences) {
    console.log(
      `${where} ${key} ${column}: stored ${JSON.stringify(stored)}, replayed ${JSON.stringify(replayed)}`,
    );
  }
  if (isCut) console.log('There are more differences than are printed.');
  const looked = `${journalRows} journal rows, ${projectionRows} projection rows, ${activeTrees} active instances`;
  console.log(
    `${differences.length === 0 ? 'No difference' : 'The journal differs'}: ${looked}, ${seconds} s.`,
  );
  process.exit(differences.length === 0 ? 0 : 1);
} catch (error) {
  console.error(`The database cannot be read: ${error.message}`);
  process.exit(2);
}
