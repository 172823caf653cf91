/** What `/api/erasures` and `/api/legal-holds` answer. */
import { z } from 'zod';
import type { ErasureCertificate, SignedCertificate } from '../../../audit/erasure/certificate.js';
import type { ErasurePlan } from '../../../audit/erasure/find.js';
import type { ListedErasure } from '../../../store/erasure/records.js';
import type { Remaining } from '../../../store/erasure/texts.js';
import type { LegalHold } from '../../../store/queries/legal-holds.js';
import { DONE, count, created, found, key, listOf, time } from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';

const counts = z.record(z.string(), count);
const plan = z.strictObject({
  rows: count,
  types: counts.describe('Rows by the type of their event.'),
  texts: counts.describe('Texts beside the journal, by their table.'),
  mentions: count,
  instances: z.array(key),
  runningInstances: z.array(key),
  pseudonyms: z.array(z.string()),
  obstacles: z.array(z.string()).describe('Why it would be refused; empty where it would not.'),
} satisfies Shape<ErasurePlan>);

const remaining = z.strictObject({
  table: z.string(),
  column: z.string(),
  rows: count,
  mentions: count,
  why: z.string(),
} satisfies Shape<Remaining>);
const certificate = z.strictObject({
  certificate: z.literal('countersign erasure v1'),
  origin: z.string(),
  erasureKey: key,
  begunAt: time,
  at: time,
  legalGround: z.string(),
  rows: z.array(z.strictObject({ position: count, commitment: z.string() })),
  pseudonyms: z.array(z.string()),
  remaining: z
    .array(remaining)
    .describe('Where words that were named still stand, for people to look after.'),
  exports: z.array(z.strictObject({ at: time, format: z.string(), sha256: z.string().nullable() })),
} satisfies Shape<ErasureCertificate>);
const signed = z.strictObject({
  certificate,
  sha256: z.string().describe("Of the certificate's canonical JSON (RFC 8785), in hexadecimal."),
  note: z.string().describe("A signed note by the log's key."),
} satisfies Shape<SignedCertificate>);

const listed = z.strictObject({
  key,
  at: time,
  state: z
    .enum(['complete', 'unfinished', 'files'])
    .describe('`unfinished`: stopped before its certificate; `files`: old bytes may be left in the files.'),
} satisfies Shape<ListedErasure>);
const hold = z.strictObject({
  key,
  processId: z.string().nullable(),
  rootKey: key.nullable(),
  reason: z.string(),
  setBy: z.string(),
  setAt: z.int().describe('Milliseconds since 1970.'),
  liftedBy: z.string().nullable(),
  liftedAt: z.int().nullable(),
} satisfies Shape<LegalHold>);

/** The answers. */
export const ERASURE_ANSWERS: Answers = {
  'GET /api/erasures': { replies: [listOf(listed)] },
  'POST /api/erasures': {
    replies: [
      created(signed.extend({ areFilesRewritten: z.boolean() }), 'What was erased.'),
      found(plan, 'With dryRun: what would be erased.'),
    ],
  },
  'GET /api/erasures/:erasureKey/certificate': { replies: [found(signed)] },
  'GET /api/legal-holds': { replies: [listOf(hold)] },
  'POST /api/legal-holds': { replies: [created(z.strictObject({ key }), 'The hold that was set.')] },
  'DELETE /api/legal-holds/:holdKey': { replies: [DONE] },
};
