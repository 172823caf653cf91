/** Commands of operators on a running instance: change where its tokens are. */
import type { JsonObject } from '../model/json.js';
import type { Key } from '../model/keys.js';

/** One element instance by its key, or everything at an element by its id. */
export type ElementReference = { readonly elementId: string } | { readonly elementInstanceKey: Key };

/** Variables for an activation: in the scope of this element, or of the process instance (null). */
export interface ScopedVariables {
  readonly scopeId: string | null;
  readonly variables: JsonObject;
}

/** Begins an element. `ancestorKey`: a scope around it to begin it in, where there are several; null finds the one. */
export interface ActivateInstruction {
  readonly elementId: string;
  readonly ancestorKey: Key | null;
  readonly variables: readonly ScopedVariables[];
}

/**
 * In which scope a moved token goes on: the only one there is, the one named, the nearest one around the token, or the
 * scope that the token is in.
 */
export type AncestorChoice =
  | { readonly kind: 'only' }
  | { readonly kind: 'direct'; readonly key: Key }
  | { readonly kind: 'inferred' }
  | { readonly kind: 'source parent' };

/** Begins the target once for each element instance of the source, and ends those. */
export interface MoveInstruction {
  readonly source: ElementReference;
  readonly targetId: string;
  readonly ancestor: AncestorChoice;
  readonly variables: readonly ScopedVariables[];
}

/** Stops a root instance, and everything it called, where it stands. */
export interface SuspendInstance {
  readonly type: 'suspend instance';
  readonly processInstanceKey: Key;
}

/** Lets a suspended root instance go on. */
export interface ResumeInstance {
  readonly type: 'resume instance';
  readonly processInstanceKey: Key;
}

/** Journals in a tree that contents of its rows were erased. */
export interface NoteErasure {
  readonly type: 'note erasure';
  readonly erasureKey: Key;
}

/** Changes where the tokens of a process instance are. Everything is checked before anything is done. */
export interface ModifyInstance {
  readonly type: 'modify instance';
  readonly processInstanceKey: Key;
  readonly activate: readonly ActivateInstruction[];
  readonly move: readonly MoveInstruction[];
  readonly terminate: readonly ElementReference[];
}

/** Which element of the target version takes the place of one of the source version. */
export interface ElementMapping {
  readonly sourceElementId: string;
  readonly targetElementId: string;
}

/** Lets a process instance go on in another version of its process, or in another process. */
export interface MigrateInstance {
  readonly type: 'migrate instance';
  readonly processInstanceKey: Key;
  readonly targetProcessDefinitionKey: Key;
  readonly mappings: readonly ElementMapping[];
}
