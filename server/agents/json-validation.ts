/** Checks a model's JSON against the schema the process gives (JSON Schema draft-07, 2019-09 or 2020-12). */
import type { ValidateFunction } from 'ajv';
import { withDoubles, writeJson } from '@countersign/engine';
import type { JsonObject, JsonValue } from '@countersign/engine';
import { createBoundedCache } from './bounded-cache.js';

/** Tells what is wrong with a value; an empty text where it fits. Of a whole number beyond 2^53 the nearest double is looked at. */
export type Validate = (value: unknown) => string;

/** A schema ready for use, or why it cannot be used. */
export type CompiledSchema =
  { readonly ok: true; readonly validate: Validate } | { readonly ok: false; readonly reason: string };

const MAX_COMPLAINTS = 3;
const OPTIONS = { strict: false, allErrors: true, logger: false, addUsedSchema: false } as const;
const compiled = createBoundedCache<Promise<CompiledSchema>>();

/** Compiles a schema, once for each text of it. */
export function compileSchema(schema: JsonObject): Promise<CompiledSchema> {
  return compiled.get(writeJson(schema), () => compile(schema));
}

async function compile(whole: JsonObject): Promise<CompiledSchema> {
  if (writeJson(whole) !== writeJson(withDoubles(whole)))
    return {
      ok: false,
      reason: 'it has a whole number beyond 2^53, which validators do not compare exactly',
    };
  const { $schema, ...schema } = whole;
  const ajv = await validatorFor(typeof $schema === 'string' ? $schema : '');
  try {
    const check = ajv.compile(schema);
    return {
      ok: true,
      validate: (value) => (check(withDoubles(value as JsonValue)) ? '' : complaints(check)),
    };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** What is used of the library's classes, one for each dialect. */
interface Validator {
  compile(schema: JsonObject): ValidateFunction;
}

/** A validator of the schema's dialect. The library is read when it is needed, not when the server starts. */
async function validatorFor(dialect: string): Promise<Validator> {
  if (dialect.includes('2020-12')) return new (await import('ajv/dist/2020.js')).Ajv2020(OPTIONS);
  if (dialect.includes('2019-09')) return new (await import('ajv/dist/2019.js')).Ajv2019(OPTIONS);
  return new (await import('ajv')).Ajv(OPTIONS);
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
