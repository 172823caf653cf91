/** Reads which form an element shows: a deployed one by its id, one embedded in the file, or one of another application. */
import { readJson } from '../model/exact-json.js';
import type { Binding, EmbeddedForm } from '../model/process-model.js';
import type { ProblemList } from '../rules/problem.js';
import { readBinding } from './binding.js';
import { extension, extensions, text, type ModdleElement } from './moddle.js';

/** How a form key names a form that stands in the same process (`zeebe:userTaskForm`). */
const EMBEDDED = /^camunda-forms:bpmn:(.+)$/;

/** What an element says about its form. `key` is a form key that names no embedded form. */
export interface FormReading {
  readonly formId: string | undefined;
  readonly binding: Binding;
  readonly external: string | undefined;
}

/** The id under which an embedded form is deployed: two processes may use the same id for different forms. */
export function embeddedFormId(processId: string, id: string): string {
  return `${processId}/${id}`;
}

/** Reads `zeebe:formDefinition`; undefined where the element has none. */
export function readForm(source: ModdleElement, id: string, problems: ProblemList): FormReading | undefined {
  const form = extension(source, 'zeebe:FormDefinition');
  if (!form) return undefined;
  const [formId, formKey, external] = ['formId', 'formKey', 'externalReference'].map((name) =>
    text(form, name),
  );
  if ([formId, formKey, external].filter((named) => named !== undefined).length > 1) {
    const message = 'The element names several forms.';
    problems.error('VALUE_INVALID', id, message, 'Keep one: a form id, a form key or an external reference.');
  }
  const embedded = EMBEDDED.exec(formKey ?? '')?.[1];
  if (embedded === undefined) {
    return { formId, binding: readBinding(form, id, problems), external: external ?? formKey };
  }
  const process = processOf(source);
  if (!formsIn(process).some((one) => one.id === embedded)) {
    const message = `The form "${embedded}" is not in the process.`;
    problems.error('REFERENCE_BROKEN', id, message, 'Embed it again, or link a deployed form by its id.');
  }
  return {
    formId: embeddedFormId(process?.id ?? '', embedded),
    binding: { kind: 'deployment' },
    external: undefined,
  };
}

/** Reads the forms that stand in a process. */
export function readEmbeddedForms(process: ModdleElement, problems: ProblemList): EmbeddedForm[] {
  const forms: EmbeddedForm[] = [];
  for (const { id = '', body } of formsIn(process)) {
    const schema = typeof body === 'string' ? body.trim() : '';
    if (id !== '' && isJsonObject(schema)) {
      forms.push({ id: embeddedFormId(process.id ?? '', id), name: id, schema });
      continue;
    }
    const message = `The embedded form "${id}" has no id or is not a JSON object.`;
    problems.error('VALUE_INVALID', process.id ?? null, message, 'Copy it from the form editor again.');
  }
  return forms;
}

function formsIn(process: ModdleElement | undefined): readonly ModdleElement[] {
  return extensions(process).filter(({ $type }) => $type === 'zeebe:UserTaskForm');
}

function processOf(source: ModdleElement): ModdleElement | undefined {
  let found: ModdleElement | undefined = source;
  while (found && found.$type !== 'bpmn:Process') found = found.$parent;
  return found;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = readJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
