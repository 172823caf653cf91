/** An alarm on the runtime's clock: one pending time, the earliest anybody asked for. */
import { guarded } from '../guarded.js';
import type { OnError } from '../guarded.js';
import type { Clock } from '../runtime/clock.js';

/** Rings once when its time has come. */
export interface Alarm {
  /** Rings at `time` (milliseconds since the epoch), or earlier if it was to ring earlier. Infinity asks for nothing. */
  setBy(time: number): void;
  /** Whether its time has come but it has not rung yet. */
  isDue(): boolean;
  /** Rings no more, whatever it is asked for afterwards. */
  stop(): void;
}

/** The longest wait that Node's timers can count. */
const MAX_WAIT = 2_147_483_647;

/** An alarm that calls `ring`; a clock moved past its time makes it ring at once. What `ring` throws is told. */
export function createAlarm(clock: Clock, ring: () => void, onError: OnError): Alarm {
  let due = Infinity;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const arm = (): void => {
    clearTimeout(timer);
    if (due === Infinity || (clock.isPinned() && due > clock.now())) return;
    timer = setTimeout(look, Math.min(MAX_WAIT, Math.max(0, due - clock.now())));
  };
  const look = (): void => {
    if (due > clock.now()) return arm();
    due = Infinity;
    void guarded('doing what is due', ring, onError);
  };
  const stopListening = clock.onMoved(look);

  return {
    setBy(time) {
      if (isStopped || time >= due) return;
      due = time;
      arm();
    },
    isDue: () => due <= clock.now(),
    stop() {
      isStopped = true;
      stopListening();
      clearTimeout(timer);
      due = Infinity;
    },
  };
}
