/** What may cross a border all the same, each with its reason. One that is no longer needed fails the test. */

/** A file that breaks a rule for a reason. */
export interface Exception {
  /** The rule's title. */
  readonly rule: string;
  /** The file, relative to the root. */
  readonly file: string;
  readonly reason: string;
}

/** The list. Keep it short. */
export const exceptions: readonly Exception[] = [
  {
    rule: 'files of Camunda 7 are converted without running them',
    file: 'engine/camunda7/convert.ts',
    reason:
      'It asks what a deployment asks: whether a start event needs variables, which there are none of yet.',
  },
  {
    rule: 'built-in workers use the job interface that an outside worker has',
    file: 'server/workers/agent/call-model.ts',
    reason:
      'It reads its own calls back from the journal, as an outside worker could through GET /api/audit.',
  },
  {
    rule: 'built-in workers use the job interface that an outside worker has',
    file: 'server/workers/agent/history.ts',
    reason:
      'It reads its own calls back from the journal, as an outside worker could through GET /api/audit.',
  },
  ...[
    ['engine/model/exact-json.ts', 'It is the reader and the writer.'],
    [
      'engine/journal/canonical-json.ts',
      'Canonical JSON is of doubles and texts: other numbers are in their plain form when it writes.',
    ],
    ['engine/journal/leaf.ts', 'It writes texts one by one, for every row there is.'],
    ['engine/journal/bundle/rows-check.ts', 'A bundle is in plain form, which has doubles only.'],
    ['engine/journal/bundle/contents-check.ts', 'A bundle is in plain form, which has doubles only.'],
    [
      'engine/journal/bundle/manifest.ts',
      'A manifest has whole numbers below 2^53 only, and no process data.',
    ],
    [
      'engine/camunda7/generated-form.ts',
      'It writes a form that the conversion makes, and knows no other room.',
    ],
  ].map(([file, reason]) => ({ rule: 'process data is read and written as exact JSON', file, reason })),
];
