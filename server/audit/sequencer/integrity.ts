/**
 * Looks, before a server signs anything, whether the stored tree is the one that was signed last. Whoever has the
 * database but not the key could change rows and tree together, or put an older database back, and have the next start
 * sign that. What a start finds so is told, and the server does not begin.
 */
import {
  TILE_WIDTH,
  createTileReader,
  fromBase64,
  parseCheckpoint,
  readKeyChain,
  sameBytes,
  toBase64,
  verifyNote,
} from '@countersign/engine';
import type { Checkpoint } from '@countersign/engine';
import type { Knex } from 'knex';
import { checkpointOfSize, lastCheckpoint, readKeys, readTile } from '../../store/audit-tree.js';
import type { WrittenCheckpoint } from '../checkpoints/checkpoint-file.js';
import { nodeJournalPort } from '../journal-port.js';
import { describeDiffering, differingRows } from '../proof/compare.js';
import { readTileLeaves } from '../proof/tile-leaves.js';

const ADVICE =
  'Nothing is signed over it. Put the database back from a backup; "countersign verify" tells of a bundle that you have ' +
  'kept whether it holds.';

/**
 * Checks the last checkpoint, its tree, the log's keys, and the newest checkpoint of the file beside the database (null
 * where it has none). Reads a few tiles, however large the tree is. Throws with what was found.
 */
export async function checkStoredTree(
  knex: Knex,
  origin: string,
  written: WrittenCheckpoint | null,
): Promise<void> {
  const last = await lastCheckpoint(knex);
  if (written && isAhead(written, last?.size ?? 0, origin)) {
    throw new Error(
      `The audit trail was signed up to ${written.size} rows, as ${written.path} says, but the database knows of ` +
        `${last?.size ?? 0}: it is older than that, or was changed. ${ADVICE} Where an older one was put back on purpose, ` +
        'move that file aside and keep it: it is the proof of what is missing.',
    );
  }
  if (!last) return;
  const statements = (await readKeys(knex)).map(({ statement }) => statement);
  const chain = readKeyChain(nodeJournalPort, origin, statements);
  if (chain.problems.length > 0 || statements.length === 0) {
    const problem = chain.problems.at(0) ?? 'its keys are missing';
    throw new Error(`The keys of the audit trail were changed: ${problem}. ${ADVICE}`);
  }
  const read = parseCheckpoint(last.note);
  const keys = chain.statements.map(({ key }) => key);
  if (
    !read ||
    !states(read.checkpoint, origin, last) ||
    verifyNote(nodeJournalPort, read.note, keys).signed.length === 0
  )
    throw new Error(`The last checkpoint of the audit trail, of ${last.size} rows, was changed. ${ADVICE}`);
  const tiles = createTileReader(
    nodeJournalPort.sha256,
    async (level, index) => (await readTile(knex, level, index))?.hashes,
  );
  const root = await tiles.range(0, last.size);
  if (!sameBytes(root, read.checkpoint.root)) {
    throw new Error(
      `The tree of the audit trail does not give the root that was signed for its ${last.size} rows: rows or tree ` +
        `were changed. ${ADVICE}`,
    );
  }
  await checkLastRows(knex, last.size);
  if (written) await checkWritten(knex, written, origin);
}

/**
 * The rows of the tree's last tile have to be there: where the table is shorter than the tree, new rows would get the
 * positions of those that were removed.
 */
async function checkLastRows(knex: Knex, size: number): Promise<void> {
  if (size === 0) return;
  const leaves = await readTileLeaves(knex, Math.ceil(size / TILE_WIDTH) - 1, size);
  const differing = differingRows(leaves);
  const [first] = differing;
  if (first === undefined) return;
  const more =
    differing.length > 1 ? ` So were ${differing.length - 1} others of the last ${leaves.length}.` : '';
  throw new Error(
    `The tree of the audit trail has ${size} rows, and the table audit has not all of them. ` +
      `${describeDiffering(first)}${more} ${ADVICE}`,
  );
}

/** Whether the file has a checkpoint of this log over more rows than the database knows of. */
function isAhead({ note, size }: WrittenCheckpoint, known: number, origin: string): boolean {
  return size > known && parseCheckpoint(note)?.checkpoint.origin === origin;
}

function states(
  checkpoint: Checkpoint,
  origin: string,
  { size, root }: { readonly size: number; readonly root: string },
): boolean {
  return checkpoint.origin === origin && checkpoint.size === size && toBase64(checkpoint.root) === root;
}

/** The file's newest checkpoint has to be one that the database has. */
async function checkWritten(
  knex: Knex,
  { path, note, size }: WrittenCheckpoint,
  origin: string,
): Promise<void> {
  const checkpoint = parseCheckpoint(note)?.checkpoint;
  if (!checkpoint || checkpoint.origin !== origin) return;
  const stored = await checkpointOfSize(knex, size);
  const root = fromBase64(stored?.root ?? '');
  if (root && sameBytes(root, checkpoint.root)) return;
  throw new Error(
    `The checkpoint of ${size} rows in ${path} is not the one that the database has: the tree was made anew. ${ADVICE}`,
  );
}
