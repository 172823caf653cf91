/**
 * How long others wait while instances run on and on without a wait state: an endless loop, and an activity over
 * 100,000 items. The server is a process of its own; the time of each answer of `/health`, which writes to the database.
 */
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { createClient, startServer, type TestServer } from '../support/server.js';

const ITEMS = Number(process.env['BENCH_ITEMS'] ?? 100_000);

const LOOP = bpmnXml({
  id: 'loop',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'task', id: 'turn' },
    { type: 'endEvent', id: 'end' },
  ],
  flows: [...chain('start', 'turn', 'turn'), { from: 'turn', to: 'end', condition: '=false' }],
});

const EACH = bpmnXml({
  id: 'each',
  nodes: [
    { type: 'startEvent', id: 'start' },
    serviceTask('work', {
      content: [
        '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>' +
          '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" />' +
          '</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>',
      ],
    }),
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'work', 'end'),
});

/** Begins an instance and asks for the server's health until the instance waits; prints how long the answers took. */
async function measure(server: TestServer, processId: string, variables: object): Promise<void> {
  const client = createClient(server.url);
  const began = performance.now();
  const body = JSON.stringify({ processDefinitionId: processId, variables });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/v2/process-instances`, { method: 'POST', headers, body });
  const created = performance.now() - began;
  const { processInstanceKey } = (await response.json()) as { processInstanceKey: string };
  const times: number[] = [];
  let isWaiting = false;
  while (!isWaiting) {
    for (let asked = 0; asked < 20; asked += 1) {
      const sent = performance.now();
      await (await fetch(`${server.url}/health`)).text();
      times.push(performance.now() - sent);
    }
    const filter = { processInstanceKey };
    const eventual = { consistency: { waitUpToMs: 0 } };
    const [incidents, jobs] = await Promise.all([
      client.searchIncidents({ filter } as never, eventual as never),
      client.searchJobs({ filter, page: { limit: 1 } } as never, eventual as never),
    ]);
    isWaiting = incidents.page.totalItems > 0 || (processId === 'each' && jobs.page.totalItems >= ITEMS);
    if (performance.now() - began > 300_000) break;
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.floor((times.length - 1) * share)].toFixed(0);
  console.log(
    `${processId}: created in ${created.toFixed(0)} ms, ran ${((performance.now() - began) / 1000).toFixed(1)} s; ` +
      `${times.length} answers of /health: median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`,
  );
}

const server = await startServer({ process: true });
try {
  const resources = [LOOP, EACH].map((xml, index) => new File([xml], `p${index}.bpmn`, { type: 'text/xml' }));
  await createClient(server.url).createDeployment({ resources });
  await measure(server, 'loop', {});
  await measure(server, 'each', { items: Array.from({ length: ITEMS }, (_, index) => index) });
} finally {
  await server.close();
}
