/** Deployed definitions, as the kernel sees them: looked up by key, or by id where the model names one. */
import type { Key } from './keys.js';
import type { CompiledDmn } from '../dmn/index.js';
import type { Binding, ProcessModel } from './process-model.js';

/** A version of a process that instances can run. */
export interface ProcessDefinition {
  readonly key: Key;
  readonly processId: string;
  readonly version: number;
  /** The deployment that brought this version. */
  readonly deploymentKey: Key;
  readonly model: ProcessModel;
}

/** A version of a decision that can be evaluated. */
export interface DecisionDefinition {
  readonly key: Key;
  readonly decisionId: string;
  readonly name: string;
  readonly version: number;
  readonly requirementsKey: Key;
  readonly dmn: CompiledDmn;
  /** The version of a decision that evaluating this one uses: itself, or one that it requires. */
  required(decisionId: string): { readonly key: Key; readonly version: number } | undefined;
}

/** Where a step looks definitions up. Answers from memory: a step does no I/O. */
export interface DefinitionSource {
  byKey(key: Key): ProcessDefinition | undefined;
  /** The version that a binding means; `deploymentKey` is that of the process which asks. */
  process(processId: string, binding: Binding, deploymentKey: Key): ProcessDefinition | undefined;
  decision(decisionId: string, binding: Binding, deploymentKey: Key): DecisionDefinition | undefined;
  /** The key of the version of a form that a binding means. */
  form(formId: string, binding: Binding, deploymentKey: Key): Key | undefined;
  /** The key of the version of a file that means something to workers only. */
  resource(resourceId: string, binding: Binding, deploymentKey: Key): Key | undefined;
}
