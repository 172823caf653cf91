/** Where the key of an audit trail is kept, and where it must not land. */
import { expect, test } from 'vitest';
import { trailFiles } from '../../server/audit/trail.js';

test('the key stands beside the database', () => {
  expect(trailFiles('data/a.db').keyFile).toBe('data/a.db.signing-key.pem');
  expect(trailFiles('postgres://db:5432/a', 'data/a').keyFile).toBe('data/a.signing-key.pem');
});

test.each([':memory:', '', 'postgres://db:5432/a'])('no key stands beside %j', (database) => {
  expect(() => trailFiles(database)).toThrow('needs the path of a file');
});
