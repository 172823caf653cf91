/** Rows become leaves in the order of their transactions as numbers, also where those get a digit more. */
import { expect, test } from 'vitest';
import { openRuntime } from '@countersign/server';
import { openLeafReader } from '../../server/store/leaf-reader.js';
import { startPostgres, whyNoPostgres } from '../support/postgres.js';

test.skipIf(whyNoPostgres() !== null)(
  'each row is read once, in the order of numbers, however few are read at a time',
  async () => {
    const postgres = await startPostgres();
    const database = await postgres.create();
    await (await openRuntime({ database })).shutdown();
    // Transactions 95 to 104, two rows each, and none of them older by its position.
    await postgres.query(
      database,
      `insert into audit (position, at, actor, type, data, transaction_id)
         select 1000 + n, 0, 'user:mary', 'signed out', '{}', (95 + n / 2)::text::xid8 from generate_series(0, 19) as n`,
    );
    const expected = Array.from({ length: 20 }, (_, n) => 1000 + n);
    for (const limit of [1, 3, 7, 2_000]) {
      const reader = await openLeafReader(database);
      const positions: number[] = [];
      let place = '';
      for (;;) {
        const read = await reader.read(place, limit);
        if (read.leaves.length === 0) break;
        positions.push(...read.leaves.map(({ position }) => position));
        ({ place } = read);
        expect(positions.length).toBeLessThanOrEqual(1_000);
      }
      await reader.close();
      expect(positions.filter((position) => position >= 1000 && position < 1020)).toEqual(expected);
    }
    await postgres.stop();
  },
);
