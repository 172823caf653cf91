/** `timer`: the timers that have not fired. */
import { NEVER } from './held.js';
import type { Projection } from './projection.js';

/** A timer is there until it is triggered or cancelled. While it has an incident it is due never. */
export const timer: Projection = {
  'timer scheduled': (event, stamp, { tables }) => {
    const { timerKey, targetId, dueAt, repetitions, interval } = event.data;
    if (event.processDefinitionKey === null) throw new Error(`Timer ${timerKey} has no definition`);
    tables.timers.insert({
      key: timerKey,
      root_key: stamp.rootKey,
      process_instance_key: event.processInstanceKey,
      process_definition_key: event.processDefinitionKey,
      element_id: targetId,
      element_instance_key: event.elementInstanceKey,
      due_at: dueAt,
      repetitions,
      interval,
    });
  },
  'incident created': ({ data: { timerKey } }, _stamp, { tables }) => {
    if (timerKey !== undefined) tables.timers.update(timerKey, { due_at: NEVER });
  },
  'incident resolved': ({ data: { timer: waits, held: isHeld } }, _stamp, { tables }) => {
    if (waits && !isHeld) tables.timers.update(waits.timerKey, { due_at: waits.dueAt });
  },
  'timer triggered': (event, _stamp, { tables }) => tables.timers.remove(event.data.timerKey),
  'timer cancelled': (event, _stamp, { tables }) => tables.timers.remove(event.data.timerKey),
};
