/** Corruptions that readers might judge otherwise: docs/audit-bundle.md says what becomes of each. */
import { manifestText, parseManifest } from '@countersign/engine';
import { noteBy } from './audit-log.js';
import { edit } from './bundle-edit.js';
import type { Corruption } from './bundle-edit.js';

/** The doubtful ones. */
export const DOUBTFUL: readonly Corruption[] = [
  {
    name: 'bytes-before',
    what: 'A byte stands before the archive.',
    failed: ['archive'],
    change: () => undefined,
    pack: (zip) => Buffer.concat([Buffer.from('x'), zip]),
  },
  {
    name: 'bytes-behind',
    what: 'A byte stands behind the archive.',
    failed: ['archive'],
    change: () => undefined,
    pack: (zip) => Buffer.concat([zip, Buffer.from('x')]),
  },
  {
    name: 'name-twice',
    what: 'A file is in the archive twice, with the same bytes.',
    failed: ['files'],
    change: () => undefined,
    twice: 'persons.jsonl',
  },
  {
    name: 'no-row',
    what: 'A line of rows.jsonl is a list; the manifest is made and signed again.',
    failed: ['tree', 'rows'],
    change: edit('rows.jsonl', (lines) => void (lines[15] = '[]')),
    signedAgain: 'log',
  },
  {
    name: 'no-persons',
    what: 'There is no persons.jsonl; the manifest is made and signed again.',
    failed: ['persons'],
    change: (files) => void files.delete('persons.jsonl'),
    signedAgain: 'log',
  },
  {
    name: 'foreign-file',
    what: 'A file of another name is added; the manifest is made and signed again.',
    failed: ['manifest', 'files', 'keys', 'checkpoint', 'tree', 'rows', 'contents', 'persons'],
    change: (files) => void files.set('readme.txt', Buffer.from('hello\n')),
    signedAgain: 'log',
  },
  {
    name: 'unreadable-manifest',
    what: 'The manifest is cut off in the middle.',
    failed: ['manifest', 'files', 'keys', 'checkpoint', 'tree', 'rows', 'contents', 'persons'],
    change: (files) =>
      void files.set('manifest.json', (files.get('manifest.json') ?? Buffer.alloc(0)).subarray(0, 99)),
  },
  {
    name: 'range-beyond',
    what: 'The range ends behind the tree; the manifest is signed again.',
    failed: ['rows'],
    change(files) {
      const manifest = parseManifest(String(files.get('manifest.json')));
      const text = manifestText({ ...manifest, range: { from: 0, to: 43 } });
      files.set('manifest.json', Buffer.from(text));
    },
    signedAgain: 'log',
  },
  {
    name: 'right-and-wrong',
    what: 'Under the checkpoint stands a second signature of its key, which is wrong; the manifest is made and signed again.',
    failed: ['checkpoint'],
    change(files, log) {
      const wrong = noteBy('another text\n', log.signers[1]).split('\n\n')[1];
      files.set('checkpoint.txt', Buffer.from(`${String(files.get('checkpoint.txt'))}${wrong}`));
    },
    signedAgain: 'log',
  },
  {
    name: 'newer-key',
    what: 'The bundle has the statement of the first key alone, and the reader trusts the second; the manifest is made and signed again.',
    failed: ['keys'],
    change: (files) => void files.delete('keys/0002.txt'),
    signedAgain: 'log',
  },
];
