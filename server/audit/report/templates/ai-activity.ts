/** AI activity: every call to a model, with what it used and what it cost. */
import type { ReportTemplate } from './template.js';
import { PLACE_COLUMNS, placeOf } from './template.js';

interface CallData {
  readonly provider?: string;
  readonly model?: string;
  readonly simulated?: boolean;
  readonly outcome?: string;
  readonly usage?: { readonly inputTokens?: number; readonly outputTokens?: number } | null;
  readonly cost?: { readonly amount: number; readonly currency: string } | null;
  readonly charged?: { readonly amount: number; readonly currency: string } | null;
  readonly latencyMs?: number;
}

/** Which models were asked, by which process, with which outcome, at which cost. */
export const aiActivity: ReportTemplate = {
  name: 'ai-activity',
  title: 'AI activity',
  lead: 'Every call to a model: where it was made, what came of it, and what it cost.',
  notes: ['A simulated answer comes from an expression in the process: no model was asked.'],
  columns: [
    { key: 'at', name: 'When (UTC)', share: 21 },
    ...PLACE_COLUMNS,
    { key: 'model', name: 'Model', share: 20 },
    { key: 'outcome', name: 'Outcome', share: 13 },
    { key: 'tokensIn', name: 'Tokens in', share: 8, right: true },
    { key: 'tokensOut', name: 'Tokens out', share: 8, right: true },
    { key: 'cost', name: 'Cost', share: 9, right: true },
    { key: 'currency', name: '', share: 5 },
    { key: 'latencyMs', name: 'Took, ms', share: 8, right: true },
  ],
  async *lines(source, totals) {
    for (const name of ['Calls', 'Answered', 'Failed', 'Lost', 'Simulated', 'Tokens in', 'Tokens out'])
      totals.add(name, 0);
    for await (const rows of source.ofTypes(['model call finished', 'model call lost']).byPosition()) {
      for (const row of rows) {
        const data = row.data as CallData;
        const outcome = row.type === 'model call lost' ? 'lost' : (data.outcome ?? 'answered');
        const cost = data.cost ?? data.charged ?? null;
        source.count(1);
        totals.add('Calls');
        totals.add(outcome === 'lost' ? 'Lost' : outcome === 'answered' ? 'Answered' : 'Failed');
        totals.add('Simulated', data.simulated === true ? 1 : 0);
        totals.add('Tokens in', data.usage?.inputTokens ?? 0);
        totals.add('Tokens out', data.usage?.outputTokens ?? 0);
        if (cost) totals.add(`Cost in ${cost.currency}`, cost.amount);
        yield {
          at: row.at,
          ...(await placeOf(row, source)),
          model:
            data.simulated === true ? 'simulated' : [data.provider, data.model].filter(Boolean).join(' '),
          outcome,
          tokensIn: data.usage?.inputTokens ?? null,
          tokensOut: data.usage?.outputTokens ?? null,
          cost: cost?.amount ?? null,
          currency: cost?.currency ?? null,
          latencyMs: data.latencyMs ?? null,
        };
      }
    }
  },
};
