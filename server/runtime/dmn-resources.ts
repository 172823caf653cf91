/** Reads the DMN files of a deployment: models in, compiled decisions and problems out. */
import { compileDmn, readDmn, writeJson } from '@countersign/engine';
import type { CompiledDmn, Decision, DmnModel, DmnProblem } from '@countersign/engine';
import type { DeploymentProblem } from './deployments.js';

/** A DMN file. */
export interface ReadDmnFile {
  readonly model: DmnModel;
  readonly dmn: CompiledDmn;
  /** The id of the file as decision requirements: that of its definitions. */
  readonly id: string;
  readonly name: string;
  readonly decisions: readonly Decision[];
  /** Names of the files of the deployment that it imports. */
  readonly imports: readonly string[];
}

interface Source {
  readonly name: string;
  readonly content: string;
}

/** Ids as the API takes them: a letter or an underscore first, then also digits, hyphens and dots. */
const ID = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

/** Reads DMN files, by name; what cannot be run is reported. They may import each other. */
export async function readDmnFiles(
  sources: readonly Source[],
  problems: DeploymentProblem[],
): Promise<ReadonlyMap<string, ReadDmnFile>> {
  const models = new Map<string, DmnModel>();
  for (const { name, content } of sources) {
    const reading = await readDmn(content);
    if (reading.ok) models.set(name, reading.model);
    else {
      const message = `The file is not a DMN document: ${onOneLine(reading.message)}.`;
      problems.push(problem('DMN_INVALID', name, null, message, 'Export it again as DMN XML.'));
    }
  }
  const imports = importsOf(models, problems);
  const files = new Map<string, ReadDmnFile>();
  const reported = new Set<string>();
  for (const [name, model] of models) {
    if (isCircular(name, imports)) {
      const message = 'The file imports itself, directly or by way of another file.';
      problems.push(problem('DMN_IMPORT', name, null, message, 'Take one of the imports out.'));
      continue;
    }
    const { dmn, problems: found } = compileDmn(model, [...models.values()]);
    for (const each of found) {
      const text = writeJson([each.elementId, each.message, each.text]);
      if (!reported.has(text)) problems.push(asProblem(each, name));
      reported.add(text);
    }
    const decisions = model.elements.filter((element) => element.kind === 'decision');
    checkIds(decisions, name, problems);
    const id = model.id || model.name || name;
    files.set(name, { model, dmn, id, name: model.name || id, decisions, imports: imports.get(name) ?? [] });
  }
  return files;
}

/** Which file imports which, by name. What a file imports has to be deployed together with it. */
function importsOf(
  models: ReadonlyMap<string, DmnModel>,
  problems: DeploymentProblem[],
): Map<string, string[]> {
  const imports = new Map<string, string[]>();
  for (const [name, model] of models) {
    const names: string[] = [];
    for (const { namespace } of model.imports) {
      const found = [...models].find(([, other]) => other.namespace === namespace);
      if (found) names.push(found[0]);
      else {
        const message = `The namespace "${namespace}" that the file imports is in no file of the deployment.`;
        const hint = 'Deploy the imported file together with this one.';
        problems.push(problem('DMN_IMPORT', name, null, message, hint));
      }
    }
    imports.set(name, names);
  }
  return imports;
}

/** Whether a file imports itself, or one that does: neither can be compiled. */
function isCircular(name: string, imports: ReadonlyMap<string, readonly string[]>): boolean {
  return [name, ...reachable(name, imports)].some((one) => reachable(one, imports).has(one));
}

function reachable(name: string, imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  const next = [...(imports.get(name) ?? [])];
  for (let one = next.pop(); one !== undefined; one = next.pop()) {
    if (!seen.has(one)) next.push(...(imports.get(one) ?? []));
    seen.add(one);
  }
  return seen;
}

function checkIds(decisions: readonly Decision[], name: string, problems: DeploymentProblem[]): void {
  if (decisions.length === 0) {
    const hint = 'Draw a decision, or leave the file out where no other file imports it.';
    const nothing = problem('NO_DECISION', name, null, 'The file has no decision.', hint);
    problems.push({ ...nothing, severity: 'warning' });
  }
  for (const { id } of decisions) {
    if (ID.test(id)) continue;
    const message = `The id "${id}" of a decision has characters that an id cannot have.`;
    const hint = 'Begin it with a letter, and use letters, digits, "_", "-" and "." alone.';
    problems.push(problem('DECISION_ID', name, id, message, hint));
  }
}

/** A problem of the compiler. One with a position is in a FEEL text. */
function asProblem(
  { elementId, message, text, line, column }: DmnProblem,
  resource: string,
): DeploymentProblem {
  if (line === null || text === null) {
    return problem('DECISION_INVALID', resource, elementId, sentence(message), 'Correct the decision.');
  }
  const place = `In "${text}" at line ${line}, column ${column ?? 1}`;
  return problem(
    'FEEL_SYNTAX',
    resource,
    elementId,
    sentence(`${place}: ${message}`),
    'Correct the expression.',
  );
}

function sentence(text: string): string {
  const line = onOneLine(text);
  return line.endsWith('.') ? line : `${line}.`;
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function problem(
  code: DeploymentProblem['code'],
  resource: string,
  elementId: string | null,
  message: string,
  hint: string,
): DeploymentProblem {
  return { code, resource, elementId, message, hint, severity: 'error' };
}
