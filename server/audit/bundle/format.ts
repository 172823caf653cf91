/** The bundle as a format of export: for the outside auditor, who must not have to trust us. */
import type { Store } from '../../store/store.js';
import type { ExportFormat } from '../formats/format.js';
import type { AuditTrail } from '../trail.js';
import { openBundleSource } from './stored-source.js';
import { writeBundle } from './write-bundle.js';

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
    async *write({ filter, findProcess, now, count }) {
      const source = await openBundleSource(store, trail, findProcess, { filter, checkpoints, now });
      const bundle = writeBundle(source);
      try {
        let part = await bundle.next();
        for (; part.done !== true; part = await bundle.next()) yield part.value;
        count(part.value.manifest?.totals.rows ?? 0);
      } finally {
        // Whoever stops reading stops the work.
        await bundle.return(undefined as never);
      }
    },
  };
}
