/** Access changes: what was done to the house itself, outside of every process instance. */
import { accessWords } from '../access-words.js';
import { valueText } from '../values.js';
import type { ReportTemplate } from './template.js';

/** Rows without an instance that processes write, not people. */
const OF_PROCESSES = /^(timer|message|signal|decision|condition) /;

/** Deployments, sign-ins, accounts, roles, keys, settings, exports, erasures: who did what, when. */
export const accessChanges: ReportTemplate = {
  name: 'access-changes',
  title: 'Access and administration',
  lead: 'What was changed or taken outside of every process instance: deployments, access, settings, exports.',
  notes: [],
  columns: [
    { key: 'at', name: 'When (UTC)', share: 16 },
    { key: 'position', name: 'Row', share: 8, right: true },
    { key: 'who', name: 'Who', share: 22 },
    { key: 'what', name: 'What', share: 20 },
    { key: 'detail', name: 'Detail', share: 60 },
  ],
  async *lines(source, totals) {
    totals.add('Acts', 0);
    for await (const rows of source.rows.byPosition()) {
      for (const row of rows) {
        if (row.processInstanceKey !== null || OF_PROCESSES.test(row.type)) continue;
        source.count(1);
        totals.add('Acts');
        totals.add(row.type.charAt(0).toUpperCase() + row.type.slice(1));
        yield {
          at: row.at,
          position: row.position,
          who: await source.nameActor(row.actor),
          what: row.type,
          detail: accessWords(row.type, row.data) ?? valueText(row.data),
        };
      }
    }
  },
};
