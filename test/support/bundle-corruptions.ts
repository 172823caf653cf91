/**
 * What somebody may do to a bundle, each with the checks that must find it. Where it says so the manifest is made
 * again and signed by the log itself: the tree, the commitments and the key alone must then find it.
 */
import { createHash } from 'node:crypto';
import {
  checkpointText,
  createFrontier,
  formatProofPart,
  hashLeaf,
  keyStatementText,
  manifestNoteText,
  manifestText,
  parseManifest,
} from '@countersign/engine';
import type { BundleManifest } from '@countersign/engine';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { ORIGIN, noteBy, testSigner } from './audit-log.js';
import type { TestLog, TestSigner } from './audit-log.js';
import { DOUBTFUL } from './bundle-doubtful.js';
import { edit } from './bundle-edit.js';
import type { Corruption } from './bundle-edit.js';
import type { ZipEntries } from './zip-entries.js';

const stranger = testSigner('a stranger');

function replaceIn(name: string, line: number, from: string, to: string) {
  return edit(name, (lines) => {
    if (!lines[line].includes(from)) throw new Error(`${name} has no "${from}" in line ${line + 1}.`);
    lines[line] = lines[line].replace(from, to);
  });
}

const changeRow = replaceIn('rows.jsonl', 15, 'element-5', 'element-6');

/** The proof and the checkpoint that the rows would have, by somebody without the log's key. */
function rebuild(files: Map<string, Buffer>): void {
  const tree = createFrontier(port.sha256);
  let proof = 'countersign proof v1\n';
  edit('rows.jsonl', (lines) => {
    for (const line of lines) {
      const hash = hashLeaf(port.sha256, Buffer.from(line));
      tree.append(hash);
      proof += formatProofPart({ isShown: true, level: 0, hash });
    }
  })(files);
  files.set('proof.txt', Buffer.from(proof));
  const text = checkpointText({ origin: ORIGIN, size: tree.size, root: tree.root() });
  files.set('checkpoint.txt', Buffer.from(noteBy(text, stranger)));
}

/** The corruptions, first the eight that every verifier must find. */
export const CORRUPTIONS: readonly Corruption[] = [
  {
    name: 'changed-row',
    what: 'A row says another element.',
    failed: ['rows', 'tree', 'files'],
    change: changeRow,
  },
  {
    name: 'changed-row-signed-again',
    what: 'A row says another element; the manifest is made and signed again.',
    failed: ['rows', 'tree'],
    change: changeRow,
    signedAgain: 'log',
  },
  {
    name: 'removed-row',
    what: 'A row is taken out; the manifest is made and signed again.',
    failed: ['rows'],
    change: edit('rows.jsonl', (lines) => void lines.splice(20, 1)),
    signedAgain: 'log',
  },
  {
    name: 'added-row',
    what: 'A row is added at the end; the manifest is made and signed again.',
    failed: ['rows'],
    change: edit(
      'rows.jsonl',
      (lines) => void lines.push(lines[30].replace('"position":"31"', '"position":"43"')),
    ),
    signedAgain: 'log',
  },
  {
    name: 'added-row-and-proof',
    what: 'A row is added later, with its hash in the proof; the manifest is made and signed again.',
    failed: ['tree'],
    change(files) {
      const row = '{"commitment":null,"data":{},"position":"43","type":"element activated"}';
      edit('rows.jsonl', (lines) => void lines.push(row))(files);
      const hash = hashLeaf(port.sha256, Buffer.from(row));
      edit(
        'proof.txt',
        (lines) => void lines.push(formatProofPart({ isShown: true, level: 0, hash }).trim()),
      )(files);
    },
    signedAgain: 'log',
  },
  {
    name: 'swapped-rows',
    what: 'Two rows change places; the manifest is made and signed again.',
    failed: ['rows', 'tree'],
    change: edit('rows.jsonl', (lines) => void lines.splice(8, 2, lines[9], lines[8])),
    signedAgain: 'log',
  },
  {
    name: 'truncated-proof',
    what: 'The last line of the proof is cut off; the manifest is made and signed again.',
    failed: ['rows'],
    change: edit('proof.txt', (lines) => void lines.pop()),
    signedAgain: 'log',
  },
  {
    name: 'forged-checkpoint',
    what: 'The checkpoint states another root under the old signature.',
    failed: ['checkpoint', 'tree', 'files'],
    change: edit('checkpoint.txt', (lines) => {
      lines[2] = (lines[2].startsWith('A') ? 'B' : 'A') + lines[2].slice(1);
    }),
  },
  {
    name: 'older-checkpoint',
    what: 'An older checkpoint of the same log takes the place of the right one; the manifest is made and signed again.',
    failed: ['tree'],
    change: (files, log) => void files.set('checkpoint.txt', Buffer.from(log.checkpoint(33))),
    signedAgain: 'log',
  },
  {
    name: 'older-bundle',
    what: 'Nothing is wrong with the bundle, but the reader holds a checkpoint of a larger tree.',
    failed: ['your checkpoint'],
    change: () => undefined,
    known: 60,
  },
  {
    name: 'wrong-key',
    what: 'Nothing is wrong with the bundle, but the reader trusts the key of another log.',
    failed: ['keys', 'checkpoint', 'manifest'],
    change: () => undefined,
    key: stranger,
  },
  {
    name: 'changed-content',
    what: 'The content of a row says another amount; the manifest is made and signed again.',
    failed: ['contents'],
    change: replaceIn('contents.jsonl', 1, '"amount":21.25', '"amount":91.25'),
    signedAgain: 'log',
  },
  {
    name: 'removed-content',
    what: 'The content of a row is taken out; the manifest is made and signed again.',
    failed: ['contents'],
    change: edit('contents.jsonl', (lines) => void lines.splice(1, 1)),
    signedAgain: 'log',
  },
  {
    name: 'content-called-erased',
    what: 'A content is taken out and called erased.',
    failed: ['contents', 'files'],
    change: edit(
      'contents.jsonl',
      (lines) => void lines.splice(1, 1, '{"missing":"erased","position":"17"}'),
    ),
  },
  {
    name: 'false-person',
    what: 'A pseudonym is given another name; the manifest is made and signed again.',
    failed: ['persons'],
    change: replaceIn('persons.jsonl', 0, 'user:mary', 'user:bob'),
    signedAgain: 'log',
  },
  {
    name: 'changed-model',
    what: 'A model file is changed; the manifest is made and signed again.',
    failed: ['models'],
    change: edit(
      'models/3.bpmn',
      (lines) => void lines.splice(2, 1, lines[2].replace('approval', 'approvals')),
    ),
    signedAgain: 'log',
  },
  {
    name: 'changed-manifest',
    what: 'The manifest says that another filter was asked for.',
    failed: ['manifest'],
    change: edit('manifest.json', (lines) => {
      const at = lines.findIndex((line) => line.includes('"filter"'));
      lines[at] = lines[at].replace('{}', '{"elementId":"element-1"}');
    }),
  },
  {
    name: 'dropped-file',
    what: 'A file is dropped, and its line in the manifest.',
    failed: ['manifest'],
    change(files) {
      files.delete('models/3.bpmn');
      const manifest = parseManifest(String(files.get('manifest.json')));
      const { 'models/3.bpmn': _dropped, ...rest } = manifest.files;
      files.set('manifest.json', Buffer.from(manifestText({ ...manifest, files: rest, models: [] })));
    },
  },
  {
    name: 'added-file',
    what: 'A file that the manifest does not name is added.',
    failed: ['files'],
    change: (files) => void files.set('report.pdf', Buffer.from('%PDF-')),
  },
  {
    name: 'rewritten-log',
    what: 'A row is changed, and everything that follows from it made again, by somebody without the key of the log.',
    failed: ['checkpoint', 'manifest'],
    change(files) {
      changeRow(files);
      rebuild(files);
    },
    signedAgain: 'stranger',
  },
  {
    name: 'stolen-chain',
    what: 'As before, and the stranger announces a key of theirs as the next one.',
    failed: ['keys', 'checkpoint', 'manifest'],
    change(files) {
      changeRow(files);
      rebuild(files);
      const at = '2026-01-31T10:00:00.000Z';
      const text = keyStatementText({ origin: ORIGIN, number: 3, key: stranger.key, size: 40, at });
      files.set('keys/0003.txt', Buffer.from(noteBy(text, stranger)));
    },
    signedAgain: 'stranger',
  },
  {
    name: 'other-authority',
    what: 'Nothing is wrong with the bundle, but the reader trusts another authority for time stamps.',
    failed: ['time stamps'],
    change: () => undefined,
    of: 'stamped',
    trustsAuthority: 'other',
  },
  {
    name: 'moved-time-stamp',
    what: 'The time stamp is given out as one of a larger tree; the manifest is made and signed again.',
    failed: ['time stamps'],
    change(files) {
      files.set('timestamps/42.tst', files.get('timestamps/33.tst') ?? Buffer.alloc(0));
      files.delete('timestamps/33.tst');
    },
    signedAgain: 'log',
    of: 'stamped',
    trustsAuthority: 'own',
  },
  {
    name: 'changed-time-stamp',
    what: 'The time stamp says an earlier year; the manifest is made and signed again.',
    failed: ['time stamps'],
    change(files) {
      const token = Buffer.from(files.get('timestamps/33.tst') ?? '');
      // The first of the times in it is the one of the stamp: those of the certificates follow.
      token.write('2025', token.indexOf('2026'));
      files.set('timestamps/33.tst', token);
    },
    signedAgain: 'log',
    of: 'stamped',
    trustsAuthority: 'own',
  },
  {
    name: 'removed-time-stamp',
    what: 'The time stamp that the reader wants is taken out; the manifest is made and signed again.',
    failed: ['time stamps'],
    change: (files) => void files.delete('timestamps/33.tst'),
    signedAgain: 'log',
    of: 'stamped',
    trustsAuthority: 'own',
  },
  {
    name: 'wrong-cosignature',
    what: 'The cosignature says a later time than the witness signed; the manifest is made and signed again.',
    failed: ['witnesses'],
    change: edit('checkpoints/33.txt', (lines) => {
      const [dash, name, data] = lines[5].split(' ');
      const line = Buffer.from(data, 'base64');
      // After the key's id come the seconds, in eight bytes.
      line.writeUInt8(line.readUInt8(11) + 1, 11);
      lines[5] = [dash, name, line.toString('base64')].join(' ');
    }),
    signedAgain: 'log',
    of: 'cosigned',
  },
  ...DOUBTFUL,
];

/** The files of a bundle after a corruption. */
export function corrupted(genuine: ZipEntries, corruption: Corruption, log: TestLog): Map<string, Buffer> {
  const files = new Map(genuine);
  corruption.change(files, log);
  if (corruption.signedAgain !== undefined) {
    signAgain(files, corruption.signedAgain === 'log' ? log.signers[1] : stranger);
  }
  return files;
}

/** Makes the manifest of the files as they are now, and signs it. */
function signAgain(files: Map<string, Buffer>, by: TestSigner): void {
  const manifest = parseManifest(String(files.get('manifest.json')));
  const listed: BundleManifest['files'] = Object.fromEntries(
    [...files]
      .filter(([name]) => !name.startsWith('manifest.'))
      .map(([name, bytes]) => [name, { bytes: bytes.length, sha256: hexHash(bytes) }]),
  );
  const text = manifestText({ ...manifest, files: listed });
  files.set('manifest.json', Buffer.from(text));
  files.set('manifest.txt', Buffer.from(noteBy(manifestNoteText(ORIGIN, hexHash(Buffer.from(text))), by)));
}

function hexHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
