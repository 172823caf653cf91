/** `/v2/expression/evaluation`: a FEEL expression tried with given variables. Nothing is stored. */
import { Router } from 'express';
import { z } from 'zod';
import { compileExpression, FeelFailure, scopeOf } from '@countersign/engine';
import type { CompiledExpression, JsonObject } from '@countersign/engine';
import { Unavailable } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import { describeOperation } from '../openapi/described.js';
import { takeHeavyTurns } from '../heavy-turns.js';
import { refuse } from '../problem.js';
import { readBody, tenantField, variablesField } from '../request.js';

const evaluation = z.strictObject({
  expression: z.string().min(1),
  variables: variablesField.nullish(),
  tenantId: tenantField,
});

describeOperation('POST /v2/expression/evaluation', { body: evaluation });

/** Expressions that wait for their turn: each may take as long as its work is bounded to. */
const MOST_WAITING = 32;

/** The routes. The expression is written as in a model, with a leading "=". */
export function expressionRoutes(runtime: Runtime): Router {
  const routes = Router();

  const inTurn = takeHeavyTurns(MOST_WAITING);

  routes.post('/expression/evaluation', async (request, response) => {
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
    const { value, warnings } = await new Promise<ReturnType<typeof evaluate>>((resolve, reject) => {
      const work = (): void => {
        try {
          resolve(evaluate(compiled.expression, variables ?? {}, runtime.clock.now()));
        } catch (refusal) {
          reject(refusal instanceof Error ? refusal : new Error(String(refusal)));
        }
      };
      if (!inTurn(work)) reject(new Unavailable('Too many expressions are being evaluated', 1_000));
    });
    response.json({ expression, result: value, warnings: warnings.map(({ message }) => ({ message })) });
  });

  return routes;
}

function evaluate(expression: CompiledExpression, variables: JsonObject, now: number) {
  try {
    return expression.evaluateToJson(scopeOf(variables), now);
  } catch (error) {
    if (!(error instanceof FeelFailure)) throw error;
    throw refuse('INVALID_ARGUMENT', error.message);
  }
}
