/** Checks a model's JSON against the schema the process gives (JSON Schema draft-07, 2019-09 or 2020-12). */
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject, JsonValue } from '@countersign/engine';

/** Tells what is wrong with a value; an empty text where it fits. */
export type Validate = (value: unknown) => string;

/** A schema ready for use, or why it cannot be used. */
export type CompiledSchema =
  { readonly ok: true; readonly validate: Validate } | { readonly ok: false; readonly reason: string };

/** Schemas are few, they stand in process models; this bounds the memory where they are computed. */
const MAX_COMPILED = 200;
const MAX_COMPLAINTS = 3;
const compiled = new Map<string, CompiledSchema>();

/** Compiles a schema, once for each text of it. */
export function compileSchema(schema: JsonObject): CompiledSchema {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known) return known;
  const result = compile(schema);
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(text, result);
  return result;
}

function compile({ $schema, ...schema }: JsonObject): CompiledSchema {
  const options = { strict: false, allErrors: true, logger: false, addUsedSchema: false } as const;
  const dialect = typeof $schema === 'string' ? $schema : '';
  try {
    const ajv = dialect.includes('2020-12')
      ? new Ajv2020(options)
      : dialect.includes('2019-09')
        ? new Ajv2019(options)
        : new Ajv(options);
    const check = ajv.compile(schema);
    return { ok: true, validate: (value) => (check(value) ? '' : complaints(check)) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function complaints(check: ValidateFunction): string {
  const errors = check.errors ?? [];
  const texts = errors.slice(0, MAX_COMPLAINTS).map(({ instancePath, message, params }) => {
    const { additionalProperty } = params as { additionalProperty?: string };
    const extra = additionalProperty === undefined ? '' : ` ("${additionalProperty}")`;
    return `${instancePath || 'the answer'} ${message ?? 'does not fit'}${extra}`;
  });
  if (errors.length > MAX_COMPLAINTS) texts.push(`and ${errors.length - MAX_COMPLAINTS} more`);
  return texts.join('; ');
}

/**
 * Whether a provider's strict mode can take the schema: every object closed, and none of its properties
 * optional. Elsewhere strict mode refuses the request.
 */
export function isStrictSchema(schema: JsonValue | undefined): boolean {
  if (Array.isArray(schema)) return schema.every((item: JsonValue) => isStrictSchema(item));
  if (schema === null || typeof schema !== 'object') return true;
  const { properties, required, additionalProperties, ...others } = schema as JsonObject;
  if (properties !== undefined || (schema as JsonObject).type === 'object') {
    const names = Object.keys((properties ?? {}) as JsonObject);
    const needed = Array.isArray(required) ? required : [];
    if (additionalProperties !== false || !names.every((name) => needed.includes(name))) return false;
  }
  const inner = { ...((properties ?? {}) as JsonObject), ...others };
  return Object.values(inner).every(isStrictSchema);
}
