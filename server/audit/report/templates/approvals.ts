/** The approval register: every task that a person completed, with what was said and what it means. */
import { approvalIn, printedName, signatureIn } from '../../approvals.js';
import { durationText } from '../values.js';
import type { ReportTemplate } from './template.js';
import { PLACE_COLUMNS, placeOf } from './template.js';

/** Who approved or refused what, when, after how long, and why. */
export const approvals: ReportTemplate = {
  name: 'approvals',
  title: 'Approval register',
  lead: 'Every task that people completed: who said what, when, and why.',
  notes: [
    'A task that asks for no approval is listed as completed.',
    'A signature stands under a record whose hash is in its row of the journal: the form, the variables and the evidence that were shown.',
  ],
  columns: [
    { key: 'at', name: 'When (UTC)', share: 21 },
    ...PLACE_COLUMNS,
    { key: 'who', name: 'Who', share: 18 },
    { key: 'outcome', name: 'Outcome', share: 12 },
    { key: 'meaning', name: 'Signed as', share: 20 },
    { key: 'reason', name: 'Reason given', share: 20 },
    { key: 'waited', name: 'Waited', share: 10, right: true },
  ],
  async *lines(source, totals) {
    for (const name of ['Decisions', 'Approved', 'Refused', 'Without a question', 'Signed'])
      totals.add(name, 0);
    const people = new Set<string>();
    let asked = new Map<string, string>();
    let root: string | null = null;
    for await (const rows of source.ofTypes(['user task created', 'user task completed']).byTree()) {
      for (const row of rows) {
        if (row.rootProcessInstanceKey !== root) {
          root = row.rootProcessInstanceKey;
          asked = new Map();
        }
        const key = String((row.data as { userTaskKey?: unknown }).userTaskKey);
        if (row.type === 'user task created') {
          asked.set(key, row.at);
          continue;
        }
        source.count(1);
        const process = await source.findProcess(row.processDefinitionKey);
        const approval = row.elementId === null ? null : (process?.element(row.elementId)?.approval ?? null);
        const answer = approvalIn(row.data, approval);
        const signature = signatureIn(row.data);
        const since = asked.get(key);
        people.add(signature ? `user:${signature.username}` : row.actor);
        totals.add('Signed', signature ? 1 : 0);
        totals.add('Decisions');
        totals.add(
          answer === null ? 'Without a question' : answer.outcome === 'approved' ? 'Approved' : 'Refused',
        );
        totals.set('People', people.size);
        yield {
          at: row.at,
          ...(await placeOf(row, source)),
          who: signature ? printedName(signature) : await source.nameActor(row.actor),
          outcome: row.erased ? 'erased' : (answer?.outcome ?? 'completed'),
          meaning: signature?.meaning ?? null,
          reason: answer?.reason ?? null,
          waited: since === undefined ? null : durationText(Date.parse(row.at) - Date.parse(since)),
        };
      }
    }
  },
};
