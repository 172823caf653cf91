/** Cases whose point is an event or a gateway that waits for one: messages, links, event-based and inclusive gateways. */
import { expect } from 'vitest';
import type { CorpusCase } from './corpus-run.js';

const GO = 'nitram509-lib-bpmn-engine';
const SPEC = 'camunda-community-hub-zeebe-spec';
const BENCHMARK = 'camunda-community-hub-camunda-8-benchmark';
const SIMULATION = 'bpmn-io-bpmn-js-token-simulation';
const NOW = { consistency: { waitUpToMs: 0 } };

/** File, outcome, and how it is brought about. */
export const EVENT_CASES: readonly CorpusCase[] = [
  [
    `${SPEC}/message-boundary-event.bpmn`,
    'a message terminates A: C is active, x is set',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SPEC}/message-boundary-event.bpmn`), {
        key: 'key-1',
      });
      await on.publish('cancel', 'key-1', { x: 1 });
      await instance.terminated('Activity_0ug4vtk');
      await instance.waitsAt('Activity_1q4n0ea');
      expect(await instance.variables()).toEqual({ key: 'key-1', x: 1 });
    },
  ],
  [
    `${GO}/inclusive-gateway-multiple-tasks.bpmn`,
    'price=0 to task-a and task-b, price=-1 to task-default',
    async (on) => {
      const id = await on.deploy(`${GO}/inclusive-gateway-multiple-tasks.bpmn`);
      await (await on.start(id, { price: 0 })).waitsAt('task-a', 'task-b');
      await (await on.start(id, { price: -1 })).waitsAt('task-default');
    },
  ],
  [
    `${GO}/message-EventBasedGateway.bpmn`,
    'msg-b to task-b only, the subscription of msg-a is closed',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/message-EventBasedGateway.bpmn`), { key: 'k' });
      await on.publish('msg-b', 'k');
      await on.publish('msg-a', 'k');
      await instance.waitsAt('task-b');
      await instance.complete('task-b');
      await instance.is('COMPLETED');
      await instance.completed('task-a', 0);
    },
  ],
  [
    `${GO}/message-intermediate-timer-event.bpmn`,
    'a second to task-for-timer, a message before to task-for-message',
    async (on) => {
      const id = await on.deploy(`${GO}/message-intermediate-timer-event.bpmn`);
      const byMessage = await on.start(id, { message: 'k' });
      await on.publish('message', 'k');
      const byTimer = await on.start(id, { message: 'other' });
      await on.pass(1000);
      await byTimer.waitsAt('task-for-timer');
      await byMessage.waitsAt('task-for-message');
    },
  ],
  [
    `${GO}/message-intermediate-timer-event-expression.bpmn`,
    'a duration from a variable; a number or nothing is an incident',
    async (on) => {
      const id = await on.deploy(`${GO}/message-intermediate-timer-event-expression.bpmn`);
      const good = await on.start(id, { message: 'a', timeoutValue: 'PT1S' });
      for (const variables of [{ message: 'b', timeoutValue: 1.23 }, { message: 'c' }]) {
        const wrong = await on.start(id, variables);
        expect((await on.client.getProcessInstance({ processInstanceKey: wrong.key }, NOW)).hasIncident).toBe(
          true,
        );
      }
      await on.pass(1000);
      await good.waitsAt('task-for-timer');
    },
  ],
  [
    `${GO}/simple-link-events.bpmn`,
    'Task-A and Task-B',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/simple-link-events.bpmn`));
      await instance.waitsAt('Task-A', 'Task-B');
      await instance.complete('task');
      await instance.complete('task');
      await instance.is('COMPLETED');
    },
  ],
  [
    `${GO}/simple-link-event-output-variables.bpmn`,
    'the outputs of both ends of the link',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/simple-link-event-output-variables.bpmn`));
      await instance.complete('task');
      await instance.is('COMPLETED');
      expect(await instance.variables()).toMatchObject({ throw: 'throw', catch: 'catch' });
    },
  ],
  [
    `${GO}/subprocess-simple-link-events.bpmn`,
    'link names belong to their scope: all four tasks once',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/subprocess-simple-link-events.bpmn`));
      for (let job = 0; job < 4; job += 1) await instance.complete('task');
      await instance.is('COMPLETED');
      for (const id of ['Task-A', 'Sub-Task-A', 'Sub-Task-B', 'Task-B']) await instance.completed(id, 1);
    },
  ],
  [
    `${GO}/ordering-items-workflow.bpmn`,
    'paid at once; or reminded after 5 min and paid; or cancelled after 10 more',
    async (on) => {
      const id = await on.deploy(`${GO}/ordering-items-workflow.bpmn`);
      const order = async (orderId: string) => {
        const instance = await on.start(id, { orderId });
        await instance.complete('validate-order');
        await instance.complete('send-payment-notification');
        return instance;
      };
      const deliver = async (instance: Awaited<ReturnType<typeof order>>) => {
        await instance.waitsAt('package-and-deliver', 'update-accounting');
        await instance.complete('send-bill');
        await instance.complete('package-and-deliver');
        await instance.is('COMPLETED');
      };
      const prompt = await order('prompt');
      await on.publish('payment-received', 'prompt');
      await deliver(prompt);
      const late = await order('late');
      await on.pass(5 * 60_000);
      await late.complete('send-friendly-reminder');
      await on.publish('payment-received', 'late');
      await deliver(late);
      const never = await order('never');
      await on.pass(5 * 60_000);
      await never.complete('send-friendly-reminder');
      await on.pass(10 * 60_000);
      await never.complete('send-cancellation');
      await never.is('COMPLETED');
    },
  ],
  [
    `${BENCHMARK}/msg_process.bpmn`,
    'each item in transit, then delivered or once more; or cancelled',
    async (on) => {
      const id = await on.deploy(`${BENCHMARK}/msg_process.bpmn`);
      await on.publish('ORDER', 'Order-1', { orderId: 'Order-1', items: ['p1', 'p2'] });
      const delivered = await on.started(id);
      for (const [name, item] of [
        ['INTRANSIT', 'p1'],
        ['INTRANSIT', 'p2'],
        ['DELIVERED', 'p1'],
        ['NOTDELIVERED', 'p2'],
        ['INTRANSIT', 'p2'],
        ['DELIVERED', 'p2'],
      ]) {
        await on.publish(name, item);
      }
      await delivered.completed('Event_1x7ojdn', 1);
      await delivered.is('COMPLETED');

      const cancelled = await on.start(id, { orderId: 'Order-2', items: ['p3'] }, 'orderItem');
      await on.publish('CANCELED', 'Order-2');
      await cancelled.completed('Event_1x1zr5w', 1);
      await cancelled.is('COMPLETED');
    },
  ],
  [
    `${SIMULATION}/Simulator.link-event.bpmn`,
    'START, LINK_T, LINK_C, END',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SIMULATION}/Simulator.link-event.bpmn`));
      for (const id of ['START', 'LINK_T', 'LINK_C', 'END']) await instance.completed(id, 1);
      await instance.is('COMPLETED');
    },
  ],
];
