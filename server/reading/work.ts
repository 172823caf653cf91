/** What is done with files from outside in a thread of its own: plain values in, plain values out. */
import { convertCamunda7 } from '@countersign/engine';
import type { Conversion, ConversionRefusal } from '@countersign/engine';
import type { DeploymentProblem, ResourceUpload } from '../runtime/deployments.js';
import { readResources } from '../runtime/resources.js';

/** What the thread is asked. */
export type Asked =
  | { readonly kind: 'convert'; readonly content: string }
  | { readonly kind: 'check'; readonly resources: readonly ResourceUpload[]; readonly now: number };

/** What it answers to each question. */
export interface Answers {
  readonly convert: Conversion | ConversionRefusal;
  readonly check: readonly DeploymentProblem[];
}

/** Whatever files refer to is known: that is looked at where the deployed versions are. */
const EVERYTHING_KNOWN = { form: () => true, resource: () => true, decision: () => true };

/** Answers one question. */
export async function doWork(asked: Asked): Promise<Answers[keyof Answers]> {
  if (asked.kind === 'convert') return convertCamunda7(asked.content);
  const { problems } = await readResources(asked.resources, asked.now, EVERYTHING_KNOWN);
  return problems;
}
