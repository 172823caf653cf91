/** Open incidents: what waits for somebody to act. */
import type { AuditRow } from '../../../store/queries/audit-rows.js';
import { durationText } from '../values.js';
import type { ReportTemplate } from './template.js';
import { PLACE_COLUMNS, placeOf } from './template.js';

/** Incidents that were created and not resolved, as the journal stands. */
export const openIncidents: ReportTemplate = {
  name: 'open-incidents',
  title: 'Open incidents',
  lead: 'Instances that wait for somebody to act: since when, where, and why.',
  notes: ['An incident whose instance was ended is resolved with it, and not listed.'],
  columns: [
    { key: 'since', name: 'Since (UTC)', share: 21 },
    { key: 'age', name: 'For', share: 9, right: true },
    ...PLACE_COLUMNS,
    { key: 'kind', name: 'Kind', share: 20 },
    { key: 'message', name: 'What happened', share: 36 },
  ],
  async *lines(source, totals) {
    for (const name of ['Created', 'Resolved', 'Open']) totals.add(name, 0);
    let open = new Map<string, AuditRow>();
    let root: string | null = null;
    const finish = async function* () {
      for (const row of open.values()) {
        const { errorType, errorMessage } = row.data as { errorType?: string; errorMessage?: string };
        totals.add('Open');
        yield {
          since: row.at,
          age: durationText(source.now - Date.parse(row.at)),
          ...(await placeOf(row, source)),
          kind: errorType ?? null,
          message: errorMessage ?? null,
        };
      }
    };
    for await (const rows of source.ofTypes(['incident created', 'incident resolved']).byTree()) {
      for (const row of rows) {
        if (row.rootProcessInstanceKey !== root) {
          yield* finish();
          root = row.rootProcessInstanceKey;
          open = new Map();
        }
        source.count(1);
        const key = String((row.data as { incidentKey?: unknown }).incidentKey);
        if (row.type === 'incident created') {
          totals.add('Created');
          open.set(key, row);
        } else {
          totals.add('Resolved');
          open.delete(key);
        }
      }
    }
    yield* finish();
  },
};
