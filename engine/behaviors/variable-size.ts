/** The size that one variable may have: an expression that makes a larger one is an incident, a caller is refused. */
import type { JsonObject, JsonValue } from '../model/json.js';
import { jsonSize } from '../model/json-size.js';
import type { StepContext } from '../kernel/step-types.js';
import { extractFailure, type Failure } from './evaluate.js';

/** Characters of JSON in one variable, where nothing else is set. */
export const VARIABLE_LIMIT = 4 * 1024 * 1024;

type Limited = Pick<StepContext, 'variableLimit'>;

/** The failure of a value that is too large to be kept under a name. */
export function tooLarge(
  { variableLimit = VARIABLE_LIMIT }: Limited,
  name: string,
  value: JsonValue | undefined,
): Failure | undefined {
  if (jsonSize(value, variableLimit) <= variableLimit) return undefined;
  return extractFailure(largeVariable(name, variableLimit));
}

/** What is wrong with the first variable that is too large; undefined where none is. */
export function whyTooLarge(
  variables: JsonObject,
  variableLimit: number = VARIABLE_LIMIT,
): string | undefined {
  const name = Object.keys(variables).find(
    (each) => jsonSize(variables[each], variableLimit) > variableLimit,
  );
  return name === undefined ? undefined : largeVariable(name, variableLimit);
}

function largeVariable(name: string, limit: number): string {
  return (
    `The variable "${name}" would have more than ${limit.toLocaleString('en')} characters of JSON, which is the limit. ` +
    'Keep the data elsewhere, and a reference to it in the variable.'
  );
}
