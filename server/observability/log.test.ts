import { describe, expect, it } from 'vitest';
import { openStore } from '../store/store.js';
import { createLog } from './log.js';

function linesOf(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  let text = '';
  write(createLog('info', { write: (line: string) => void (text += line) }));
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('says what an error is and what caused it, without what a database adds to it', () => {
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (username)=(mary) already exists.',
      parameters: ['mary'],
    });
    const [line] = linesOf((log) => log.error({ err: new Error('A command failed', { cause }) }, 'failed'));
    expect(line).toMatchObject({
      msg: 'failed',
      err: { message: 'A command failed', cause: { message: 'duplicate key', code: '23505' } },
    });
    expect(JSON.stringify(line)).not.toContain('mary');
  });

  it('gets no values of a query that failed', async () => {
    const store = await openStore(':memory:');
    const error: unknown = await store
      .knex('account')
      .where({ no_such_column: 'DE02120300000000202051' })
      .then(
        () => null,
        (failure: unknown) => failure,
      );
    await store.close();
    const [line] = linesOf((log) => log.error({ err: error }));
    expect(JSON.stringify(line)).toContain('no_such_column');
    expect(JSON.stringify(line)).not.toContain('DE02120300000000202051');
  });
});
