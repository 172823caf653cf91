/**
 * Kills the primary of a PostgreSQL cluster under two nodes at work: `npm run outside -- failover 3` does it three times (as
 * it does without a number). The cluster is of Debian's packages: postgresql, patroni, etcd-server, haproxy. No node may end, nothing
 * answered be lost or doubled, callers see anything but 503 with Retry-After, and commands have to flow within 2 s
 * of the new primary's first answer.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildStale } from '../setup/build.mjs';
import { PlainFailure, giveUp, say } from '../setup/run.mjs';
import { startCluster } from './outages/cluster.mjs';
import { judge, treeGrewAfter, until } from './outages/judge.mjs';
import { deployModel, startLoad } from './outages/load.mjs';
import { startNode, summary } from './outages/node.mjs';

/** Milliseconds from the new primary's first answer to ours, from ours to a larger tree, and for /health. */
const FLOW = 2_000;
const TREE = 5_000;
const HEALTH = 250;
/** Milliseconds of load before each kill, and until the killed one is started again. */
const BEFORE = 6_000;
const RESTART_AFTER = 25_000;

/** One failover; a list of what was wrong. */
async function failover({ cluster, nodes, load }) {
  await pause(BEFORE);
  await Promise.all(nodes.map((node) => node.health()));
  const lines = nodes.map((node) => node.lines.length);
  const former = await cluster.primary();
  const killed = Date.now();
  cluster.kill(former);
  await pause(1_000);
  // The old one is dead: whatever answers now is the new one.
  if (!(await until(cluster.isUp, 120_000))) return ['No other node becomes the primary within 120 s'];
  const up = Date.now();
  const answered = () => load.told.startedAt.find((at) => at >= killed + 1_000);
  if (!(await until(async () => answered() !== undefined, 60_000))) return ['No answer within 60 s'];
  const grew = await treeGrewAfter(cluster.address, answered());
  await pause(Math.max(0, killed + RESTART_AFTER - Date.now()));
  cluster.restart(former);
  const seen = await Promise.all(nodes.map((node) => node.health()));
  const slowest = Math.max(...seen.map((one) => one.slowest));
  const logged = nodes.map((node, index) => node.lines.length - lines[index]);
  say(
    `${former} killed: a new primary answered after ${((up - killed) / 1000).toFixed(1)} s, we ${answered() - up} ms after it, ` +
      `tree grew ${grew} ms after that; /health at most ${Math.round(slowest)} ms; lines logged ${logged.join(' and ')}`,
  );
  if (!(await until(cluster.isSynchronous, 120_000))) return ['The killed node does not follow again'];
  const problems = [];
  if (nodes.some((node) => !node.isAlive())) problems.push('A node ended');
  if (seen.some((one) => one.failed > 0)) problems.push('/health failed');
  if (slowest > HEALTH) problems.push(`/health took ${Math.round(slowest)} ms`);
  if (answered() - up > FLOW)
    problems.push(`Commands flowed only ${answered() - up} ms after the new primary answered`);
  if (grew > TREE) problems.push(`The tree grew only ${grew} ms after the first answer`);
  if (logged.some((count) => count > 4)) problems.push(`${logged.join(' and ')} lines were logged`);
  return problems;
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-failover-'));
let cluster;
let failure;
const nodes = [];
try {
  const [times = '3'] = process.argv.slice(2);
  if (!/^[1-9]\d*$/.test(times))
    throw new PlainFailure(`"${times}" is no number of kills. Example: npm run outside -- failover 3`);
  await buildStale({ only: ['server'] });
  cluster = await startCluster();
  const settings = {
    COUNTERSIGN_DATABASE_URL: cluster.address,
    COUNTERSIGN_AUDIT_KEY_FILE: join(folder, 'audit.key'),
    COUNTERSIGN_AUDIT_CHECKPOINT_FILE: join(folder, 'checkpoints'),
  };
  for (let count = 0; count < 2; count += 1) nodes.push(await startNode(settings));
  await deployModel(nodes[0].url);
  const load = startLoad(nodes.map(({ url }) => url));
  const problems = [];
  for (let index = 0; index < Number(times); index += 1)
    problems.push(...(await failover({ cluster, nodes, load })));
  problems.push(...(await judge(cluster.address, load)));
  const { told } = load;
  say(
    `${told.started.size} started, ${told.refused.size} refused, ${told.unknown.size} unknown, ${told.completed.length} completed, ${told.refusals} answers 503`,
  );
  for (const node of nodes) if ((await node.stop()).code !== 0) problems.push('A node did not end in order');
  if (problems.length > 0) {
    for (const { lines } of nodes) say(summary(lines));
    throw new PlainFailure(`Wrong:\n  ${problems.slice(0, 40).join('\n  ')}`);
  }
  say('Everything holds.');
} catch (error) {
  failure = error;
}
for (const node of nodes) if (node.isAlive()) node.kill();
await cluster?.remove();
rmSync(folder, { recursive: true, force: true });
if (failure) giveUp(failure);
process.exit();
