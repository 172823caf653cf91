/** What `/api/models` and the trial deployment answer. */
import { z } from 'zod';
import type { ConversionEntry, ConvertedForm } from '@countersign/engine';
import type { DeploymentProblem } from '../../../runtime/deployments.js';
import type { DeployedResource } from '../../../store/queries/deployed-resources.js';
import type { Model, Revision } from '../../../store/queries/models.js';
import { DONE, count, created, found, key, listOf, time } from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';

const deployed = z.strictObject({
  version: count,
  processDefinitionKey: key,
  processDefinitionId: z.string(),
} satisfies Shape<DeployedResource>);
const model = z.strictObject({
  modelKey: key,
  name: z.string(),
  folder: z.string(),
  type: z.enum(['bpmn', 'form', 'dmn']),
  revision: count,
  updatedAt: time,
  updatedBy: z.string(),
  deployed: deployed.optional().describe('The process that was deployed from a file of this name.'),
} satisfies Shape<Model & { deployed: unknown }>);
const content = z.string().describe('The text of the file.');
const whole = model.extend({ content });

const revision = z.strictObject({
  revision: count,
  savedAt: time,
  savedBy: z.string(),
  message: z.string().nullable(),
  size: count.describe('Characters.'),
} satisfies Shape<Revision>);

const outcome = z.enum(['mapped', 'decide', 'none']);
const entry = z.strictObject({
  outcome,
  elementId: z.string().nullable(),
  elementName: z.string().nullable(),
  found: z.string(),
  value: z.string(),
  becomes: z.string(),
  message: z.string(),
  suggestion: z.string(),
} satisfies Shape<ConversionEntry>);
const conversion = z.strictObject({
  content,
  forms: z.array(z.strictObject({ name: z.string(), content } satisfies Shape<ConvertedForm>)),
  report: z.array(entry),
  counts: z.strictObject({ mapped: count, decide: count, none: count }),
  csv: z.string().describe('The report as CSV.'),
});

const change = { currentVersion: count.nullable(), nextVersion: count.nullable() };
const problem = z.strictObject({
  code: z.string(),
  elementId: z.string().nullable(),
  message: z.string(),
  hint: z.string(),
  severity: z.enum(['error', 'warning']),
  resource: z.string(),
} satisfies Shape<DeploymentProblem>);
const check = z.strictObject({
  resources: z.array(
    z.strictObject({
      name: z.string(),
      processes: z.array(z.strictObject({ processDefinitionId: z.string(), ...change })),
      forms: z.array(z.strictObject({ formId: z.string(), ...change })),
      decisions: z.array(z.strictObject({ decisionDefinitionId: z.string(), ...change })),
    }),
  ),
  problems: z.array(problem),
});

/** The answers. */
export const MODEL_ANSWERS: Answers = {
  'GET /api/models': { replies: [listOf(model)] },
  'POST /api/models': { replies: [created(whole, 'The draft that was made.')] },
  'GET /api/models/:modelKey': { replies: [found(whole)] },
  'PUT /api/models/:modelKey': { replies: [found(model, 'The draft after it was saved.')] },
  'DELETE /api/models/:modelKey': { replies: [DONE] },
  'GET /api/models/:modelKey/revisions': { replies: [listOf(revision)] },
  'GET /api/models/:modelKey/revisions/:revision': { replies: [found(revision.extend({ content }))] },
  'POST /api/models/convert': { replies: [found(conversion, 'The converted file; nothing is stored.')] },
  'POST /api/deployments/check': { replies: [found(check, 'What deploying would do.')] },
};
