/** The bundle as a format of export: for the outside auditor, who must not have to trust us. */
import type { Store } from '../../store/store.js';
import type { ExportFormat } from '../formats/format.js';
import type { AuditTrail } from '../trail.js';
import { DifferentRow, TamperedTrail } from './source.js';
import { openBundleSource } from './stored-source.js';
import { writeBundle } from './write-bundle.js';

const TAMPERED = 'A bundle was asked for, and the audit trail is not what was recorded';

/** A format that writes bundles; `checkpoints` are sizes of earlier ones that the reader holds. */
export function bundleFormat(
  store: Store,
  trail: AuditTrail,
  checkpoints: readonly number[] = [],
): ExportFormat {
  return {
    name: 'bundle',
    extension: 'zip',
    mediaType: 'application/zip',
    async *write({ filter, findProcess, now, count, fail }) {
      const source = await openBundleSource(store, trail, findProcess, { filter, checkpoints, now });
      const bundle = writeBundle(source);
      try {
        let part = await bundle.next();
        for (; part.done !== true; part = await bundle.next()) yield part.value;
        const { manifest, failure } = part.value;
        count(manifest?.totals.rows ?? 0);
        if (failure === null) return;
        if (failure instanceof DifferentRow) trail.alarm.raise([failure.row]);
        const isTampered = failure instanceof TamperedTrail;
        trail.onError(failure, isTampered ? TAMPERED : 'A bundle was asked for and could not be written');
        fail(failure);
      } finally {
        // Whoever stops reading stops the work.
        await bundle.return(undefined as never);
      }
    },
  };
}
