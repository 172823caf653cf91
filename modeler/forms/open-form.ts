/**
 * A form on the page: filled with data and with what was typed before, watched, and read when it is sent. What is read
 * is what the person changed, merged into what was there (see merge.ts), computed from what is sent.
 */
import { Form } from '@bpmn-io/form-js-viewer';
import { EngineExpressions, type ExactNumbers } from './engine-feel.js';
import { COMPUTE_ALL, FIELD_FAILED, ShownFields } from './fields.js';
import { isSame, type Json, type JsonObject } from './json.js';
import { listsOf, markItems, markOf, withoutMarks, type ListComponent } from './list-items.js';
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

/** The frame after which effects are run where no frame is drawn, as in a tab behind others; longer than Preact waits. */
const NO_FRAME_MS = 60;

/** After this all that follows from a change is there: what is computed, and choices that are no more on offer. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      // Effects are run in a turn after the frame, and what they change is computed in the next.
      setTimeout(() => setTimeout(resolve));
    };
    const timer = setTimeout(go, NO_FRAME_MS);
    const frame = requestAnimationFrame(go);
  });
}

/** A form of form-js with the services of this room. */
function makeForm(container: HTMLElement, exactNumbers: ExactNumbers): Form {
  return new Form({
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
}

function hasBigint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  return Object.values(value).some(hasBigint);
}

function nameOf({ label, dateLabel, key, id }: Field): string {
  return label || dateLabel || key || id;
}

/** The values at a path, of which the last says where items of lists were at first. */
function follow(path: Shown['path'], original: unknown, before: unknown, now: unknown): unknown[] {
  let at = [original, before, now];
  for (const name of path) {
    const first = typeof name === 'number' ? (markOf((at[2] as Json[] | undefined)?.[name]) ?? -1) : name;
    const names = [first, first, name];
    at = at.map((value, index) => (value as Fields | null | undefined)?.[names[index]]);
  }
  return at;
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
  const form = makeForm(container, exactNumbers);

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
  function shown(): (Shown & { readonly name?: string })[] {
    const registry = form.get<{ getAll(): Instance[]; getAllKeyed(): Instance[] }>(
      'formFieldInstanceRegistry',
    );
    const keyed = new Set(registry.getAllKeyed());
    return registry.getAll().flatMap((instance): (Shown & { readonly name?: string })[] => {
      const field = fieldOf(instance.id);
      const path = instance.valuePath;
      if (field.type === 'dynamiclist') return [{ path, is: 'list' }];
      if (!keyed.has(instance) || field.disabled) return [];
      return [{ path, is: field.type === 'expression' ? 'computed' : 'written', name: nameOf(field) }];
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

  /** Fills a form, and waits for what follows; answers with its data then. */
  async function fillOne(one: Form, data: JsonObject): Promise<JsonObject> {
    await one.importSchema(toFormData(schema), toFormData(data) as JsonObject);
    await settled();
    return structuredClone(one._getState().data);
  }

  /** What the form shows of this data before anybody typed into it. */
  async function shownFirst(data: JsonObject): Promise<JsonObject> {
    const aside = makeForm(document.createElement('div'), exactNumbers);
    try {
      return await fillOne(aside, data);
    } finally {
      aside.destroy();
    }
  }

  return {
    async fill({ schema: wanted, data, typed }) {
      isFilling = true;
      schema = wanted;
      original = data;
      hasLong = hasBigint(data);
      computedLong.clear();
      const marked = markItems(data, listsOf(schema.components));
      // Only what differs from what it shows at first was typed, options and expressions settled.
      if (typed) {
        before = await shownFirst(marked);
        await fillOne(form, restore(marked, data, typed));
      } else before = await fillOne(form, marked);
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
      return shown().flatMap(({ path, is, name = '' }) => {
        if (is !== 'written') return [];
        const [was, seen, now] = follow(path, original, before, dataNow());
        const isThere = was !== undefined && was !== null && was !== '';
        if (!isThere || isSame(toFormData(was), seen) || !isSame(now, seen)) return [];
        return [{ name, value: was }];
      });
    },

    setReadOnly: (readOnly) => form.setProperty('readOnly', readOnly),
    close() {
      isFilling = true;
      form.destroy();
    },
  };
}
