/** Reads the resources of a deployment: models, decisions and forms in, problems out. Stores nothing. */
import { createHash } from 'node:crypto';
import {
  MOST_LEVELS,
  evaluateStartEvents,
  inspectJson,
  problemList,
  readBpmn,
  readJson,
} from '@countersign/engine';
import type { Binding, ProcessModel, StartTrigger } from '@countersign/engine';
import type { DeploymentProblem, DeploymentProblemCode, ResourceUpload } from './deployments.js';
import { inSlices } from '../reading/slices.js';
import { readDmnFiles } from './dmn-resources.js';
import { formFaults } from './form-fields.js';
import type { ReadDmnFile } from './dmn-resources.js';

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
  readonly forms: readonly ReadForm[];
  /** What the file is to workers, where it is a resource that tasks link to. */
  readonly generic: readonly ReadForm[];
  /** Null for a file that is no DMN file, or has none in it. */
  readonly dmn: ReadDmnFile | null;
}

/** A form, or a resource that tasks link to, as it names itself. */
export interface ReadForm {
  readonly id: string;
  readonly versionTag: string | null;
}

/** Whether something that a process names was deployed before, in a version that the binding can mean. */
export interface KnownBefore {
  form(formId: string, binding: Binding): boolean;
  resource(resourceId: string, binding: Binding): boolean;
  decision(decisionId: string, binding: Binding): boolean;
}

/** Resources that were read, and every problem in them. */
export interface ReadResources {
  readonly resources: readonly ReadResource[];
  readonly problems: readonly DeploymentProblem[];
}

type Report = (problem: Omit<DeploymentProblem, 'resource' | 'severity'> & { severity?: 'warning' }) => void;

/** Reads every resource; start event timers are reckoned from `now`. */
export async function readResources(
  uploads: readonly ResourceUpload[],
  now: number,
  known: KnownBefore,
): Promise<ReadResources> {
  const problems: DeploymentProblem[] = [];
  const resources: ReadResource[] = [];
  const dmnFiles = await readDmnFiles(
    uploads.filter(({ name }) => extensionOf(name) === 'dmn'),
    problems,
  );
  for (const upload of uploads) {
    const report: Report = (problem) =>
      problems.push({ ...problem, severity: problem.severity ?? 'error', resource: upload.name });
    const dmn = dmnFiles.get(upload.name) ?? null;
    const resource = { ...(await readResource(upload, now, problems, report)), dmn };
    resources.push(resource, ...embeddedIn(resource));
  }
  if (uploads.length === 0) {
    const hint = 'Add at least one .bpmn, .dmn or .form file.';
    problems.push(problem('NOTHING_TO_DEPLOY', '', null, 'The deployment has no files.', hint));
  }
  findUnshowable(resources, problems);
  findDuplicates(resources, problems);
  findMissing(resources, known, problems);
  return { resources, problems };
}

/** The forms that stand in a BPMN file: each becomes a resource of its own, as if it had been deployed beside it. */
function embeddedIn({ name, processes }: ReadResource): ReadResource[] {
  return processes.flatMap(({ model }) =>
    model.embeddedForms.map((form) => ({
      name: `${name}#${form.name}.form`,
      content: form.schema,
      checksum: checksumOf(form.schema),
      processes: [],
      forms: [{ id: form.id, versionTag: null }],
      generic: [],
      dmn: null,
    })),
  );
}

function checksumOf(content: string): string {
  return createHash('sha256').update(content, 'utf8').digest('hex');
}

function extensionOf(name: string): string | undefined {
  return /\.([a-z]+)$/i.exec(name)?.[1].toLowerCase();
}

async function readResource(
  upload: ResourceUpload,
  now: number,
  problems: DeploymentProblem[],
  report: Report,
): Promise<Omit<ReadResource, 'dmn'>> {
  const { name, content } = upload;
  const resource = { name, content, checksum: checksumOf(content), processes: [], forms: [], generic: [] };
  const extension = extensionOf(name);
  if (extension === 'bpmn' || extension === 'xml') {
    return { ...resource, processes: await readProcesses(upload, now, problems) };
  }
  if (extension === 'form') return { ...resource, forms: readForm(content, report, FORM) };
  if (extension === 'rpa' || extension === 'json') {
    return { ...resource, generic: readForm(content, report, RESOURCE) };
  }
  if (extension === 'dmn') return resource;
  report({
    code: 'RESOURCE_TYPE',
    elementId: null,
    message: `"${name}" is neither a BPMN file nor a DMN file, a form or a resource of a task.`,
    hint: 'Files that can be deployed end in .bpmn, .dmn, .form, .rpa or .json.',
  });
  return resource;
}

async function readProcesses(
  { name, content }: ResourceUpload,
  now: number,
  problems: DeploymentProblem[],
): Promise<ReadProcess[]> {
  const reading = await readBpmn(content, { breathe: inSlices() });
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

/** What a file of JSON with an id is called, and the code of its faults. */
interface JsonKind {
  readonly code: DeploymentProblemCode;
  readonly noun: string;
  readonly hint: string;
}

const FORM: JsonKind = { code: 'FORM_INVALID', noun: 'form', hint: 'Export it again from the form editor.' };
const RESOURCE: JsonKind = {
  code: 'RESOURCE_INVALID',
  noun: 'resource',
  hint: 'Write a JSON object with an "id", by which tasks link to it.',
};

/** A JSON object with an id: a form as its editor writes it, or a resource that tasks link to. */
function readForm(content: string, report: Report, { code, noun, hint }: JsonKind): ReadForm[] {
  let form: unknown;
  try {
    form = readJson(content);
  } catch (error) {
    const message = `The ${noun} is not JSON: ${(error as Error).message}.`;
    report({ code, elementId: null, message, hint });
    return [];
  }
  if (inspectJson(form).fault?.kind === 'too deep') {
    const message = `The ${noun} is nested deeper than ${MOST_LEVELS} levels.`;
    report({ code, elementId: null, message, hint });
    return [];
  }
  const fields: { id?: unknown; versionTag?: unknown } =
    form !== null && typeof form === 'object' && !Array.isArray(form) ? form : {};
  const { id, versionTag } = fields;
  if (typeof id === 'string' && id !== '') {
    return [{ id, versionTag: typeof versionTag === 'string' && versionTag !== '' ? versionTag : null }];
  }
  report({
    code,
    elementId: null,
    message: `The ${noun} is not a JSON object with an "id".`,
    hint,
  });
  return [];
}

/** A form with a field that can't be shown would be decided unseen. */
function findUnshowable(resources: readonly ReadResource[], problems: DeploymentProblem[]): void {
  for (const { name, content } of resources.filter(({ forms }) => forms.length > 0)) {
    for (const { field, message, hint, severity } of formFaults(readJson(content)))
      problems.push({ ...problem('FORM_FIELD', name, field, message, hint), severity });
  }
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
            problem(
              code,
              resource.name,
              what === 'processes' || what === 'decisions' ? id : null,
              message,
              'Leave one of them out.',
            ),
          );
        }
        seen.add(id);
      }
    }
  };
  check('RESOURCE_DUPLICATE', 'files', ({ name }) => [name]);
  check('PROCESS_DUPLICATE', 'processes', ({ processes }) => processes.map(({ model }) => model.id));
  check('FORM_DUPLICATE', 'forms', ({ forms }) => forms.map(({ id }) => id));
  check('RESOURCE_ID_DUPLICATE', 'resources', ({ generic }) => generic.map(({ id }) => id));
  check('DECISION_DUPLICATE', 'decisions', ({ dmn }) => dmn?.decisions.map(({ id }) => id) ?? []);
  check('REQUIREMENTS_DUPLICATE', 'DMN files with the id', ({ dmn }) => (dmn ? [dmn.id] : []));
}

/** Something may be deployed later: a warning, since an instance that gets there before is an incident. */
function findMissing(
  resources: readonly ReadResource[],
  known: KnownBefore,
  problems: DeploymentProblem[],
): void {
  const forms = resources.flatMap((resource) => resource.forms);
  const generic = resources.flatMap((resource) => resource.generic);
  const decisions = resources.flatMap(({ dmn }) => dmn?.decisions ?? []);
  for (const { name, processes } of resources) {
    const warn = (code: DeploymentProblemCode, elementId: string, message: string): void => {
      const hint = 'Deploy it together with the process.';
      problems.push({ ...problem(code, name, elementId, message, hint), severity: 'warning' });
    };
    const lacksForm = (formId: string, binding: Binding): boolean =>
      !brings(forms, formId, binding) && !known.form(formId, binding);
    for (const { model } of processes) {
      const { startFormId, startFormBinding, elements } = model;
      if (startFormId === undefined || !lacksForm(startFormId, startFormBinding)) continue;
      const message = `${missing('form', startFormId, startFormBinding)} of the start event is not deployed.`;
      warn('FORM_MISSING', elements[0]?.startEvent?.id ?? model.id, message);
    }
    for (const { id, userTask, calledDecision, job } of processes.flatMap(({ model }) => model.elements)) {
      for (const { resourceId, binding } of job?.linkedResources ?? []) {
        if (brings(generic, resourceId, binding) || known.resource(resourceId, binding)) continue;
        warn(
          'RESOURCE_MISSING',
          id,
          `${missing('resource', resourceId, binding)} of the task is not deployed.`,
        );
      }
      if (userTask?.formId !== undefined) {
        const { formId, formBinding } = userTask;
        if (lacksForm(formId, formBinding))
          warn(
            'FORM_MISSING',
            id,
            `${missing('form', formId, formBinding)} of the user task is not deployed.`,
          );
      }
      const decisionId = calledDecision?.decisionId.fixed;
      if (calledDecision && typeof decisionId === 'string') {
        const { binding } = calledDecision;
        const isThere = brings(decisions, decisionId, binding) || known.decision(decisionId, binding);
        if (!isThere)
          warn(
            'DECISION_MISSING',
            id,
            `${missing('decision', decisionId, binding)} that the task calls is not deployed.`,
          );
      }
    }
  }
}

function brings(
  brought: readonly { readonly id: string; readonly versionTag: string | null }[],
  id: string,
  binding: Binding,
): boolean {
  return brought.some(
    (one) => one.id === id && (binding.kind !== 'versionTag' || one.versionTag === binding.versionTag),
  );
}

function missing(what: string, id: string, binding: Binding): string {
  const tag = binding.kind === 'versionTag' ? ` with the version tag "${binding.versionTag}"` : '';
  return `The ${what} "${id}"${tag}`;
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
