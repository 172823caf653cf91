/**
 * One hostile client, everybody else: for each of the worst inputs that are known, a client sends it again and again,
 * several at a time, while others ask for a page and start instances at a steady pace. Their latencies are measured, and
 * how many of them were told to come back. The server is a process of its own, the hostile client a thread: both share the processors with
 * the others.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startServer, type TestServer } from '../support/server.js';

/** Seconds for each input. */
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 8);
/** Which inputs: those whose names this matches. */
const ONLY = new RegExp(process.env['BENCH_ONLY'] ?? '');
/** Milliseconds between two requests of the others. */
const PACE_MS = 25;

const LIMITS = { p99: 250, refused: 0.01 };

const BPMN = 'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"';
const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('');
const definitions = (content: string): string =>
  `<bpmn:definitions ${BPMN} id="d" targetNamespace="t">${content}</bpmn:definitions>`;
const inProcess = (content: string, id = 'large'): string =>
  definitions(
    `<bpmn:process id="${id}" isExecutable="true"><bpmn:startEvent id="s"/>${content}</bpmn:process>`,
  );

type Send = (server: Pick<TestServer, 'url'>) => Promise<Response>;

function upload(content: string): Send {
  return ({ url }) => {
    const form = new FormData();
    form.append('resources', new File([content], 'file.bpmn'));
    return fetch(`${url}/v2/deployments`, { method: 'POST', body: form });
  };
}

function post(path: string, body: unknown): Send {
  const text = JSON.stringify(body);
  return ({ url }) =>
    fetch(url + path, { method: 'POST', body: text, headers: { 'Content-Type': 'application/json' } });
}

/** Goes round for ever; `script` is done in each turn. */
const endless = (id: string, script: string): string =>
  inProcess(
    '<bpmn:exclusiveGateway id="again"/><bpmn:scriptTask id="turn"><bpmn:extensionElements>' +
      `<zeebe:script xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" expression="${script}" resultVariable="v"/>` +
      '</bpmn:extensionElements></bpmn:scriptTask><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="again"/>' +
      '<bpmn:sequenceFlow id="g" sourceRef="again" targetRef="turn"/>' +
      '<bpmn:sequenceFlow id="h" sourceRef="turn" targetRef="again"/>',
    id,
  );

const EACH = inProcess(
  '<bpmn:serviceTask id="work"><bpmn:extensionElements>' +
    '<zeebe:taskDefinition xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" type="work"/></bpmn:extensionElements>' +
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>=100000</bpmn:loopCardinality>' +
    '</bpmn:multiInstanceLoopCharacteristics></bpmn:serviceTask>' +
    '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="work"/>',
  'each',
);

/** Starts an instance of a process that runs on and on, every two seconds. */
function startNow(processDefinitionId: string): Send {
  const begin = post('/v2/process-instances', { processDefinitionId, variables: { v: 'x' } });
  return async (server) => {
    const response = await begin(server);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return response;
  };
}

const list = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const variables = Object.fromEntries(list(100_000).map((index) => [`v${index}`, index]));

/** What the hostile client sends, and how much of it at once. */
const INPUTS: readonly {
  readonly name: string;
  readonly send: Send;
  readonly atOnce: number;
  /** What is deployed before. */
  readonly deployed?: string;
}[] = [
  {
    name: 'nothing',
    send: () => new Promise((resolve) => setTimeout(resolve, 50, new Response())),
    atOnce: 1,
  },
  { name: '100 kB of <a/>', send: upload(definitions('<a/>'.repeat(25_000))), atOnce: 4 },
  {
    name: '10,000 attributes',
    send: post('/api/models/convert', {
      content: definitions(`<bpmn:process ${many(10_000, (index) => `a${index}="1" `)}/>`),
    }),
    atOnce: 4,
  },
  { name: '9.9 MB of <', send: upload('<'.repeat(9_900_000)), atOnce: 4 },
  { name: '30 uploads of 9 MB', send: upload(inProcess(`<!--${'x'.repeat(9_000_000)}-->`)), atOnce: 30 },
  {
    name: '50,000 tasks',
    send: upload(inProcess(many(50_000, (index) => `<bpmn:task id="t${index}"/>`))),
    atOnce: 2,
  },
  {
    name: '20,000 $or parts',
    send: post('/v2/process-instances/search', {
      filter: { $or: list(20_000).map(() => ({ state: 'ACTIVE' })) },
    }),
    atOnce: 4,
  },
  {
    name: '100,000 variables',
    send: post('/v2/messages/publication', { name: 'm', correlationKey: 'k', variables }),
    atOnce: 4,
  },
  {
    name: '5,000 searches',
    send: post('/v2/process-instances/search', { sort: [{ field: 'startDate' }] }),
    atOnce: 1_000,
  },
  {
    name: '200 heavy expressions',
    send: post('/v2/expression/evaluation', {
      expression: '=count(for i in 1..300, j in 1..300 return i * j)',
    }),
    atOnce: 200,
  },
  { name: 'endless loops', send: startNow('endless'), atOnce: 5, deployed: endless('endless', '=1') },
  { name: '100,000 runs', send: startNow('each'), atOnce: 2, deployed: EACH },
  {
    name: 'a value that grows',
    send: startNow('grow'),
    atOnce: 1,
    deployed: endless('grow', '=if string length(v) &lt; 3000000 then v + v else v + &quot;x&quot;'),
  },
];

interface Measured {
  readonly latencies: readonly number[];
  readonly refused: number;
  readonly sent: number;
}

/** Sends an input until the time is over; how often it was sent. */
async function attack({ url, name }: { url: string; name: string }): Promise<number> {
  const input = INPUTS.find((one) => one.name === name);
  if (!input) return 0;
  const { send, atOnce } = input;
  const until = performance.now() + SECONDS * 1000;
  let sent = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      sent += 1;
      // What becomes of it is of no interest here.
      await send({ url }).then(
        (response) => response.arrayBuffer(),
        () => undefined,
      );
    }
  };
  await Promise.all(list(atOnce).map(client));
  return sent;
}

/** The attack in a thread, so that what it costs to send is not measured. */
async function attackFromThread(url: string, name: string): Promise<number> {
  const thread = new Worker(new URL(import.meta.url), { workerData: { url, name } });
  const [sent] = (await once(thread, 'message')) as [number];
  await thread.terminate();
  return sent;
}

/** Others: they ask by the clock, whether or not earlier requests were answered. */
async function others(server: TestServer, until: number): Promise<Omit<Measured, 'sent'>> {
  const latencies: number[] = [];
  let refused = 0;
  const page: Send = ({ url }) => fetch(`${url}/v2/topology`);
  const start = post('/v2/process-instances', { processDefinitionId: 'small' });
  const asked: Promise<void>[] = [];
  for (let count = 0; performance.now() < until; count += 1) {
    const began = performance.now();
    const answer = (count % 4 === 0 ? start : page)(server).then(async (response) => {
      await response.arrayBuffer();
      latencies.push(performance.now() - began);
      if (response.status !== 200) refused += 1;
    });
    asked.push(answer);
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
  await Promise.all(asked);
  return { latencies, refused };
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

async function measureAll(): Promise<void> {
  const figures: Record<string, number> = {};
  let worst = 0;
  console.log('input                     sent   p50 ms   p99 ms   max ms   told to come back');
  for (const { name, deployed } of INPUTS.filter((input) => ONLY.test(input.name))) {
    const server = await startServer({ process: true });
    await upload(inProcess('', 'small'))(server);
    if (deployed !== undefined) {
      const answer = await upload(deployed)(server);
      if (!answer.ok) throw new Error(await answer.text());
    }
    const until = performance.now() + SECONDS * 1000;
    const [sent, { latencies, refused }] = await Promise.all([
      attackFromThread(server.url, name),
      others(server, until),
    ]);
    const sorted = latencies.toSorted((a, b) => a - b);
    const [p50, p99, max] = [quantile(sorted, 0.5), quantile(sorted, 0.99), quantile(sorted, 1)];
    const share = refused / sorted.length;
    const cells = [sent, p50.toFixed(0), p99.toFixed(0), max.toFixed(0), `${(share * 100).toFixed(1)} %`];
    console.log(name.padEnd(22) + cells.map((cell) => String(cell).padStart(9)).join(''));
    figures[name] = Math.round(p99);
    worst = Math.max(worst, p99 / LIMITS.p99);
    await server.close();
  }
  console.log(`limit: p99 of ${LIMITS.p99} ms; the worst is ${(worst * 100).toFixed(0)} % of it`);
  console.log(`RESULT ${JSON.stringify({ p99: figures, limit: LIMITS.p99, share: worst })}`);
}

if (isMainThread) await measureAll();
else parentPort?.postMessage(await attack(workerData as { url: string; name: string }));
