/** One active instance for each correlation key of a message that started it. */
import type { JsonValue } from '@countersign/engine';

/** The text that stands for a process and a correlation key; null without a key: then nothing is locked. */
export function messageLock(processId: string, correlationKey: JsonValue | undefined): string | null {
  return typeof correlationKey === 'string' && correlationKey !== ''
    ? `${processId} ${correlationKey}`
    : null;
}
