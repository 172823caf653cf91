/**
 * Stops and freezes the PostgreSQL of two nodes under load, in turn: `npm run outside -- outage 10 180` does it ten times for
 * 180 seconds each (that is what it does without numbers); with `frozen` or `stopped` behind, only that. Both nodes have to
 * live, nothing answered may be lost or doubled, callers may see nothing worse than 503 with Retry-After, and the tree of the
 * audit trail has to grow within 5 s of the first answer. At last a node is told to stop while PostgreSQL is frozen.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildStale } from '../setup/build.mjs';
import { PlainFailure, giveUp, say } from '../setup/run.mjs';
import { judge, treeGrewAfter, until } from './outages/judge.mjs';
import { deployModel, startLoad } from './outages/load.mjs';
import { startNode, summary } from './outages/node.mjs';
import { startEmbedded } from './outages/postgres.mjs';

/** Milliseconds within which the tree has to grow after the first answer, and /health has to answer. */
const TREE = 5_000;
const HEALTH = 250;
/** Milliseconds of load before each outage. */
const BEFORE = 4_000;
/** Milliseconds within which a node has to have stopped. */
const STOP = 10_000;

function readArguments([times = '10', seconds = '180', only]) {
  if (!/^[1-9]\d*$/.test(times) || !/^[1-9]\d*$/.test(seconds) || !/^(?:frozen|stopped)?$/.test(only ?? ''))
    throw new PlainFailure(
      'Give a number of outages, their seconds, and "frozen" or "stopped" for one kind only. Example: npm run outside -- outage 6 20',
    );
  return { times: Number(times), ms: 1000 * Number(seconds), only };
}

/** One outage; a list of what was wrong. */
async function outage(kind, { postgres, nodes, load, ms }) {
  const problems = [];
  await pause(BEFORE);
  const before = Math.max(
    ...(await Promise.all(nodes.map((node) => node.health()))).map((seen) => seen.slowest),
  );
  const lines = nodes.map((node) => node.lines.length);
  const began = Date.now();
  if (kind === 'frozen') postgres.freeze();
  else await postgres.stop();
  await pause(ms);
  const during = await Promise.all(nodes.map((node) => node.health()));
  const over = Date.now();
  if (kind === 'frozen') postgres.thaw();
  else await postgres.start();
  const answered = () => load.told.startedAt.find((at) => at >= over);
  if (!(await until(async () => answered() !== undefined, 60_000))) return [`${kind}: no answer within 60 s`];
  const grew = await treeGrewAfter(postgres.address, answered());
  await pause(2_000);
  const after = await Promise.all(nodes.map((node) => node.health()));
  const slowest = Math.max(...during.map((seen) => seen.slowest));
  const slowestAfter = Math.max(...after.map((seen) => seen.slowest));
  const turn = Math.max(...during.map((seen) => seen.longestTurn));
  const logged = nodes.map((node, index) => node.lines.length - lines[index]);
  say(
    `${kind} for ${Math.round((over - began) / 1000)} s: /health at most ${Math.round(before)} ms before it, ${Math.round(slowest)} ms during it and ${Math.round(slowestAfter)} ms after it, ` +
      `longest turn ${Math.round(turn)} ms; first answer ${answered() - over} ms after it, tree grew ${grew} ms after that; ` +
      `lines logged ${logged.join(' and ')}`,
  );
  if (nodes.some((node) => !node.isAlive())) problems.push(`${kind}: a node ended`);
  if (during.some((seen) => seen.failed > 0)) problems.push(`${kind}: /health failed`);
  if (slowest > HEALTH) problems.push(`${kind}: /health took ${Math.round(slowest)} ms`);
  if (grew > TREE) problems.push(`${kind}: the tree grew only ${grew} ms after the first answer`);
  if (logged.some((count) => count > 4)) problems.push(`${kind}: ${logged.join(' and ')} lines were logged`);
  return problems;
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-outage-'));
let postgres;
let failure;
const nodes = [];
try {
  const { times, ms, only } = readArguments(process.argv.slice(2));
  await buildStale({ only: ['server'] });
  postgres = await startEmbedded();
  const settings = {
    COUNTERSIGN_DATABASE_URL: postgres.address,
    COUNTERSIGN_AUDIT_KEY_FILE: join(folder, 'audit.key'),
    COUNTERSIGN_AUDIT_CHECKPOINT_FILE: join(folder, 'checkpoints'),
  };
  for (let count = 0; count < 2; count += 1) nodes.push(await startNode(settings));
  await deployModel(nodes[0].url);
  const load = startLoad(nodes.map(({ url }) => url));
  const problems = [];
  for (let index = 0; index < times; index += 1) {
    const kind = only ?? (index % 2 === 0 ? 'stopped' : 'frozen');
    problems.push(...(await outage(kind, { postgres, nodes, load, ms })));
  }
  problems.push(...(await judge(postgres.address, load)));
  const { told } = load;
  say(
    `${told.started.size} started, ${told.refused.size} refused, ${told.unknown.size} unknown, ${told.completed.length} completed, ${told.refusals} answers 503`,
  );
  postgres.freeze();
  // Somebody waits for a commit when the node is told to stop.
  const last = startLoad([nodes[0].url]);
  await pause(500);
  const stopped = await nodes[0].stop();
  postgres.thaw();
  await last.stopStarting();
  await last.stopWorking();
  say(`SIGTERM while frozen: ended after ${stopped.ms} ms with ${stopped.code}`);
  if (stopped.ms > STOP) problems.push(`SIGTERM while frozen took ${stopped.ms} ms`);
  if (stopped.code !== 0) problems.push(`SIGTERM while frozen ended with ${stopped.code}`);
  const other = await nodes[1].stop();
  if (other.code !== 0) problems.push(`SIGTERM ended with ${other.code}`);
  if (problems.length > 0) {
    for (const { lines } of nodes) say(summary(lines));
    throw new PlainFailure(`Wrong:\n  ${problems.slice(0, 40).join('\n  ')}`);
  }
  say('Everything holds.');
} catch (error) {
  failure = error;
}
for (const node of nodes) if (node.isAlive()) node.kill();
postgres?.thaw();
await postgres?.remove();
rmSync(folder, { recursive: true, force: true });
if (failure) giveUp(failure);
process.exit();
