/** Reads a BPMN file: XML in, executable models and problems out. Never throws on bad input. */
import { countCamunda7 } from '../camunda7/count.js';
import type { ProcessModel } from '../model/process-model.js';
import { problemList, type Problem, type ProblemList } from '../rules/problem.js';
import { checkModel } from '../rules/index.js';
import { withPauses, type Breathe, type Pausing, type XmlRefusal } from '../xml/index.js';
import { placeFlows } from './misplaced-flows.js';
import { children, flag, parseXml, type ModdleElement } from './moddle.js';
import { checkPlaces } from './placement.js';
import { readProcess } from './process.js';
import { reportWarning } from './warnings.js';

/** What a BPMN file holds. The models may be run only where no problem has severity `error`. */
export interface BpmnReading {
  readonly processes: readonly ProcessModel[];
  readonly problems: readonly Problem[];
}

/** How a file is read. */
export interface BpmnReadingOptions {
  /** Lets others have their turn while a large file is read. */
  readonly breathe?: Breathe;
  /** A file that was deployed before: what older versions took stays readable. */
  readonly isStored?: boolean;
}

/** Reads all executable processes of a file. Processes not marked executable (`isExecutable`) are left out. */
export async function readBpmn(xml: string, options: BpmnReadingOptions = {}): Promise<BpmnReading> {
  const problems = problemList();
  const work = readProcesses(xml, options.isStored ?? false, problems);
  const processes = await withPauses(work, options.breathe);
  return { processes, problems: problems.problems };
}

function* readProcesses(xml: string, isStored: boolean, problems: ProblemList): Pausing<ProcessModel[]> {
  const reading = yield* parseXml(xml, isStored);
  if (!reading.ok) {
    reportRefusal(reading, problems);
    return [];
  }
  const root = reading.document.rootElement as unknown as ModdleElement;
  const foreign = countCamunda7(xml);
  if (foreign > 0) {
    const message = `The file was made for Camunda 7: ${foreign} of its attributes and extensions have to be mapped before it can run here.`;
    const hint =
      'Import it in Design, or convert it with "countersign convert FILE": both say what is left to decide.';
    problems.error('CAMUNDA_7_FILE', null, message, hint);
    return [];
  }
  for (const warning of reading.document.warnings) reportWarning(warning, problems);
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
  placeFlows(sources);
  const processes: ProcessModel[] = [];
  for (const source of executable) processes.push(yield* readProcess(source, problems));
  const others = children(root, 'rootElements').filter(({ $type }) => $type !== 'bpmn:Process');
  for (const source of [...executable, ...others]) checkPlaces(source, problems);
  for (const model of processes) yield* checkModel(model, problems);
  return processes;
}

function reportRefusal({ reason, isLimit, namespace }: XmlRefusal, problems: ProblemList): void {
  const hint = 'Export it again as BPMN 2.0 XML.';
  if (isLimit) return problems.error('LIMIT_EXCEEDED', null, `The file is beyond a limit: ${reason}.`, hint);
  const message = `The file is not a BPMN document: ${reason}.`;
  if (namespace === null || namespace === BPMN) return problems.error('XML_INVALID', null, message, hint);
  const read = `The namespace of its first element is "${namespace}", and "${BPMN}" is read.`;
  problems.error('XML_INVALID', null, `${message} ${read}`, hint);
}

/** The namespace of BPMN 2.0 (BPMN 2.0.2 §15). */
const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';
