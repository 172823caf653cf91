/**
 * Which data of an engine event is *content*: personal or bulky values that are kept apart from the row of the
 * audit table, and can be erased without touching it. The row keeps a salted commitment to them.
 *
 * The declaration lists every event type, so a new one has to decide. A content that was erased is read as
 * stand-ins of the same shape: replays and pages go on with those.
 */
import type { JsonObject, JsonValue } from '../model/json.js';
import type { EventData, EventType } from '../records/engine-events.js';

/** What stands for an erased value that may be any JSON. */
export const ERASED: JsonObject = Object.freeze({ erased: true });

/** What stands for an erased text that people read. */
export const ERASED_TEXT = '(erased)';

/** A field that is content as a whole; `erased` gives its stand-in, undefined leaves the field out. */
interface WholeField {
  readonly erased: (data: JsonObject) => unknown;
}

/** An object, or a list of objects, of which some fields are content. */
interface PartField {
  readonly inside: Fields;
}

/** Content fields by name. */
export interface Fields {
  readonly [name: string]: WholeField | PartField | undefined;
}

/** The content fields of data of the shape `D`; a field that is not named stays in the row. */
export type ContentFields<D> = { readonly [F in keyof D]?: WholeField | PartField };

/** Declares a field as content, with what stands for it once it is erased. */
export function content(standIn: unknown): WholeField {
  return { erased: () => standIn };
}

const NONE = {};
const NAME = content(null);
const TEXT = content(ERASED_TEXT);
const VALUE = content(ERASED);
const LEFT_OUT = content(undefined);
const NO_MEMBERS = content({});
const NO_LIST = content([]);

// A hash without a salt gives a short value away to whoever guesses it, so hashes of contents are content too.
const SIGNATURE = { inside: { username: TEXT, name: TEXT, record: LEFT_OUT } };

/** The content fields of an evaluated decision: its row still says which decisions took part. */
export const DECISION_CONTENTS: ContentFields<EventData['decision evaluated']> = {
  output: VALUE,
  failure: { inside: { message: TEXT } },
  evaluations: { inside: { output: VALUE, inputs: NO_LIST, matchedRules: NO_LIST } },
};

/** The content fields of every engine event. */
export const CONTENTS: { readonly [T in EventType]: ContentFields<EventData[T]> } = {
  'element activated': {
    process: {
      inside: { trigger: { inside: { correlationKey: TEXT } }, tags: LEFT_OUT, businessId: LEFT_OUT },
    },
  },
  'element completed': { output: VALUE },
  'element terminating': NONE,
  'element terminated': NONE,
  'termination begun': NONE,
  'interruption begun': { variables: NO_MEMBERS },
  'flow taken': NONE,
  'token discarded': NONE,
  'variable created': { value: VALUE },
  'variable updated': { value: VALUE },
  'job created': NONE,
  'job completed': { variables: NO_MEMBERS, denied: { inside: { reason: TEXT } } },
  'job failed': { errorMessage: TEXT },
  'job updated': NONE,
  'job cancelled': NONE,
  'error thrown': { errorMessage: TEXT },
  'user task created': { assignee: NAME, candidateUsers: NO_LIST, initialAssignee: LEFT_OUT },
  'user task change begun': {
    action: TEXT,
    changes: NO_MEMBERS,
    variables: LEFT_OUT,
    signature: SIGNATURE,
  },
  'user task corrected': { corrections: NO_MEMBERS },
  'user task change denied': { reason: TEXT },
  'user task ready': { corrections: NO_MEMBERS },
  'user task assigned': { assignee: NAME, action: TEXT, corrections: LEFT_OUT },
  'user task updated': { assignee: LEFT_OUT, candidateUsers: LEFT_OUT, action: TEXT },
  'user task completed': {
    assignee: TEXT,
    action: TEXT,
    variables: NO_MEMBERS,
    signature: SIGNATURE,
    corrections: LEFT_OUT,
  },
  'user task cancelled': NONE,
  'timer scheduled': NONE,
  'timer triggered': NONE,
  'timer cancelled': NONE,
  'message subscription opened': { correlationKey: TEXT },
  'message correlated': NONE,
  'message subscription closed': NONE,
  'signal subscription opened': NONE,
  'signal caught': NONE,
  'signal subscription closed': NONE,
  'signal thrown': { variables: NO_MEMBERS },
  'escalation thrown': NONE,
  'compensation recorded': NONE,
  'compensation triggered': NONE,
  'condition subscription opened': NONE,
  'condition met': NONE,
  'condition no longer met': NONE,
  'condition subscription closed': NONE,
  'ad-hoc sub-process fulfilled': NONE,
  'loop started': {
    items: { erased: ({ size }) => new Array<JsonValue>(typeof size === 'number' ? size : 0).fill(ERASED) },
  },
  'decision evaluated': DECISION_CONTENTS,
  'instance modified': NONE,
  'instance suspended': NONE,
  'instance resumed': NONE,
  'move held': NONE,
  'moves postponed': NONE,
  'moves continued': NONE,
  'instance migrated': NONE,
  'contents erased': NONE,
  'incident created': { errorMessage: TEXT },
  'incident resolved': NONE,
  'model call started': { prompts: LEFT_OUT, requestHash: LEFT_OUT, systemPromptHash: LEFT_OUT },
  'model call finished': {
    requestHash: LEFT_OUT,
    responseId: LEFT_OUT,
    failure: { inside: { message: TEXT } },
    text: LEFT_OUT,
    result: { erased: ({ outcome }) => (outcome === 'answered' ? ERASED : undefined) },
    resultHash: LEFT_OUT,
  },
  'model call lost': { requestHash: LEFT_OUT, reason: TEXT },
};

/** An event's data in two parts; `content` is null where all of its content fields are empty. */
export interface SplitData {
  readonly data: JsonObject;
  readonly content: JsonObject | null;
}

/**
 * Takes the content fields out of an event's data. All of them are taken, or none: empty ones (null, '', [] and
 * {}) are only worth it beside one that is not.
 */
export function splitContent(data: JsonObject, fields: Fields): SplitData {
  return holdsContent(data, fields) ? take(data, fields) : { data, content: null };
}

function holdsContent(data: JsonObject, fields: Fields): boolean {
  for (const name in fields) {
    const value = data[name];
    if (value === undefined || value === null || value === '') continue;
    const field = fields[name];
    if (field === undefined) continue;
    if ('erased' in field) {
      if (typeof value !== 'object' || Object.keys(value).length > 0) return true;
    } else if (partsOf(value).some((part) => holdsContent(part, field.inside))) {
      return true;
    }
  }
  return false;
}

/** The objects whose fields are looked into: the value, or those of a list. */
function partsOf(value: JsonValue): readonly JsonObject[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).filter(isObject);
  return isObject(value) ? [value] : [];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function take(data: JsonObject, fields: Fields): { data: JsonObject; content: JsonObject } {
  const rest: Record<string, JsonValue | undefined> = {};
  const content: Record<string, JsonValue | undefined> = {};
  for (const name in data) {
    const value = data[name];
    const field = fields[name];
    if (field === undefined || value === undefined) {
      rest[name] = value;
    } else if ('erased' in field) {
      content[name] = value;
    } else if (Array.isArray(value)) {
      const parts = (value as readonly JsonObject[]).map((part) => take(part, field.inside));
      rest[name] = parts.map((part) => part.data);
      content[name] = parts.map((part) => part.content);
    } else if (isObject(value)) {
      const part = take(value, field.inside);
      rest[name] = part.data;
      if (Object.keys(part.content).length > 0) content[name] = part.content;
    } else {
      rest[name] = value;
    }
  }
  return { data: rest, content };
}

/** Puts content back into the data that it was taken from. Order of fields may differ from the original's. */
export function joinContent(data: JsonObject, content: JsonObject): JsonObject {
  const joined: Record<string, JsonValue | undefined> = { ...data };
  for (const name in content) joined[name] = joinValue(data[name], content[name]);
  return joined;
}

function joinValue(value: JsonValue | undefined, content: JsonValue | undefined): JsonValue | undefined {
  if (isObject(value) && isObject(content)) return joinContent(value, content);
  if (!Array.isArray(value) || !Array.isArray(content)) return content;
  const parts = content as readonly JsonValue[];
  return (value as readonly JsonValue[]).map((part, index) => joinValue(part, parts[index]) ?? null);
}

/** Puts stand-ins where content was erased. */
export function standInForContent(data: JsonObject, fields: Fields): JsonObject {
  const filled: Record<string, JsonValue | undefined> = { ...data };
  for (const name in fields) {
    const field = fields[name];
    const value = data[name];
    if (field === undefined) continue;
    if ('inside' in field) {
      if (Array.isArray(value))
        filled[name] = (value as readonly JsonObject[]).map((part) => standInForContent(part, field.inside));
      else if (isObject(value)) filled[name] = standInForContent(value, field.inside);
    } else if (value === undefined) {
      const standIn = field.erased(data) as JsonValue | undefined;
      if (standIn !== undefined) filled[name] = standIn;
    }
  }
  return filled;
}
