/**
 * Whether the inbox can show a form: its fields are of types that it has (form-js, schema version 19), and no two of
 * them stand for the same value. A form that can't be shown is refused when it is deployed, and nobody signs it.
 */

/** What keeps a form from being shown, or a part of it. `field` is its id, where it has one. */
export interface FormFault {
  readonly field: string | null;
  readonly message: string;
  readonly hint: string;
  readonly severity: 'error' | 'warning';
}

/** How a type of fields takes part in the data: a value under its key, a place for others under its path, or neither. */
type Part = 'value' | 'group' | 'list' | 'none';

const TYPES: Readonly<Record<string, Part>> = {
  textfield: 'value',
  textarea: 'value',
  number: 'value',
  datetime: 'value',
  expression: 'value',
  checkbox: 'value',
  checklist: 'value',
  radio: 'value',
  select: 'value',
  taglist: 'value',
  group: 'group',
  dynamiclist: 'list',
  text: 'none',
  html: 'none',
  image: 'none',
  table: 'none',
  spacer: 'none',
  separator: 'none',
  button: 'none',
};

/** Types that the form editor has and that can't be shown, each with why. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  filepicker: 'there are no documents yet that it could take files into',
  documentPreview: 'there are no documents yet that it could show',
  iframe: 'the page that shows forms lets no page of another address in',
};

const HINT = `Take the field away, or use one of: ${Object.keys(TYPES).join(', ')}.`;

type Fields = Readonly<Record<string, unknown>>;

/** A place in the data that fields have claimed. */
interface Place {
  readonly children: Map<string, Place>;
  /** The field whose value stands here. */
  value?: string;
  /** The list whose items stand here. */
  list?: string;
}

/** What keeps a form, as parsed JSON, from being shown. */
export function formFaults(form: unknown): FormFault[] {
  const faults: FormFault[] = [];
  const ids = new Set<string>();
  const add = (field: Fields, message: string, hint: string, severity: FormFault['severity'] = 'error') =>
    faults.push({ field: typeof field.id === 'string' ? field.id : null, message, hint, severity });

  const visit = (parent: Fields, place: Place): void => {
    const { components = [] } = parent;
    if (!Array.isArray(components)) {
      const message = `The components of ${nameOf(parent)} are no list.`;
      add(parent, message, 'Export the form again from the form editor.');
      return;
    }
    for (const field of components as unknown[]) {
      if (isFields(field)) check(field, place);
      else add(parent, `A component of ${nameOf(parent)} is no object.`, 'Export the form again.');
    }
  };

  const check = (field: Fields, place: Place): void => {
    const { id, type } = field;
    if (typeof id === 'string' && ids.has(id))
      add(field, `Two fields of the form have the id "${id}".`, 'Give one of them another id.');
    if (typeof id === 'string') ids.add(id);
    const part = typeof type === 'string' && Object.hasOwn(TYPES, type) ? TYPES[type] : null;
    if (part === null) {
      const why = typeof type === 'string' && Object.hasOwn(NOT_SHOWN, type) ? `: ${NOT_SHOWN[type]}` : '';
      add(
        field,
        `${capital(nameOf(field))} is of the type "${String(type)}", which can't be shown${why}.`,
        HINT,
      );
      return;
    }
    if (type === 'image' && typeof field.source === 'string' && /^https?:/i.test(field.source)) {
      const message = `The picture of ${nameOf(field)} is at another address, which the page that shows forms never asks.`;
      add(field, message, 'Write the picture itself as a "data:" address.', 'warning');
    }
    const own = claim(field, part, place);
    if (field.components !== undefined) visit(field, own);
  };

  /** The place of a field, claimed for it; a fault where another field has it. */
  const claim = (field: Fields, part: Part, from: Place): Place => {
    const written = part === 'value' ? field.key : part === 'none' ? undefined : field.path;
    if (typeof written !== 'string' || written === '') return part === 'list' ? emptyPlace() : from;
    let place = from;
    let taken: string | undefined;
    for (const segment of written.split('.')) {
      let next = place.children.get(segment);
      if (!next) place.children.set(segment, (next = emptyPlace()));
      place = next;
      taken ??= place.value ?? place.list;
    }
    if (part !== 'group' && place.children.size > 0) taken ??= 'others';
    if (taken !== undefined) {
      const message = `${capital(nameOf(field))} and ${taken} stand for the same value "${written}".`;
      add(field, message, 'Give one of them another key or path.');
    }
    if (part === 'value') place.value ??= nameOf(field);
    if (part !== 'list') return place;
    place.list ??= nameOf(field);
    // Within the list its own fields claim what is theirs.
    return emptyPlace();
  };

  if (isFields(form)) visit(form, emptyPlace());
  return faults;
}

function emptyPlace(): Place {
  return { children: new Map() };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field as it is called in a sentence. */
function nameOf({ label, dateLabel, key, id, type }: Fields): string {
  if (type === 'default') return 'the form';
  const name = [label, dateLabel, key, id].find((one) => typeof one === 'string' && one !== '');
  return typeof name === 'string' ? `the field "${name}"` : 'a field';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
