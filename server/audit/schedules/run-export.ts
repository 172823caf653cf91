/** Makes the file of a scheduled export, as somebody who asks for it would get it. */
import type { Runtime } from '../../runtime/runtime.js';
import { bundleFormat } from '../bundle/format.js';
import { openExport } from '../export.js';
import type { Export } from '../export.js';
import { filterShape, toFilter } from '../filter.js';
import { findFormat, findReportFormat } from '../formats/index.js';
import type { AuditTrail } from '../trail.js';
import { writeExportFile } from './export-folder.js';
import type { RunExport } from './schedules.js';

const queryShape = filterShape({});

/** Runs exports into `root`; null where the server was given no folder for them. */
export function createRunExport(runtime: Runtime, trail: AuditTrail, root: string | null): RunExport {
  return async ({ key, name, filter, format: formatName, report, folder }, { span, at, actor }) => {
    if (root === null) throw new Error(NO_FOLDER);
    const rowFormat = () =>
      formatName === 'bundle' ? bundleFormat(runtime.store, trail) : findFormat(formatName);
    const format = report === null ? rowFormat() : findReportFormat(report, formatName);
    if (!format)
      throw new Error(`The format "${formatName}" is not known any more. Set the schedule up again.`);
    const file = openExport(runtime, {
      filter: { ...toFilter(queryShape.parse(filter)), ...span },
      format,
      report,
      actor,
      trail,
      schedule: key,
    });
    const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(':', '-');
    return writeExportFile(
      root,
      { folder, name: `${slugOf(name)}-${stamp}.${format.extension}` },
      wholeBytes(file),
    );
  };
}

/** The bytes of an export. Throws at their end where it was not made: a format may then say why in its file. */
async function* wholeBytes(file: Export): AsyncGenerator<Uint8Array> {
  yield* file.bytes;
  if (file.result()?.outcome === 'complete') return;
  throw new Error('The export could not be made. Ask for it by hand: its file says why.');
}

/** Why nothing can be scheduled on a server without a folder for it. */
export const NO_FOLDER =
  'This server has no folder for scheduled exports. Start it with COUNTERSIGN_EXPORT_FOLDER set to one.';

/** The name of a schedule as the beginning of a file's name. */
function slugOf(name: string): string {
  // Letters lose their accents; what is no letter of the alphabet then becomes a dash.
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 60) || 'export';
}
