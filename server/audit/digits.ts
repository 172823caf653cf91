/** Whole numbers that a query string brings as text, or JSON as numbers. */
import { z } from 'zod';

/**
 * A number from `least` to `most`, in digits alone: what else reads as a number (`1e3`, `0x10`, a blank, true) was hardly
 * meant as one.
 */
export function digits(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}, in digits`;
  const inRange = (value: number): boolean => value >= least && value <= most;
  return z
    .union([z.string({ message }).regex(/^(?:0|[1-9]\d{0,15})$/, { message }), z.int({ message })], {
      message,
    })
    .transform(Number)
    .refine(inRange, { message });
}
