/**
 * The process that is killed: a runtime on a database, with callers that drive it until every instance has
 * ended. Started again it goes on from what the database says. Each command that was answered is printed
 * after its answer, one line each: what was printed has to be on disk.
 *
 * Arguments: the built server, the database file, the BPMN file, how many instances there are to be; and where it
 * kills itself at a statement, the number of that and whether `before` or `after` it.
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

const [server, database, model, count, deadlyStatement] = process.argv.slice(2);
if (deadlyStatement !== undefined) {
  const deadly = new URL('deadly-sqlite.mjs', import.meta.url).href;
  const hook = `export const resolve = (name, context, next) =>
    name === '@photostructure/sqlite' && context.parentURL !== '${deadly}'
      ? { url: '${deadly}', shortCircuit: true } : next(name, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
const { openRuntime } = await import(pathToFileURL(server).href);

const IN_FLIGHT = 20;

const runtime = await openRuntime({
  database,
  onError: (error, what) => {
    console.error(what, error);
    process.exit(3);
  },
});
const { knex } = runtime.store;
const say = (line) => process.stdout.write(`${line}\n`);

const deployed = await runtime.deploy({
  resources: [{ name: 'crash.bpmn', content: readFileSync(model, 'utf8') }],
  actor: 'user:demo',
});
if (!deployed.ok) throw new Error(JSON.stringify(deployed.problems));

/** Runs `work` on every item, so many at a time. */
async function each(items, work) {
  const queue = [...items];
  const next = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, next));
}

/** A command may find its task done by the run before: then it is refused, and nothing is printed. */
const sayIfDone = (result, line) => {
  if (result.ok) say(line);
};

async function createMissing() {
  const known = new Set(await knex('process_instance').whereNotNull('business_id').pluck('business_id'));
  const wanted = Array.from({ length: Number(count) }, (_, index) => `order-${index}`);
  await each(
    wanted.filter((orderId) => !known.has(orderId)),
    async (orderId) => {
      const request = { processId: 'crash', variables: { orderId }, businessId: orderId };
      sayIfDone(await runtime.createInstance(request, 'client:shop'), `created ${orderId}`);
    },
  );
}

async function workJobs(isOver) {
  while (!isOver()) {
    const request = { type: 'charge', worker: 'crash', timeoutMs: 300, maxJobs: 10, requestTimeoutMs: 200 };
    await each(await runtime.activateJobs(request), async ({ jobKey, variables }) => {
      const command = { type: 'complete job', jobKey, variables: { receipt: `for ${variables.orderId}` } };
      sayIfDone(await runtime.execute(command, 'worker:crash'), `job ${jobKey}`);
    });
  }
}

async function decideTasks(isOver) {
  while (!isOver()) {
    const keys = await knex('user_task').where({ state: 'CREATED' }).limit(50).pluck('key');
    await each(keys, async (userTaskKey) => {
      const command = {
        type: 'complete user task',
        userTaskKey,
        variables: { approved: true },
        action: 'complete',
      };
      sayIfDone(await runtime.execute(command, 'user:mary'), `task ${userTaskKey}`);
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function sendMessages(isOver) {
  while (!isOver()) {
    const keys = await knex('message_subscription')
      .whereNotNull('root_key')
      .limit(50)
      .pluck('correlation_key');
    await each(new Set(keys), async (correlationKey) => {
      const request = { name: 'payment', correlationKey, variables: { paid: true } };
      const result = await runtime.publishMessage(request, 'client:bank');
      if (result.ok && result.processInstanceKeys.length > 0) say(`paid ${correlationKey}`);
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function waitForEnd() {
  for (;;) {
    const [row] = await knex('process_instance')
      .whereNot({ state: 'ACTIVE' })
      .whereNull('parent_process_instance_key')
      .count({ rows: '*' });
    if (row.rows >= Number(count)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

say('ready');
let over = false;
const workers = [workJobs, decideTasks, sendMessages].map((work) => work(() => over));
await createMissing();
await waitForEnd();
over = true;
await Promise.all(workers);
await runtime.shutdown();
say('finished');
