/** The example inputs of the samples, as they lie in `processes`: what goes in, who decides what, how it ends. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '@countersign/engine';

/** An example input of a sample, with its outcome. */
export interface SampleCase {
  /** The folder of the sample, which is also the id of its process. */
  readonly sample: string;
  readonly file: string;
  readonly name: string;
  readonly variables: JsonObject;
  /** The user tasks to complete, in this order. */
  readonly userTasks: readonly { readonly elementId: string; readonly variables: JsonObject }[];
  readonly expected: {
    /** The end event that the instance reaches. */
    readonly end: string;
    /** Variables of the process instance at its end; there may be others. */
    readonly variables: JsonObject;
  };
}

/** The folder of the samples. */
export const processes = fileURLToPath(new URL('../../processes', import.meta.url));

/** The names of the samples. */
export function sampleNames(): string[] {
  return readdirSync(processes, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** Every example input of every sample. */
export function sampleCases(): SampleCase[] {
  return sampleNames().flatMap((sample) =>
    readdirSync(join(processes, sample))
      .filter((file) => file.endsWith('.case.json'))
      .map((file) => {
        const content = JSON.parse(readFileSync(join(processes, sample, file), 'utf8')) as SampleCase;
        return { ...content, sample, file };
      }),
  );
}
