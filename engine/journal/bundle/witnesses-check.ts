/** The witnesses of a bundle: each one that the reader names has seen this log with all of its rows, and no other. */
import { verifyCosignatures } from '../checkpoint.js';
import type { Cosignature } from '../checkpoint.js';
import { sameKey } from '../note.js';
import type { Note, VerifierKey } from '../note.js';
import type { JournalPort } from '../port.js';
import { nameOf } from './signatures-check.js';
import type { Verdict } from './verdict.js';

/** A checkpoint that may be cosigned. */
export interface WitnessedCheckpoint {
  readonly size: number;
  readonly note: Note;
  /** Whether it is a checkpoint of this tree at all. What stands under one that is not says nothing. */
  readonly holds: boolean;
}

const NAME = 'witnesses';

/**
 * Says whether each witness cosigned a checkpoint that has the rows up to leaf `rowsTo`, and that none of their
 * cosignatures is wrong.
 */
export function judgeWitnesses(
  verdict: Verdict,
  port: JournalPort,
  checkpoints: readonly WitnessedCheckpoint[],
  rowsTo: number,
  witnesses: readonly VerifierKey[],
): void {
  const found = checkpoints.flatMap(({ size, note, holds }) =>
    verifyCosignatures(port, note, witnesses).map((cosignature) => ({ size, holds, ...cosignature })),
  );
  const wrong = found.find(({ right }) => !right);
  if (wrong !== undefined) {
    const under = `under the checkpoint of ${wrong.size} rows`;
    return verdict.failed(NAME, `the cosignature of ${nameOf(wrong.witness)} ${under} is wrong`);
  }
  const said = witnesses.map((witness) => {
    const own = found.filter((one) => one.holds && sameKey(one.witness, witness));
    return { witness, largest: own.sort((one, other) => other.size - one.size).at(0) };
  });
  const missing = said.filter(({ largest }) => largest === undefined || largest.size < rowsTo);
  if (missing.length === 0) {
    return verdict.ok(NAME, said.flatMap(({ largest }) => (largest ? cosigned(largest) : [])).join('; '));
  }
  verdict.failed(
    NAME,
    missing
      .map(({ witness, largest }) =>
        largest === undefined
          ? `${nameOf(witness)} did not cosign the checkpoint, nor an earlier one of the bundle`
          : `${nameOf(witness)} cosigned the tree of ${largest.size} rows; the rows from leaf ${largest.size} on have no witness yet: make the bundle again later`,
      )
      .join('; '),
  );
}

function cosigned({ witness, time, size }: Cosignature & { readonly size: number }): string {
  return `${witness.name} cosigned the tree of ${size} rows at ${new Date(time * 1000).toISOString()}`;
}
