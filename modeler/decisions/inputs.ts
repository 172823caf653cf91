/** What a decision asks for: its inputs, and those of the decisions it requires, as fields of a form. */
import { compileExpression, readJson, type Decision, type DmnModel } from '@countersign/engine';

/** How a value is typed in; `json` takes anything. */
export type FieldType = 'number' | 'boolean' | 'text' | 'json';

/** A value that a decision asks for. */
export interface InputField {
  name: string;
  type: FieldType;
  /** Texts to choose from, as suggestions. */
  choices: string[];
}

const PLAIN: Partial<Record<string, FieldType>> = {
  number: 'number',
  boolean: 'boolean',
  string: 'text',
  date: 'text',
  time: 'text',
  dateTime: 'text',
  'date and time': 'text',
};

/** The decision and all it requires within the file, itself first, each once. */
export function withRequired(model: DmnModel, decision: Decision, found: Decision[] = []): Decision[] {
  if (found.includes(decision)) return found;
  found.push(decision);
  for (const { id } of decision.requirements) {
    const required = model.elements.find((element) => element.id === id);
    if (required?.kind === 'decision') withRequired(model, required, found);
  }
  return found;
}

/** The fields for a decision; what a required decision or a function of the model gives is not asked for. */
export function fieldsOf(model: DmnModel, decision: Decision): InputField[] {
  const fields = new Map<string, InputField>();
  const given = new Set(
    model.elements
      .filter(({ kind }) => kind !== 'input')
      .flatMap(({ id, name, variable }) => [id, name, variable.name]),
  );
  const add = (name: string, typeRef: string | null, choices: string[]): void => {
    const known = fields.get(name);
    const type = typeOf(model, typeRef);
    if (!known) fields.set(name, { name, type, choices: [...new Set(choices)] });
    else {
      known.choices = [...new Set([...known.choices, ...choices])];
      if (known.type === 'json') known.type = type;
    }
  };
  for (const one of withRequired(model, decision)) {
    const required = model.elements.filter(({ id }) => one.requirements.some((other) => other.id === id));
    const inputs = required.filter((element) => element.kind === 'input');
    const known = required.map(({ variable }) => variable.name);
    for (const { variable } of inputs)
      add(variable.name, variable.typeRef, constraintOf(model, variable.typeRef));
    for (const { text, typeRef, choices } of textsOf(one)) {
      const names = namesIn(text, known);
      const alone = names.length === 1 && names[0] === text.trim();
      for (const name of names) if (!given.has(name)) add(name, alone ? typeRef : null, alone ? choices : []);
    }
  }
  return [...fields.values()];
}

/** What was typed into a field as a value; undefined where nothing was. */
export function valueOf(field: InputField, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (field.type === 'text') return text;
  try {
    return readJson(trimmed);
  } catch {
    return text;
  }
}

function textsOf({ logic }: Decision): { text: string; typeRef: string | null; choices: string[] }[] {
  if (logic.kind === 'literal') return [{ text: logic.text, typeRef: null, choices: [] }];
  if (logic.kind !== 'table') return [];
  const { inputs, rules } = logic.table;
  return inputs.map(({ expression, typeRef, allowedValues }, column) => ({
    text: expression,
    typeRef,
    choices: [allowedValues ?? '', ...rules.map((rule) => rule.inputs[column] ?? '')].flatMap(textsIn),
  }));
}

function namesIn(text: string, known: readonly string[]): readonly string[] {
  const compiled = compileExpression(text, { names: known });
  return compiled.ok ? compiled.expression.names : [];
}

/** The texts of a list such as `"gold", "silver"`; none where it is anything else. */
function textsIn(list: string): string[] {
  try {
    const parsed: unknown = readJson(`[${list}]`);
    return Array.isArray(parsed) ? parsed.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

function constraintOf(model: DmnModel, typeRef: string | null): string[] {
  return textsIn(model.types.find(({ name }) => name === typeRef)?.allowedValues ?? '');
}

/** Types of the model come down to what they are made of; a circle or a structure is typed in as JSON. */
function typeOf(model: DmnModel, typeRef: string | null, depth = 0): FieldType {
  const own = model.types.find(({ name }) => name === typeRef);
  if (!own) return PLAIN[typeRef ?? ''] ?? 'json';
  if (own.isCollection || own.components.length > 0 || depth > model.types.length) return 'json';
  return typeOf(model, own.typeRef, depth + 1);
}
