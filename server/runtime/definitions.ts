/**
 * Definitions in memory. Models of the latest versions and of every version with active instances are read
 * at start, so that a step never has to wait for one; others when they are asked for.
 */
import { readBpmn } from '@countersign/engine';
import type { Key, ProcessDefinition } from '@countersign/engine';
import type { DefinitionRows, StoredDefinition, StoredForm } from '../store/definition-rows.js';
import type { Definitions } from './runtime.js';

/** Definitions, and what a deployment needs of them. */
export interface DefinitionRegistry extends Definitions {
  /** The latest version of a process as it was deployed, without its model. */
  latestStored(processId: string): StoredDefinition | undefined;
  /** The latest version of a form as it was deployed. */
  latestStoredForm(formId: string): StoredForm | undefined;
  /** Makes a model known by its key, before it is the latest. */
  add(definition: ProcessDefinition): void;
  /** Forgets a model whose deployment was rolled back. */
  remove(key: Key): void;
  /** Makes versions the latest ones, after their deployment is committed. */
  promote(definitions: readonly StoredDefinition[], forms: readonly StoredForm[]): void;
}

/** Reads what is deployed. Throws where a stored model cannot be read any more. */
export async function openDefinitions(rows: DefinitionRows): Promise<DefinitionRegistry> {
  const loaded = new Map<Key, ProcessDefinition>();
  const stored = new Map<Key, StoredDefinition>();
  const versions = new Map<string, Map<number, Key>>();
  const latest = new Map<string, StoredDefinition>();
  const latestForms = new Map<string, StoredForm>();

  const promote = (definitions: readonly StoredDefinition[], forms: readonly StoredForm[]): void => {
    for (const definition of definitions) {
      stored.set(definition.key, definition);
      const known = versions.get(definition.processId) ?? new Map<number, Key>();
      versions.set(definition.processId, known.set(definition.version, definition.key));
      const before = latest.get(definition.processId);
      if (!before || before.version < definition.version) latest.set(definition.processId, definition);
    }
    for (const form of forms) {
      const before = latestForms.get(form.formId);
      if (!before || before.version < form.version) latestForms.set(form.formId, form);
    }
  };

  const load = async (key: Key): Promise<ProcessDefinition | undefined> => {
    const known = loaded.get(key);
    if (known) return known;
    const { processId, version } = stored.get(key) ?? {};
    const xml = rows.xmlOf(key);
    if (processId === undefined || version === undefined || xml === undefined) return undefined;
    const model = (await readBpmn(xml)).processes.find(({ id }) => id === processId);
    if (!model)
      throw new Error(`Process "${processId}" version ${version} cannot be read from its stored resource`);
    const definition = { key, processId, version, model };
    loaded.set(key, definition);
    return definition;
  };

  promote(rows.definitions(), rows.forms());
  for (const { key, processId } of stored.values()) {
    if (latest.get(processId)?.key === key || rows.hasActiveInstances(key)) await load(key);
  }

  return {
    byKey: (key) => loaded.get(key),
    latest(processId) {
      const key = latest.get(processId)?.key;
      return key === undefined ? undefined : loaded.get(key);
    },
    latestForm: (formId) => latestForms.get(formId)?.key,
    load,
    keyOf: (processId, version) => versions.get(processId)?.get(version),
    latestStored: (processId) => latest.get(processId),
    latestStoredForm: (formId) => latestForms.get(formId),
    add: (definition) => void loaded.set(definition.key, definition),
    remove: (key) => void loaded.delete(key),
    promote,
  };
}
