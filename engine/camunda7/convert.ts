/** Turns a file of Camunda 7 into one of the zeebe dialect, and reports every thing that was found on the way. */
import { evaluateStartEvents } from '../behaviors/start-triggers.js';
import { readBpmn } from '../read/bpmn.js';
import { problemList } from '../rules/problem.js';
import { collectChanges } from './changes.js';
import { findingsOf, type KeyedFinding } from './findings.js';
import type { ConvertedForm } from './generated-form.js';
import { convertPlain } from './plain-bpmn.js';
import { convertReferences } from './references.js';
import type { ConversionEntry } from './report.js';
import type { Answer, Changes } from './rule.js';
import { RULES } from './table.js';
import { parseTree, textOf, walk, writeTree, type TreeElement } from './tree.js';

/** A converted file and its report. */
export interface Conversion {
  readonly ok: true;
  /** The file in the zeebe dialect. Deployment accepts it when the report has nothing to decide. */
  readonly xml: string;
  /** Forms that stood in the diagram, as files to deploy with it. */
  readonly forms: readonly ConvertedForm[];
  readonly report: readonly ConversionEntry[];
}

/** A file that is no BPMN, with the reason. */
export interface ConversionRefusal {
  readonly ok: false;
  readonly reason: string;
}

/** Versions of the dialect that modelling tools read from the file. */
const PLATFORM = {
  'modeler:executionPlatform': 'Camunda Cloud',
  'modeler:executionPlatformVersion': '8.9.0',
};

/**
 * Converts a file with the extensions of Camunda 7. The diagram stays as it is. Where the result would be refused
 * at deployment, the report has an entry to decide for it, so that nothing to decide means it can be deployed.
 */
export async function convertCamunda7(xml: string): Promise<Conversion | ConversionRefusal> {
  const { root, warnings, error } = parseTree(xml);
  if (!root) return { ok: false, reason: `The file is not a BPMN document: ${error}.` };
  const report = convertReferences(root, warnings);
  const elements = [...walk(root)].filter(({ $type }) => !$type.startsWith('camunda:'));
  const changes = collectChanges();
  for (const element of elements) {
    for (const { target, ...answer } of convertPlain(element, changes))
      report.push(entryOf(target, answer.found, '', answer));
    for (const found of findingsOf(element)) report.push(...answersTo(found, changes));
  }
  changes.apply(elements);
  if (root.$attrs && 'modeler:executionPlatform' in root.$attrs) Object.assign(root.$attrs, PLATFORM);
  const converted = await writeTree(root);
  if (converted === null) {
    const reason =
      'Some of its names belong to no namespace that can be written again. Declare every prefix at the top, once.';
    return { ok: false, reason };
  }
  report.push(...(await whatDeploymentRefuses(converted, report)));
  return { ok: true, xml: converted, forms: changes.forms(), report };
}

function answersTo({ key, finding }: KeyedFinding, changes: Changes): ConversionEntry[] {
  const known = key === '' ? undefined : RULES[key];
  const answer = known?.convert?.(finding, changes) ?? (known ? [] : unknown(finding.content !== undefined));
  const answers: readonly Answer[] = Array.isArray(answer)
    ? (answer as readonly Answer[])
    : [answer as Answer];
  return answers.map((one) => entryOf(finding.target, finding.found, finding.value, one));
}

/** Something in the namespace of Camunda 7 that its schema has no word for. */
function unknown(isElement: boolean): Answer {
  const message = `Camunda 7 has no ${isElement ? 'extension element' : 'attribute'} of this name, so that it had no effect there either.`;
  return { outcome: 'none', message };
}

function entryOf(target: TreeElement, found: string, value: string, answer: Answer): ConversionEntry {
  return {
    outcome: answer.outcome,
    elementId: target.id ?? null,
    elementName: textOf(target, 'name') || null,
    found: answer.found ?? found,
    value: answer.value ?? value,
    becomes: answer.becomes ?? '',
    message: answer.message,
    suggestion: answer.suggestion ?? '',
  };
}

/** What stands in the way of deploying the result, other than what is to be decided anyway. */
async function whatDeploymentRefuses(
  xml: string,
  report: readonly ConversionEntry[],
): Promise<ConversionEntry[]> {
  const { processes, problems: found } = await readBpmn(xml);
  const triggers = problemList();
  // The moment does not matter: only what cannot be evaluated without variables is of interest.
  if (!found.some(({ severity }) => severity === 'error')) {
    for (const model of processes) evaluateStartEvents(model, 0, triggers);
  }
  const problems = [...found, ...triggers.problems];
  const known = new Set(
    report.filter(({ outcome }) => outcome === 'decide').map(({ elementId }) => elementId),
  );
  return problems
    .filter(
      ({ severity, elementId }) => severity === 'error' && (elementId === null || !known.has(elementId)),
    )
    .map(({ code, elementId, message, hint }) => ({
      outcome: 'decide',
      elementId,
      elementName: report.find((entry) => entry.elementId === elementId)?.elementName ?? null,
      found: code,
      value: '',
      becomes: '',
      message: `Deployment would refuse the file: ${message}`,
      suggestion: hint,
    }));
}
