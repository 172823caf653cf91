/** Reads the resources of a deployment: models and forms in, problems out. Stores nothing. */
import { createHash } from 'node:crypto';
import { evaluateStartEvents, problemList, readBpmn } from '@countersign/engine';
import type { ProcessModel, StartTrigger } from '@countersign/engine';
import type { DeploymentProblem, DeploymentProblemCode, ResourceUpload } from './deployments.js';

/** A process found in a resource, with what its start events wait for. */
export interface ReadProcess {
  readonly model: ProcessModel;
  readonly triggers: readonly StartTrigger[];
}

/** A resource and what is in it. */
export interface ReadResource {
  readonly name: string;
  readonly content: string;
  /** SHA-256 of the content in UTF-8, in hexadecimal. */
  readonly checksum: string;
  readonly processes: readonly ReadProcess[];
  readonly formIds: readonly string[];
}

/** Resources that were read, and every problem in them. */
export interface ReadResources {
  readonly resources: readonly ReadResource[];
  readonly problems: readonly DeploymentProblem[];
}

type Report = (problem: Omit<DeploymentProblem, 'resource' | 'severity'> & { severity?: 'warning' }) => void;

/** Reads every resource; start event timers are reckoned from `now`. `hasForm` knows the forms deployed before. */
export async function readResources(
  uploads: readonly ResourceUpload[],
  now: number,
  hasForm: (formId: string) => boolean,
): Promise<ReadResources> {
  const problems: DeploymentProblem[] = [];
  const resources: ReadResource[] = [];
  for (const upload of uploads) {
    const report: Report = (problem) =>
      problems.push({ ...problem, severity: problem.severity ?? 'error', resource: upload.name });
    resources.push(await readResource(upload, now, problems, report));
  }
  if (uploads.length === 0) {
    const hint = 'Add at least one .bpmn or .form file.';
    problems.push(problem('NOTHING_TO_DEPLOY', '', null, 'The deployment has no files.', hint));
  }
  findDuplicates(resources, problems);
  findMissingForms(resources, hasForm, problems);
  return { resources, problems };
}

async function readResource(
  upload: ResourceUpload,
  now: number,
  problems: DeploymentProblem[],
  report: Report,
): Promise<ReadResource> {
  const { name, content } = upload;
  const checksum = createHash('sha256').update(content, 'utf8').digest('hex');
  const resource = { name, content, checksum };
  const extension = /\.([a-z]+)$/i.exec(name)?.[1].toLowerCase();
  if (extension === 'bpmn' || extension === 'xml') {
    return { ...resource, processes: await readProcesses(upload, now, problems), formIds: [] };
  }
  if (extension === 'form') return { ...resource, processes: [], formIds: readForm(content, report) };
  report({
    code: 'RESOURCE_TYPE',
    elementId: null,
    message: `"${name}" is neither a BPMN file nor a form.`,
    hint: 'Files that can be deployed end in .bpmn or .form.',
  });
  return { ...resource, processes: [], formIds: [] };
}

async function readProcesses(
  { name, content }: ResourceUpload,
  now: number,
  problems: DeploymentProblem[],
): Promise<ReadProcess[]> {
  const reading = await readBpmn(content);
  const list = problemList();
  list.problems.push(...reading.problems);
  const isSound = !list.problems.some(({ severity }) => severity === 'error');
  const processes = reading.processes.map((model) => ({
    model,
    triggers: isSound ? evaluateStartEvents(model, now, list) : [],
  }));
  problems.push(...list.problems.map((found) => ({ ...found, resource: name })));
  return processes;
}

/** The id of a form: a JSON object as the form editor writes it. */
function readForm(content: string, report: Report): string[] {
  const hint = 'Export it again from the form editor.';
  let form: unknown;
  try {
    form = JSON.parse(content);
  } catch (error) {
    const message = `The form is not JSON: ${(error as Error).message}.`;
    report({ code: 'FORM_INVALID', elementId: null, message, hint });
    return [];
  }
  const id =
    form !== null && typeof form === 'object' && !Array.isArray(form) ? (form as { id?: unknown }).id : null;
  if (typeof id === 'string' && id !== '') return [id];
  report({
    code: 'FORM_INVALID',
    elementId: null,
    message: 'The form is not a JSON object with an "id".',
    hint,
  });
  return [];
}

function findDuplicates(resources: readonly ReadResource[], problems: DeploymentProblem[]): void {
  const check = (
    code: DeploymentProblemCode,
    what: string,
    idsOf: (resource: ReadResource) => readonly string[],
  ): void => {
    const seen = new Set<string>();
    for (const resource of resources) {
      for (const id of idsOf(resource)) {
        if (seen.has(id)) {
          const message = `The deployment has two ${what} "${id}".`;
          problems.push(
            problem(code, resource.name, what === 'processes' ? id : null, message, 'Leave one of them out.'),
          );
        }
        seen.add(id);
      }
    }
  };
  check('RESOURCE_DUPLICATE', 'files', ({ name }) => [name]);
  check('PROCESS_DUPLICATE', 'processes', ({ processes }) => processes.map(({ model }) => model.id));
  check('FORM_DUPLICATE', 'forms', ({ formIds }) => formIds);
}

/** A form may be deployed later: a warning, since an instance that gets there before is an incident. */
function findMissingForms(
  resources: readonly ReadResource[],
  hasForm: (formId: string) => boolean,
  problems: DeploymentProblem[],
): void {
  const brought = new Set(resources.flatMap(({ formIds }) => formIds));
  for (const { name, processes } of resources) {
    for (const { model } of processes) {
      for (const { id, userTask } of model.elements) {
        const formId = userTask?.formId;
        if (formId === undefined || brought.has(formId) || hasForm(formId)) continue;
        const message = `The form "${formId}" of the user task is not deployed.`;
        const hint = 'Deploy it together with the process.';
        problems.push({ ...problem('FORM_MISSING', name, id, message, hint), severity: 'warning' });
      }
    }
  }
}

function problem(
  code: DeploymentProblemCode,
  resource: string,
  elementId: string | null,
  message: string,
  hint: string,
): DeploymentProblem {
  return { code, resource, elementId, message, hint, severity: 'error' };
}
