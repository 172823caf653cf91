/**
 * One of two servers on one PostgreSQL database, with callers that drive it until every instance of both has
 * ended. It creates its own instances and publishes the messages of the other's, so that a message and its
 * subscription come from two nodes at any order. Each command that was answered is printed after its answer.
 *
 * A command that the database could not take is tried again, after a look at what there is.
 *
 * Arguments: the built server, the address of the database, the BPMN file, how many instances each node
 * creates, which node this is (0 or 1).
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [server, database, model, count, part] = process.argv.slice(2);
const { openRuntime, Unavailable } = await import(pathToFileURL(server).href);

const IN_FLIGHT = 20;
const TOTAL = 2 * Number(count);

const say = (line) => process.stdout.write(`${line}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the database refuses while it is down, or its connections are cut. */
const isOutage = (error) =>
  error instanceof Unavailable ||
  /connect|terminat|ECONN|timeout|starting up|shutting down|closed|ended|cannot be reached|not been reached/i.test(
    String(error?.message),
  );

/** Runs `work` until it is not an outage that ends it. */
async function persist(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await pause(50);
    }
  }
}

const runtime = await persist(() =>
  openRuntime({
    database,
    onError: (error, what) => {
      if (error?.name === 'Defect') {
        console.error(what, error);
        process.exit(3);
      }
    },
  }),
);
const { knex } = runtime.store;

async function each(items, work) {
  const queue = [...items];
  const next = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  // All of them come to their end, so that nothing is on its way when the work is begun again.
  const ends = await Promise.allSettled(Array.from({ length: IN_FLIGHT }, next));
  for (const { reason } of ends) if (reason) throw reason;
}

const orders = (of) => Array.from({ length: Number(count) }, (_, index) => `order-${of}-${index}`);

async function createMissing() {
  const known = new Set(await knex('process_instance').whereNotNull('business_id').pluck('business_id'));
  await each(
    orders(part).filter((orderId) => !known.has(orderId)),
    async (orderId) => {
      const request = { processId: 'crash', variables: { orderId }, businessId: orderId };
      const result = await runtime.createInstance(request, 'client:shop');
      if (!result.ok) throw new Error(result.rejection.reason);
      say(`created ${orderId}`);
    },
  );
}

async function publishMissing() {
  await each(orders(1 - Number(part)), async (orderId) => {
    const message = { name: 'payment', correlationKey: orderId, messageId: orderId, timeToLive: 3_600_000 };
    const result = await runtime.publishMessage({ ...message, variables: { paid: true } }, 'client:bank');
    if (result.ok) say(`paid ${orderId}`);
  });
}

async function workJobs() {
  const request = {
    type: 'charge',
    worker: `crash-${part}`,
    timeoutMs: 500,
    maxJobs: 10,
    requestTimeoutMs: 200,
  };
  await each(await runtime.activateJobs(request), async ({ jobKey, variables }) => {
    const command = { type: 'complete job', jobKey, variables: { receipt: `for ${variables.orderId}` } };
    const result = await runtime.execute(command, 'worker:crash');
    if (result.ok) say(`job ${jobKey}`);
  });
}

/** Both nodes see the same tasks and race for them. */
async function decideTasks() {
  const keys = await knex('user_task').where({ state: 'CREATED' }).limit(50).pluck('key');
  await each(keys, async (userTaskKey) => {
    const variables = { approved: true };
    const command = { type: 'complete user task', userTaskKey, variables, action: 'complete' };
    const result = await runtime.execute(command, 'user:mary');
    if (result.ok) say(`task ${userTaskKey}`);
  });
  await pause(10);
}

async function hasEnded() {
  const [row] = await knex('process_instance')
    .whereNot({ state: 'ACTIVE' })
    .whereNull('parent_process_instance_key')
    .count({ rows: '*' });
  return Number(row.rows) >= TOTAL;
}

await persist(async () => {
  const resources = [{ name: 'crash.bpmn', content: readFileSync(model, 'utf8') }];
  const deployed = await runtime.deploy({ resources, actor: 'user:demo' });
  if (!deployed.ok) throw new Error(JSON.stringify(deployed.problems));
});
say('ready');
let over = false;
const workers = [workJobs, decideTasks].map(async (work) => {
  while (!over) await persist(work);
});
await Promise.all([persist(createMissing), persist(publishMissing)]);
while (!(await persist(hasEnded))) await pause(50);
over = true;
await Promise.all(workers);
await persist(() => runtime.shutdown());
say('finished');
process.exit(0);
