/** Reads a BPMN file: XML in, executable models and problems out. Never throws on bad input. */
import { countCamunda7 } from '../camunda7/count.js';
import type { ProcessModel } from '../model/process-model.js';
import { problemList, type Problem, type ProblemList } from '../rules/problem.js';
import { checkModel } from '../rules/index.js';
import { children, flag, parseXml, type ModdleWarning } from './moddle.js';
import { checkPlaces } from './placement.js';
import { FAULT_LIMIT, lookAt } from './preflight.js';
import { readProcess } from './process.js';

/** What a BPMN file holds. The models may be run only where no problem has severity `error`. */
export interface BpmnReading {
  readonly processes: readonly ProcessModel[];
  readonly problems: readonly Problem[];
}

/** Reads all executable processes of a file. Processes not marked executable (`isExecutable`) are left out. */
export async function readBpmn(xml: string): Promise<BpmnReading> {
  const problems = problemList();
  const { hasTooManyFaults, hasMoreBehind } = lookAt(xml);
  if (hasTooManyFaults) {
    const message = `The file has more than ${FAULT_LIMIT} unknown elements, repeated ids or malformed tags.`;
    problems.error('LIMIT_EXCEEDED', null, message, 'Export it again as BPMN 2.0 XML.');
    return { processes: [], problems: problems.problems };
  }
  if (hasMoreBehind) {
    const message = 'The file goes on behind the end of its document.';
    problems.error('XML_INVALID', null, message, 'Keep one document in the file: remove what follows it.');
    return { processes: [], problems: problems.problems };
  }
  const { root, warnings, error } = await parseXml(xml);
  if (!root) {
    const message = `The file is not a BPMN document: ${onOneLine(error ?? '')}.`;
    problems.error('XML_INVALID', null, message, 'Export it again as BPMN 2.0 XML.');
    return { processes: [], problems: problems.problems };
  }
  const foreign = await countCamunda7(xml);
  if (foreign > 0) {
    const message = `The file was made for Camunda 7: ${foreign} of its attributes and extensions have to be mapped before it can run here.`;
    const hint =
      'Import it in Design, or convert it with "countersign convert FILE": both say what is left to decide.';
    problems.error('CAMUNDA_7_FILE', null, message, hint);
    return { processes: [], problems: problems.problems };
  }
  for (const warning of warnings) reportWarning(warning, problems);
  const sources = children(root, 'rootElements').filter(({ $type }) => $type === 'bpmn:Process');
  const executable = sources.filter((source) => flag(source, 'isExecutable') === true);
  if (executable.length === 0) {
    problems.error(
      'NO_EXECUTABLE_PROCESS',
      sources[0]?.id ?? null,
      sources.length === 0 ? 'The file has no process.' : 'No process in the file is marked executable.',
      'Mark the process to run as executable.',
    );
  }
  const processes = executable.map((source) => readProcess(source, problems));
  const others = children(root, 'rootElements').filter(({ $type }) => $type !== 'bpmn:Process');
  for (const source of [...executable, ...others]) checkPlaces(source, problems);
  for (const model of processes) checkModel(model, problems);
  return { processes, problems: problems.problems };
}

/**
 * Content the parser did not know, and broken references. Those of the diagram change nothing about the run,
 * and files that have them are common; foreign namespaces are allowed by BPMN 2.0.2 §8.3.3.
 */
function reportWarning(warning: ModdleWarning, problems: ProblemList): void {
  const message = onOneLine(warning.message);
  if (warning.element) {
    if (/^(bpmndi|dc|di):/.test(warning.element.$type)) return;
    const id = warning.element.id ?? null;
    if (message.startsWith('unknown attribute')) {
      return problems.warn('XML_CONTENT', id, `${message}: it has no effect.`, 'Remove or correct it.');
    }
    const what = `The ${warning.property?.replace(/^\w+:/, '') ?? 'reference'} "${String(warning.value)}"`;
    return problems.error('REFERENCE_BROKEN', id, `${what} is not in the file.`, 'Correct or remove it.');
  }
  const name = /(?:unknown type|unrecognized element) <([^>]+)>/.exec(message)?.[1];
  const inBpmn = name === undefined ? /duplicate ID|illegal ID/i.test(message) : /^(bpmn|zeebe):/i.test(name);
  if (inBpmn) problems.error('XML_CONTENT', null, `${message}.`, 'Remove or correct it.');
}

/** The parser counts lines and columns from 0; people count from 1. */
function onOneLine(message: string): string {
  return message
    .replace(/\s+/g, ' ')
    .replace(
      /line: (\d+) column: (\d+)/,
      (_, line, column) => `at line ${Number(line) + 1}, column ${Number(column) + 1}`,
    )
    .replace('nested error: ', '— ')
    .trim();
}
