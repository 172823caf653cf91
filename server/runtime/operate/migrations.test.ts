/** A migrated instance is found again after a restart, although nothing else runs the version it began in. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Key } from '@countersign/engine';
import { bpmnXml, chain, serviceTask } from '../../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../../test/support/runtime.js';
import type { TestRuntime } from '../../../test/support/runtime.js';

const line = (...ids: string[]) =>
  bpmnXml({
    id: 'line',
    nodes: [
      { type: 'startEvent', id: 'start' },
      ...ids.map((id) => serviceTask(id)),
      { type: 'endEvent', id: 'end' },
    ],
    flows: chain('start', ...ids, 'end'),
  });

let open: TestRuntime;
let processInstanceKey: Key;
let versions: Key[];
beforeEach(async () => {
  open = await openTestRuntime();
  const [first] = await open.deploy(line('pick'));
  const created = await open.runtime.createInstance({ processId: 'line', variables: {} }, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
  processInstanceKey = created.processInstanceKey;
  const [second] = await open.deploy(line('pick', 'pack'));
  versions = [first, second];
});
afterEach(() => open.close());

async function doJob(type: string): Promise<void> {
  const request = { type, worker: 'w', timeoutMs: 1000, maxJobs: 1, requestTimeoutMs: -1 };
  const [job] = await open.runtime.activateJobs(request);
  await open.runtime.execute({ type: 'complete job', jobKey: job.jobKey, variables: {} }, 'worker:w');
}

test('it goes on after a restart, and its past is still told', async () => {
  const mappings = [{ sourceElementId: 'pick', targetElementId: 'pick' }];
  const request = { processInstanceKey, targetProcessDefinitionKey: versions[1], mappings };
  expect(await open.runtime.migrations.migrate(request, 'user:mary')).toMatchObject({ ok: true });
  await open.restart();
  await doJob('pick');
  await open.restart();
  await doJob('pack');
  expect(open.rows('select state, process_definition_key as version from process_instance')).toEqual([
    { state: 'COMPLETED', version: versions[1] },
  ]);
  const rows = open.rows<{ position: number }>(
    `select position from audit where type = 'instance migrated' and actor like 'user:%'`,
  );
  expect(rows).toHaveLength(1);
  const [before, after] = await Promise.all(
    [rows[0].position - 1, rows[0].position].map((position) =>
      open.runtime.travelTo(processInstanceKey, { position }),
    ),
  );
  const version = (state: typeof before) => state.ok && state.elements[0].processDefinitionKey;
  expect([before, after].map(version)).toEqual(versions.map(String));
});

test('a check tells what would become of it, and changes nothing', async () => {
  const check = await open.runtime.migrations.check({
    processInstanceKey,
    targetProcessDefinitionKey: versions[1],
  });
  expect(check).toMatchObject({
    ok: true,
    problems: [],
    mappings: [{ sourceElementId: 'pick', targetElementId: 'pick' }],
    elements: [{ elementId: 'pick', targetElementId: 'pick' }],
  });
  const bad = await open.runtime.migrations.check({
    processInstanceKey,
    targetProcessDefinitionKey: versions[1],
    mappings: [],
  });
  expect(bad).toMatchObject({ problems: [{ code: 'ELEMENT_UNMAPPED', elementId: 'pick' }] });
  expect(open.rows(`select 1 from audit where type = 'instance migrated'`)).toEqual([]);
});
