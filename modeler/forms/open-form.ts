/**
 * A form on the page: filled with data and with what was typed before, watched, and read when it is sent. What is read
 * is what the person changed, merged into what was there (see merge.ts), computed from what is sent.
 */
import { Form } from '@bpmn-io/form-js-viewer';
import { EngineExpressions, type ExactNumbers } from './engine-feel.js';
import { COMPUTE_ALL, FIELD_FAILED, ShownFields } from './fields.js';
import { isSame, type JsonObject } from './json.js';
import { listsOf, markItems, withoutMarks, type ListComponent } from './list-items.js';
import { mergeChanges, placesOf, type Shown } from './merge.js';
import { restore, type Draft } from './typed.js';
import { EngineTemplates } from './templates.js';
import { fromFormData, isLong, keepWholeNumbers, toFormData } from './whole-numbers.js';

/** What a form is filled with. */
export interface Filling {
  readonly schema: ListComponent & Record<string, unknown>;
  readonly data: JsonObject;
  /** What was typed before, if anything. */
  readonly typed: Draft | null;
}

/** What came of sending a form. */
export interface Sent {
  /** The top-level values that change. */
  readonly data: JsonObject;
  /** What is wrong, by field; empty where all is well. */
  readonly errors: Readonly<Record<string, unknown>>;
}

/** A field, or a picture within one, that could not be shown. */
export interface NotShown {
  readonly name: string;
  readonly message: string;
  readonly isPicture: boolean;
}

/** Fields whose value they can't show, by what they are called; the value stays until another is written. */
export interface Unreadable {
  readonly name: string;
  readonly value: unknown;
}

/** An open form. */
export interface OpenForm {
  /** Fills it; fulfilled when it stands on the page as it will be read. Rejected where it can't be shown. */
  fill(filling: Filling): Promise<void>;
  /** Checks everything and reads what is sent. Nothing may be filled in meanwhile. */
  submit(): Promise<Sent>;
  /** What was typed and not sent yet; null where nothing was. */
  typed(): Draft | null;
  /** Values that are there and that their fields can't show. */
  unreadable(): Unreadable[];
  setReadOnly(readOnly: boolean): void;
  close(): void;
}

interface Field {
  readonly id: string;
  readonly type: string;
  readonly key?: string;
  readonly label?: string;
  readonly dateLabel?: string;
  readonly disabled?: boolean;
  readonly isRepeating?: boolean;
}

type Fields = Record<string | number, unknown>;

interface Instance {
  readonly id: string;
  readonly valuePath: readonly (string | number)[];
}

/** After this all that was computed from a change, and from what that changed, is there: it all happens in one turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function hasBigint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  return Object.values(value).some(hasBigint);
}

function nameOf({ label, dateLabel, key, id }: Field): string {
  return label || dateLabel || key || id;
}

/** Opens a form in an element. */
export function openForm(
  container: HTMLElement,
  { onchange, onnotshown }: { onchange: () => void; onnotshown: (what: NotShown) => void },
): OpenForm {
  keepWholeNumbers();

  let schema: Filling['schema'] = {};
  let original: JsonObject = {};
  let before: JsonObject = {};
  let isFilling = true;
  /** Whether there is a number anywhere that stands in the form as a text. */
  let hasLong = false;
  const computedLong = new Set<string>();
  const exactNumbers: ExactNumbers = {
    read: (context) => (hasLong ? fromFormData(context, original, schema) : context),
    computed: (number) => void computedLong.add(String(number)),
  };
  const form = new Form({
    container,
    // What is typed is there at once: nothing is sent that was computed from what was there before.
    debounce: false,
    additionalModules: [
      {
        expressionLanguage: ['type', EngineExpressions],
        templating: ['type', EngineTemplates],
        formFields: ['type', ShownFields],
        exactNumbers: ['value', exactNumbers],
      },
    ],
  } as ConstructorParameters<typeof Form>[0]);

  form.on('field.updated', ({ value }: { value: unknown }) => {
    if (typeof value === 'string' && isLong(value)) hasLong = true;
  });
  form.on('changed', () => {
    if (!isFilling) onchange();
  });
  form.on(FIELD_FAILED, ({ field, error, picture }: { field: Field; error: Error; picture?: boolean }) =>
    onnotshown({ name: nameOf(field), message: error.message, isPicture: picture ?? false }),
  );

  const dataNow = (): JsonObject => form._getState().data;

  function fieldOf(id: string): Field {
    return form.get<{ get(id: string): Field }>('formFieldRegistry').get(id);
  }

  /** What is on screen: hidden and disabled fields are neither sent nor typed. */
  function shown(): Shown[] {
    const registry = form.get<{ getAll(): Instance[]; getAllKeyed(): Instance[] }>(
      'formFieldInstanceRegistry',
    );
    const keyed = new Set(registry.getAllKeyed());
    return registry.getAll().flatMap((instance): Shown[] => {
      const field = fieldOf(instance.id);
      const path = instance.valuePath;
      if (field.type === 'dynamiclist') return [{ path, is: 'list' }];
      if (!keyed.has(instance) || field.disabled) return [];
      return [{ path, is: field.type === 'expression' ? 'computed' : 'written' }];
    });
  }

  /** What changes, its whole numbers as such. */
  function changes(shownNow: readonly Shown[], now: JsonObject = dataNow()): JsonObject {
    const merged = mergeChanges(placesOf(shownNow), original, before, now);
    for (const { path, is } of shownNow) if (is === 'computed') readComputed(merged, path);
    return hasLong ? (fromFormData(merged, original, schema) as JsonObject) : merged;
  }

  /** A whole number that was computed stands in the form as a text. */
  function readComputed(data: JsonObject, path: Shown['path']): void {
    const around = path.slice(0, -1).reduce<unknown>((at, name) => at && (at as Fields)[name], data);
    const last = path.at(-1);
    if (typeof around !== 'object' || around === null || last === undefined) return;
    const value = (around as Fields)[last];
    if (typeof value === 'string' && computedLong.has(value)) (around as Fields)[last] = BigInt(value);
  }

  async function importData(data: JsonObject): Promise<void> {
    await form.importSchema(toFormData(schema), toFormData(data) as JsonObject);
    await settled();
  }

  return {
    async fill({ schema: wanted, data, typed }) {
      isFilling = true;
      schema = wanted;
      original = data;
      hasLong = hasBigint(data);
      computedLong.clear();
      const marked = markItems(data, listsOf(schema.components));
      await importData(marked);
      // What the form shows at first, options and expressions settled: only what differs from it was typed.
      before = structuredClone(dataNow());
      if (typed) await importData(restore(marked, data, typed));
      isFilling = false;
    },

    async submit() {
      const focused = document.activeElement;
      // A field that takes its value when it is left has to be left.
      if (focused instanceof HTMLElement && container.contains(focused)) focused.blur();
      await settled();
      form.get<{ fire(event: string): void }>('eventBus').fire(COMPUTE_ALL);
      await settled();
      const errors = form.validate();
      return { data: withoutMarks(changes(shown())), errors };
    },

    typed() {
      const written = shown().filter(({ is }) => is !== 'computed');
      const first = changes(written, before);
      const now = changes(written);
      const names = Object.keys(now).filter((name) => !isSame(now[name], first[name]));
      if (names.length === 0) return null;
      const pick = (from: JsonObject): JsonObject =>
        Object.fromEntries(names.flatMap((name) => (Object.hasOwn(from, name) ? [[name, from[name]]] : [])));
      return { base: pick(original), now: pick(now) };
    },

    unreadable() {
      return shown().flatMap(({ path, is }) => {
        if (is !== 'written') return [];
        const at = (data: unknown): unknown =>
          path.reduce<unknown>(
            (value, name) => (value as Record<string, unknown> | null | undefined)?.[name],
            data,
          );
        const [was, seen] = [at(original), at(before)];
        const isThere = was !== undefined && was !== null && was !== '';
        if (!isThere || isSame(was, seen) || !isSame(at(dataNow()), seen)) return [];
        return [{ name: String(path.at(-1)), value: was }];
      });
    },

    setReadOnly: (readOnly) => form.setProperty('readOnly', readOnly),
    close() {
      isFilling = true;
      form.destroy();
    },
  };
}
