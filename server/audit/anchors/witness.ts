/**
 * A witness outside (C2SP tlog-witness): it is sent each new checkpoint with the proof that the tree only grew since
 * the one it saw last, and answers with a cosignature. Two histories of one log can't both have it.
 */
import {
  consistencyRanges,
  createTileReader,
  formatNote,
  parseNote,
  toBase64,
  verifyCosignatures,
} from '@countersign/engine';
import type { VerifierKey } from '@countersign/engine';
import type { Knex } from 'knex';
import type { Runtime } from '../../runtime/runtime.js';
import { lastAnchored, readTile } from '../../store/audit-tree.js';
import type { StoredCheckpoint } from '../../store/audit-tree.js';
import { saveCosignedNote, witnessAnchor } from '../../store/queries/cosigned-notes.js';
import { nodeJournalPort } from '../journal-port.js';
import { startAnchoring } from './anchoring.js';
import type { Anchoring } from './anchoring.js';

/** Where a witness is, and the key of its cosignatures. */
export interface WitnessAddress {
  /** The prefix of its submissions, such as `https://witness.example.org`. */
  readonly url: string;
  readonly key: VerifierKey;
}

/** Milliseconds that a witness may take to answer. */
const PATIENCE = 10_000;
const LONGEST_ANSWER = 10_000;

/**
 * Submits a checkpoint to a witness that has seen the tree of `seen` leaves (0: none). Answers the note with the
 * cosignature under it, or the size that the witness says it has seen. Throws where it refuses, is not reached, or
 * its cosignature is wrong.
 */
export async function askWitness(
  knex: Knex,
  { url, key }: WitnessAddress,
  checkpoint: StoredCheckpoint,
  seen: number,
): Promise<{ readonly note: string } | { readonly seen: number }> {
  const tree = createTileReader(
    nodeJournalPort.sha256,
    async (level, index) => (await readTile(knex, level, index))?.hashes,
  );
  const ranges = seen > 0 ? consistencyRanges(seen, checkpoint.size) : [];
  const hashes: string[] = [];
  for (const { from, to } of ranges) hashes.push(`${toBase64(await tree.range(from, to))}\n`);
  const response = await fetch(`${url.replace(/\/$/, '')}/add-checkpoint`, {
    method: 'POST',
    body: `old ${seen}\n${hashes.join('')}\n${checkpoint.note}`,
    signal: AbortSignal.timeout(PATIENCE),
    redirect: 'error',
  });
  const text = (await response.text()).slice(0, LONGEST_ANSWER);
  if (response.status === 409 && /^(?:0|[1-9][0-9]{0,14})\n?$/.test(text)) return { seen: Number(text) };
  if (!response.ok)
    throw new Error(`The witness ${key.name} answered ${response.status}: ${text.slice(0, 200)}`);
  const signed = parseNote(checkpoint.note + text);
  const cosigned = signed ? verifyCosignatures(nodeJournalPort, signed, [key]) : [];
  if (!signed || cosigned.length === 0 || cosigned.some(({ right }) => !right)) {
    throw new Error(`The witness ${key.name} answered without a right cosignature of its own`);
  }
  return { note: formatNote(signed) };
}

/** Milliseconds between two checkpoints that a witness is sent. */
const INTERVAL = 10_000;
/** Milliseconds that somebody who asks for a bundle waits for a witness at most. */
export const BUNDLE_PATIENCE = 3_000;

/** Sends a witness the newest checkpoints of a runtime's trail, and keeps its cosigned notes. */
export function startWitness(
  { store: { knex, connection }, commit }: Pick<Runtime, 'store' | 'commit'>,
  address: WitnessAddress,
  onError: (error: unknown, what: string) => void,
): Anchoring {
  const { name } = address.key;
  const anchor = witnessAnchor(name);
  return startAnchoring(
    async (checkpoint) => {
      const seen = await lastAnchored(knex, anchor);
      const first = await askWitness(knex, address, checkpoint, seen);
      if ('note' in first) return first.note;
      // It has seen another size than is stored here: after a crash between its answer and ours.
      const second = await askWitness(knex, address, checkpoint, first.seen);
      if ('note' in second) return second.note;
      throw new Error(`The witness ${name} contradicts itself about the size it has seen`);
    },
    {
      interval: INTERVAL,
      save: (size, note) =>
        commit(({ now }) => {
          saveCosignedNote(connection, name, { size, at: now, note });
        }),
      onError: (error) => onError(error, `asking the ${anchor}`),
    },
  );
}
