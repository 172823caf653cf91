/** What `/api/audit` answers about rows, their proof, and exports. */
import { z } from 'zod';
import { MEDIA_TYPES } from '../../../audit/formats/index.js';
import type { AlarmFigures } from '../../../audit/proof/alarm.js';
import { PERIODS } from '../../../audit/schedules/period.js';
import type { SequencerFigures } from '../../../audit/sequencer/sequencer.js';
import type { StoredKey } from '../../../store/audit-tree.js';
import type { AuditRow } from '../../../store/queries/audit-rows.js';
import type { LastRun } from '../../../store/queries/export-schedules.js';
import {
  DONE,
  anything,
  count,
  created,
  file,
  found,
  key,
  listOf,
  text,
  time,
  variables,
} from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';

const row = z.strictObject({
  position: count,
  at: time,
  actor: z.string(),
  type: z.string(),
  elementId: z.string().nullable(),
  elementInstanceKey: key.nullable(),
  flowId: z.string().nullable(),
  processInstanceKey: key.nullable(),
  rootProcessInstanceKey: key.nullable(),
  sequence: count.nullable().describe('The place among the rows of one tree of instances.'),
  processDefinitionKey: key.nullable(),
  data: anything.describe('What the event says, by its type.'),
  erased: z.boolean().describe('Whether stand-ins are in the place of erased content.'),
} satisfies Shape<AuditRow>);

const alarm = z.strictObject({
  differing: count,
  first: z.string().nullable(),
  since: time,
} satisfies Shape<AlarmFigures>);
const sequencer = z.strictObject({
  origin: z.string(),
  leaves: count,
  checkpointAt: time.nullable(),
  lag: z.number().describe('Milliseconds that the oldest row without a checkpoint has waited.'),
  lastWait: z.number(),
  longestWait: z.number(),
  alarm: alarm.nullable().describe('Rows that are not what was recorded.'),
} satisfies Shape<SequencerFigures & { origin: string; alarm: unknown }>);

const signingKey = z.strictObject({
  number: count,
  key: z.string().describe('As verifiers of signed notes take it: NAME+ID+BASE64.'),
  statement: z.string(),
  at: time,
} satisfies Shape<StoredKey>);

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const proof = { proof: z.array(hash), checkpoint: z.string().describe('A signed note.') };

const run = z.strictObject({
  at: time,
  outcome: z.enum(['complete', 'failed']),
  file: z.string().nullable(),
  error: z.string().nullable(),
} satisfies Shape<LastRun>);
const schedule = z.strictObject({
  scheduleKey: key,
  name: z.string(),
  cycle: z.string(),
  period: z.enum(PERIODS).nullable(),
  format: z.string(),
  report: z.string().nullable(),
  folder: z.string(),
  filter: variables.describe('As a question to GET /api/audit.'),
  setBy: z.string(),
  setAt: time,
  isPaused: z.boolean(),
  nextAt: time.nullable().describe('Its next occurrence; null where none is left.'),
  tryAt: time.nullable().describe('When it is tried: later than the occurrence where that failed.'),
  failures: count,
  last: run.nullable(),
});

const BUNDLE = 'application/zip';
const exported = [file([...MEDIA_TYPES, BUNDLE], 'The rows, or the report on them, as a file.')] as const;

/** The answers. */
export const AUDIT_ANSWERS: Answers = {
  'GET /api/audit': {
    replies: [
      found(
        z.strictObject({
          items: z.array(row),
          page: z.strictObject({
            limit: count,
            next: key.nullable().describe('What to ask for with `after`; null on the last page.'),
          }),
        }),
      ),
    ],
  },
  'GET /api/audit/types': { replies: [listOf(z.string())] },
  'GET /api/audit/sequencer': { replies: [found(sequencer)] },
  'GET /api/audit/keys': { replies: [listOf(signingKey)] },
  'POST /api/audit/keys': {
    replies: [created(signingKey.pick({ number: true, key: true }), 'The key that signs from now on.')],
  },
  'GET /api/audit/checkpoint': { replies: [text('text/plain', 'The newest checkpoint, a signed note.')] },
  'GET /api/audit/proof/inclusion': {
    replies: [found(z.strictObject({ index: count, leaf: hash, size: count, ...proof }))],
  },
  'GET /api/audit/proof/consistency': {
    replies: [found(z.strictObject({ from: count, to: count, ...proof }))],
  },
  'GET /api/audit/tile/:level/*index': {
    replies: [file(['application/octet-stream'], 'Hashes of 32 bytes each, as C2SP tlog-tiles has them.')],
  },
  'GET /api/audit/bundle': { replies: [file([BUNDLE], 'The rows with everything that proves them.')] },
  'GET /api/audit/exports': { replies: exported },
  'POST /api/audit/exports': { replies: exported },
  'GET /api/audit/schedules': {
    replies: [
      found(
        z.strictObject({
          items: z.array(schedule),
          isAvailable: z.boolean().describe('Whether the server has a folder to export into.'),
        }),
      ),
    ],
  },
  'POST /api/audit/schedules': { replies: [created(schedule, 'The schedule that was set up.')] },
  'POST /api/audit/schedules/:scheduleKey/pause': { replies: [DONE] },
  'POST /api/audit/schedules/:scheduleKey/resumption': { replies: [DONE] },
  'POST /api/audit/schedules/:scheduleKey/run': { replies: [found(run, 'How the run ended.')] },
  'DELETE /api/audit/schedules/:scheduleKey': { replies: [DONE] },
};
