/** Exports that contain rows of sensitive processes are views of their instances, recorded before the file begins. */
import type { Actor } from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import { mentionsSensitive } from '../../store/queries/viewed-instances.js';
import type { AuditRows } from '../rows.js';
import { viewsOf } from './views.js';
import type { Viewed } from './views.js';

/** Records that `actor` takes these rows; they are looked through where a process may be sensitive. */
export async function recordExported(runtime: Runtime, rows: AuditRows, actor: Actor): Promise<void> {
  if (!(await mentionsSensitive(runtime.store.knex))) return;
  const views = viewsOf(runtime);
  for await (const chunk of rows.byPosition()) {
    const ofInstances = chunk.filter((row): row is typeof row & Viewed => row.processInstanceKey !== null);
    await views.saw(actor, 'export', ofInstances);
  }
}
