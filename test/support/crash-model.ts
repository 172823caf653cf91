/** What the processes of the crash tests run, and where their random moments come from. */
import { bpmnXml, chain, message, serviceTask, timer } from './bpmn-xml.js';

const payment = message('m1', 'payment', '=orderId');
const CALLED = bpmnXml({
  id: 'record',
  nodes: [
    { type: 'startEvent', id: 'begin' },
    {
      type: 'scriptTask',
      id: 'note',
      extensions: ['<zeebe:script expression="=1 + 1" resultVariable="two" />'],
    },
    { type: 'endEvent', id: 'noted' },
  ],
  flows: chain('begin', 'note', 'noted'),
});
/** A process with a job, a user task, a timer and a message side by side, and then a call of another. */
export const CRASH_MODEL = bpmnXml({
  id: 'crash',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'parallelGateway', id: 'fork' },
    serviceTask('charge'),
    { type: 'userTask', id: 'approve', extensions: ['<zeebe:userTask />'] },
    { type: 'intermediateCatchEvent', id: 'wait', content: [timer('timeDuration', 'PT0.2S')] },
    { type: 'intermediateCatchEvent', id: 'paid', content: [payment.event] },
    { type: 'parallelGateway', id: 'join' },
    {
      type: 'callActivity',
      id: 'call',
      extensions: ['<zeebe:calledElement processId="record" propagateAllChildVariables="true" />'],
    },
    { type: 'endEvent', id: 'end' },
  ],
  flows: [
    ...chain('start', 'fork'),
    ...['charge', 'approve', 'wait', 'paid'].flatMap((id) => chain('fork', id, 'join')),
    ...chain('join', 'call', 'end'),
  ],
  roots: [payment.root],
}).replace(
  '</bpmn:definitions>',
  `${/<bpmn:process id="record"[^]*<\/bpmn:process>/.exec(CALLED)?.[0] ?? ''}</bpmn:definitions>`,
);

/** The sequence flows that an instance takes, with the instance that it calls. */
export const FLOWS_OF_A_CRASH_INSTANCE = 1 + 8 + 2 + 2;

/** Numbers from 0 to 1, always the same for a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
