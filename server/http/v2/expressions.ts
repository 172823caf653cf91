/** `/v2/expression/evaluation`: a FEEL expression tried with given variables. Nothing is stored. */
import { Router } from 'express';
import { z } from 'zod';
import { compileExpression, FeelLimitError, scopeOf } from '@countersign/engine';
import type { CompiledExpression, JsonObject } from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import { describeOperation } from '../openapi/described.js';
import { refuse } from '../problem.js';
import { readBody, tenantField, variablesField } from '../request.js';

const evaluation = z.object({
  expression: z.string().min(1),
  variables: variablesField.nullish(),
  tenantId: tenantField,
});

describeOperation('POST /v2/expression/evaluation', { body: evaluation });

/** The routes. The expression is written as in a model, with a leading "=". */
export function expressionRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.post('/expression/evaluation', (request, response) => {
    const { expression, variables } = readBody(request, evaluation);
    if (!expression.trimStart().startsWith('=')) {
      throw refuse('INVALID_ARGUMENT', 'expression: must begin with "=", as an expression in a model does.');
    }
    const source = expression.trimStart().slice(1);
    const compiled = compileExpression(source, { names: Object.keys(variables ?? {}) });
    if (!compiled.ok) {
      const [{ message, line, column }] = compiled.problems;
      const place = `line ${String(line)}, column ${String(column)}`;
      throw refuse('INVALID_ARGUMENT', `The expression cannot be parsed at ${place}: ${message}`, {
        problems: compiled.problems,
      });
    }
    const { value, warnings } = evaluate(compiled.expression, variables ?? {}, runtime.clock.now());
    response.json({ expression, result: value, warnings: warnings.map(({ message }) => ({ message })) });
  });

  return routes;
}

function evaluate(expression: CompiledExpression, variables: JsonObject, now: number) {
  try {
    return expression.evaluateToJson(scopeOf(variables), now);
  } catch (error) {
    if (!(error instanceof FeelLimitError)) throw error;
    throw refuse('INVALID_ARGUMENT', error.message);
  }
}
