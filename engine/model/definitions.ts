/** Deployed definitions, as the kernel sees them: looked up by key, or by id where the model names one. */
import type { Key } from './keys.js';
import type { ProcessModel } from './process-model.js';

/** A version of a process that instances can run. */
export interface ProcessDefinition {
  readonly key: Key;
  readonly processId: string;
  readonly version: number;
  readonly model: ProcessModel;
}

/** Where a step looks definitions up. Answers from memory: a step does no I/O. */
export interface DefinitionSource {
  byKey(key: Key): ProcessDefinition | undefined;
  latest(processId: string): ProcessDefinition | undefined;
  /** The key of the latest version of a form. */
  latestForm(formId: string): Key | undefined;
}
