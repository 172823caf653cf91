/**
 * The samples: each folder of `processes` has BPMN and form files, and example inputs in
 * `*.case.json`. They are deployed at start when they changed, and put among the drafts once.
 */
import { readFile, readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { readBpmn, readJson } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import type { ResourceUpload } from '../runtime/deployments.js';
import type { Runtime } from '../runtime/runtime.js';
import { createModel, listModels } from '../store/queries/models.js';
import type { ModelType } from '../store/queries/models.js';

/** An example input of a sample. */
export interface SampleCase {
  readonly name: string;
  readonly variables: JsonObject;
}

/** A sample with everything in its folder. */
export interface Sample {
  readonly folder: string;
  readonly processDefinitionId: string;
  readonly name: string;
  readonly resources: readonly ResourceUpload[];
  readonly cases: readonly SampleCase[];
}

/** Reads the samples below a folder, in order of their names. Throws where a file cannot be read. */
export async function readSamples(folder: string): Promise<Sample[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const samples = await Promise.all(names.sort().map((name) => readSample(join(folder, name))));
  return samples.filter((sample) => sample !== null);
}

async function readSample(folder: string): Promise<Sample | null> {
  const files = (await readdir(folder)).sort();
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const resources: ResourceUpload[] = [];
  const cases: SampleCase[] = [];
  for (const name of files) {
    if (name.endsWith('.bpmn') || name.endsWith('.form')) resources.push({ name, content: await read(name) });
    if (name.endsWith('.case.json')) cases.push(readCase(name, await read(name)));
  }
  const bpmn = resources.find(({ name }) => name.endsWith('.bpmn'));
  if (!bpmn) return null;
  const { processes } = await readBpmn(bpmn.content);
  if (processes.length === 0) throw new Error(`${join(folder, bpmn.name)} has no process`);
  const [{ id, name }] = processes;
  return { folder: basename(folder), processDefinitionId: id, name: name ?? id, resources, cases };
}

function readCase(file: string, text: string): SampleCase {
  const value = readJson(text) as Partial<SampleCase>;
  if (typeof value.name !== 'string' || typeof value.variables !== 'object')
    throw new Error(`${file} lacks name or variables`);
  return { name: value.name, variables: value.variables };
}

/** Deploys the samples; a file that has not changed makes no new version. Throws where one is refused. */
export async function deploySamples(runtime: Runtime, samples: readonly Sample[]): Promise<void> {
  for (const { folder, resources } of samples) {
    const result = await runtime.deploy({ resources, actor: 'system' });
    if (!result.ok) {
      const [problem] = result.problems;
      throw new Error(
        `The sample ${folder} is refused: ${problem.resource}, ${problem.elementId ?? 'file'}: ${problem.message}`,
      );
    }
  }
}

/** Puts the samples' files among the drafts, each in a folder of its sample, where that is not there yet. */
export async function addSampleDrafts(runtime: Runtime, samples: readonly Sample[]): Promise<void> {
  const knex = runtime.store.knex;
  const present = new Set((await listModels(knex)).map(({ folder, name }) => `${folder}/${name}`));
  for (const { name: folder, resources } of samples) {
    for (const { name, content } of resources) {
      if (present.has(`${folder}/${name}`)) continue;
      const type: ModelType = extname(name) === '.form' ? 'form' : 'bpmn';
      await createModel(
        knex,
        { name, folder, type, content, message: null },
        { by: 'system', at: Date.now() },
      );
    }
  }
}
