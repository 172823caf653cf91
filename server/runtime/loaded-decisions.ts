/** Decisions in memory: DMN files compiled with what they import, and the versions of the decisions in them. */
import { compileDmn, readDmn } from '@countersign/engine';
import type { CompiledDmn, DecisionDefinition, DmnModel, Key } from '@countersign/engine';
import type { DefinitionRows, StoredDecision, StoredRequirements } from '../store/definition-rows.js';
import type { Versions } from './versions.js';

/** A DMN file in memory. */
export interface LoadedRequirements {
  readonly model: DmnModel;
  readonly imports: readonly LoadedRequirements[];
  /** Its decisions by id. */
  readonly decisions: ReadonlyMap<string, DecisionDefinition>;
}

/** Decisions that can be evaluated without waiting. */
export interface LoadedDecisions {
  byKey(decisionKey: Key): DecisionDefinition | undefined;
  /** Reads a decision's file where it is not in memory; undefined where there is no such decision. */
  load(decisionKey: Key): Promise<DecisionDefinition | undefined>;
  /** Reads a DMN file where it is not in memory; undefined where there is none. */
  loadFile(requirementsKey: Key): Promise<LoadedRequirements | undefined>;
  /** A DMN file in memory. */
  file(requirementsKey: Key): LoadedRequirements | undefined;
  /** Makes a compiled DMN file known, before its deployment is committed. */
  add(requirementsKey: Key, file: NewRequirements): LoadedRequirements;
  /** Forgets one whose deployment was rolled back. */
  remove(requirementsKey: Key): void;
}

/** A DMN file that was compiled. */
export interface NewRequirements {
  readonly model: DmnModel;
  readonly dmn: CompiledDmn;
  readonly imports: readonly LoadedRequirements[];
  readonly decisions: readonly Pick<StoredDecision, 'key' | 'id' | 'name' | 'version'>[];
}

/** None yet; others are read from `rows`, by the versions that are known. */
export function createLoadedDecisions(
  rows: DefinitionRows,
  requirements: Versions<StoredRequirements>,
  decisions: Versions<StoredDecision>,
): LoadedDecisions {
  const files = new Map<Key, LoadedRequirements>();
  const byKey = new Map<Key, DecisionDefinition>();

  const add = (requirementsKey: Key, { model, dmn, imports, decisions: versions }: NewRequirements) => {
    const own = new Map<string, DecisionDefinition>();
    const file: LoadedRequirements = { model, imports, decisions: own };
    for (const { key, id, name, version } of versions) {
      const required = (decisionId: string) => findDecision(file, decisionId);
      const definition = { key, decisionId: id, name, version, requirementsKey, dmn, required };
      own.set(id, definition);
      byKey.set(key, definition);
    }
    files.set(requirementsKey, file);
    return file;
  };

  const loadFile = async (requirementsKey: Key): Promise<LoadedRequirements | undefined> => {
    const known = files.get(requirementsKey);
    const stored = requirements.byKey(requirementsKey);
    if (known || !stored) return known;
    const imports: LoadedRequirements[] = [];
    for (const key of stored.imports) {
      const imported = await loadFile(key);
      if (imported) imports.push(imported);
    }
    const reading = await readDmn(rows.dmnOf(stored.key) ?? '');
    if (!reading.ok)
      throw new Error(`"${stored.id}" version ${stored.version} cannot be read: ${reading.message}`);
    const { model } = reading;
    const { dmn } = compileDmn(model, modelsOf(imports));
    const versions = decisions
      .inDeployment(stored.deploymentKey)
      .filter(({ requirementsKey }) => requirementsKey === stored.key);
    return add(stored.key, { model, dmn, imports, decisions: versions });
  };

  return {
    byKey: (key) => byKey.get(key),
    async load(key) {
      const stored = decisions.byKey(key);
      if (stored) await loadFile(stored.requirementsKey);
      return byKey.get(key);
    },
    loadFile,
    file: (key) => files.get(key),
    add,
    remove(key) {
      for (const decision of files.get(key)?.decisions.values() ?? []) byKey.delete(decision.key);
      files.delete(key);
    },
  };
}

/** A decision of a file or of those it imports. */
function findDecision(file: LoadedRequirements, decisionId: string): DecisionDefinition | undefined {
  const own = file.decisions.get(decisionId);
  if (own) return own;
  for (const imported of file.imports) {
    const found = findDecision(imported, decisionId);
    if (found) return found;
  }
  return undefined;
}

/** The models of files and of all that they import. */
export function modelsOf(files: readonly LoadedRequirements[]): DmnModel[] {
  return files.flatMap((file) => [file.model, ...modelsOf(file.imports)]);
}
