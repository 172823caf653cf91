/** Forms whose fields were written in the diagram (`camunda:formData`), as files of the form editor. */
import { elementOf, elementsOf, textOf, type TreeElement } from './tree.js';

/** A form as a file beside the converted diagram. */
export interface ConvertedForm {
  readonly name: string;
  /** JSON as the form editor writes it. */
  readonly content: string;
}

/** A field of a form, as the form editor has it. */
export type FormComponent = Readonly<Record<string, unknown>>;

/** A field, and what of it a person has to look at. */
export interface ConvertedField {
  /** Undefined where the field cannot stand in a form. */
  readonly component: FormComponent | undefined;
  readonly left: readonly string[];
}

const KEY = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** The id of the form that an element gets: element ids are unique in a file, and process ids among files. */
export function generatedFormId(target: TreeElement): string {
  let process: TreeElement | undefined = target;
  while (process && process.$type !== 'bpmn:Process') process = process.$parent;
  return [process?.id, target.id].filter((id) => id !== undefined).join('-');
}

/** A form of these fields. */
export function writeForm(id: string, components: readonly FormComponent[]): ConvertedForm {
  const form = {
    type: 'default',
    id,
    schemaVersion: 19,
    executionPlatform: 'Camunda Cloud',
    executionPlatformVersion: '8.9.0',
    components: components.map((component, index) => ({ ...component, id: `Field_${String(index + 1)}` })),
  };
  // The name is a file's, and the ids come from whoever wrote the diagram.
  const name = `${id.replace(/[^\p{L}\p{N}_-]+/gu, '_')}.form`;
  return { name, content: `${JSON.stringify(form, null, 2)}\n` };
}

/** The field of a `camunda:formField` or `camunda:formProperty`. */
export function convertField(field: TreeElement): ConvertedField {
  const key = textOf(field, 'id');
  if (!KEY.test(key)) {
    const left = [`The key "${key}" is no name of a variable, so the field is not in the form.`];
    return { component: undefined, left };
  }
  const left: string[] = [];
  const type = textOf(field, 'type') || 'string';
  const label = textOf(field, 'label') || textOf(field, 'name') || key;
  const validate = constraints(field, left);
  const isReadOnly = textOf(field, 'writable') === 'false' || validate.readonly === true;
  const { readonly: _readonly, ...rules } = validate;
  const component: FormComponent = {
    ...typed(field, type, label, left),
    key,
    ...initial(field, type, left),
    ...(isReadOnly && { readonly: true }),
    ...(Object.keys(rules).length > 0 && { validate: rules }),
  };
  if (textOf(field, 'readable') === 'false') left.push('The field was not to be read, only written.');
  for (const name of ['variable', 'expression']) {
    const value = textOf(field, name);
    if (value) left.push(`The field stood for "${value}"; here it stands for the variable "${key}".`);
  }
  return { component, left };
}

/** What the type of a field makes of it. */
function typed(field: TreeElement, type: string, label: string, left: string[]): FormComponent {
  switch (type) {
    case 'long':
    case 'integer':
      return { type: 'number', label, decimalDigits: 0 };
    case 'double':
      return { type: 'number', label };
    case 'boolean':
      return { type: 'checkbox', label };
    case 'date':
      left.push('A date is a text such as 2030-01-31 here, whatever its pattern was.');
      return { type: 'datetime', label: null, subtype: 'date', dateLabel: label };
    case 'enum': {
      const values = elementsOf(field, 'values').map((value) => ({
        label: textOf(value, 'name') || textOf(value, 'id'),
        value: textOf(value, 'id'),
      }));
      return { type: 'select', label, values };
    }
    case 'string':
      return { type: 'textfield', label };
    default:
      left.push(`There is no type "${type}" of fields here: it is a text.`);
      return { type: 'textfield', label };
  }
}

/** The value that stands in a field before anybody wrote; a variable of the same name comes first. */
function initial(field: TreeElement, type: string, left: string[]): FormComponent {
  const value = textOf(field, 'defaultValue') || textOf(field, 'default');
  if (value === '') return {};
  if (/[$#]\{/.test(value)) {
    left.push(`What stands in it at first, "${value}", is computed: set a variable of its name before.`);
    return {};
  }
  if (type === 'boolean') return { defaultValue: value === 'true' };
  const number = Number(value);
  if (/^(?:long|integer|double)$/.test(type)) return Number.isFinite(number) ? { defaultValue: number } : {};
  return { defaultValue: value };
}

const NUMBERS: Readonly<Record<string, string>> = {
  minlength: 'minLength',
  maxlength: 'maxLength',
  min: 'min',
  max: 'max',
};

/** The constraints of a field, `readonly` among them. */
function constraints(field: TreeElement, left: string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  if (textOf(field, 'required') === 'true') found.required = true;
  for (const constraint of elementsOf(elementOf(field, 'validation'), 'constraints')) {
    const name = textOf(constraint, 'name');
    const config = textOf(constraint, 'config');
    const rule = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
    if (name === 'required' || name === 'readonly') {
      if (config !== 'false') found[name] = true;
    } else if (rule !== undefined && Number.isFinite(Number(config))) found[rule] = Number(config);
    else left.push(`The constraint "${name} ${config}" has to be checked elsewhere.`);
  }
  return found;
}
