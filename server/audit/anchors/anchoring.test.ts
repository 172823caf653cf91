import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StoredCheckpoint } from '../../store/audit-tree.js';
import { startAnchoring } from './anchoring.js';

const checkpoint = (size: number): StoredCheckpoint => ({
  size,
  root: '',
  at: 0,
  note: '',
  place: '',
  waited: 0,
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an anchor', () => {
  test('gets the newest checkpoint when the former is done and the interval is over', async () => {
    const saved: [number, string][] = [];
    const anchoring = startAnchoring(({ size }) => Promise.resolve(`receipt ${String(size)}`), {
      interval: 1_000,
      save: (size, receipt) => {
        saved.push([size, receipt]);
        return Promise.resolve();
      },
      onError: () => undefined,
    });
    anchoring.add(checkpoint(1));
    await vi.advanceTimersByTimeAsync(0);
    anchoring.add(checkpoint(2));
    anchoring.add(checkpoint(3));
    await vi.advanceTimersByTimeAsync(999);
    expect(saved).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(saved).toEqual([
      [1, 'receipt 1'],
      [3, 'receipt 3'],
    ]);
    await anchoring.close();
  });

  test('that fails is asked again, later each time, and at once in step again when it answers', async () => {
    const asked: number[] = [];
    const saved: number[] = [];
    const errors: unknown[] = [];
    let isUp = false;
    const anchoring = startAnchoring(
      ({ size }) => {
        asked.push(Date.now());
        return isUp ? Promise.resolve(String(size)) : Promise.reject(new Error('down'));
      },
      {
        interval: 1_000,
        save: (size) => Promise.resolve(void saved.push(size)),
        onError: (error) => errors.push(error),
      },
    );
    anchoring.add(checkpoint(1));
    await vi.advanceTimersByTimeAsync(14_000);
    const [first] = asked;
    expect(asked.map((at) => at - first)).toEqual([0, 2_000, 6_000, 14_000]);
    expect(errors).toHaveLength(4);
    isUp = true;
    await vi.advanceTimersByTimeAsync(16_000);
    expect(saved).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1_000);
    anchoring.add(checkpoint(2));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(saved).toEqual([1, 2]);
    await anchoring.close();
  });

  test('takes one now, after what is in hand, and once for all who ask meanwhile', async () => {
    const asked: number[] = [];
    const answers: (() => void)[] = [];
    const anchoring = startAnchoring(
      ({ size }) => {
        asked.push(size);
        return new Promise((resolve) => answers.push(() => resolve('receipt')));
      },
      { interval: 1_000, save: () => Promise.resolve(), onError: () => undefined },
    );
    anchoring.add(checkpoint(1));
    await vi.advanceTimersByTimeAsync(0);
    const waits = [3, 2].map((size) => anchoring.takeNow(checkpoint(size), 500));
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toEqual([1]);
    answers[0]();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([1, 3]);
    answers[1]();
    await Promise.all(waits);
    await anchoring.takeNow(checkpoint(3), 500);
    expect(asked).toEqual([1, 3]);
    await anchoring.close();
  });

  test('that hangs keeps nobody waiting beyond their patience', async () => {
    const answers: (() => void)[] = [];
    const saved: number[] = [];
    const anchoring = startAnchoring(() => new Promise((resolve) => answers.push(() => resolve('receipt'))), {
      interval: 1_000,
      save: (size) => Promise.resolve(void saved.push(size)),
      onError: () => undefined,
    });
    let isOver = false;
    void anchoring.takeNow(checkpoint(1), 500).then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(499);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isOver).toBe(true);
    // What comes later is kept all the same.
    answers[0]();
    await vi.advanceTimersByTimeAsync(0);
    expect(saved).toEqual([1]);
    await anchoring.close();
  });
});
