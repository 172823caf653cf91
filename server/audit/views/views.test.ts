import { afterAll, beforeAll, expect, it } from 'vitest';
import { bpmnXml, chain } from '../../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../../test/support/runtime.js';
import type { TestRuntime } from '../../../test/support/runtime.js';
import { createDataViews } from './views.js';

let open: TestRuntime;
let instance: string;

beforeAll(async () => {
  open = await openTestRuntime();
  const xml = bpmnXml({
    id: 'secret',
    nodes: [
      { type: 'startEvent', id: 'start' },
      { type: 'userTask', id: 'look', extensions: ['<zeebe:userTask />'] },
    ],
    flows: chain('start', 'look'),
  }).replace(
    /(<bpmn:process [^>]*>)/,
    '$1<bpmn:extensionElements><zeebe:properties><zeebe:property name="sensitive" value="true" />' +
      '</zeebe:properties></bpmn:extensionElements>',
  );
  await open.deploy(xml);
  const created = await open.runtime.createInstance({ processId: 'secret', variables: {} }, 'user:demo');
  if (!created.ok) throw new Error(created.rejection.reason);
  instance = String(created.processInstanceKey);
});
afterAll(() => open.close());

it('what cannot be written is not shown, and is written when somebody looks again', async () => {
  let fails = true;
  const views = createDataViews({
    ...open.runtime,
    commit: (work) => (fails ? Promise.reject(new Error('the disk is full')) : open.runtime.commit(work)),
  });
  const look = () => views.saw('user:mary', 'instance', [{ processInstanceKey: instance }]);
  await expect(look()).rejects.toThrow('the disk is full');
  await expect(look()).rejects.toThrow('the disk is full');
  fails = false;
  await look();
  await look();
  expect(open.rows(`select position from audit where type = 'data viewed'`)).toHaveLength(1);
});
