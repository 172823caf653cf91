/**
 * The description of the API (OpenAPI 3.1): the routes that the application has, with the schemas that check
 * what they take.
 */
import { z } from 'zod';
import type { Answer, Answers } from './answer.js';
import { descriptionOf } from './described.js';
import type { Description, Operation } from './described.js';
import type { Route } from './routes.js';
import { SEARCH_SCHEMAS, searchAnswer, searchBody } from './search-schema.js';
import type { Schema } from './search-schema.js';
import { summaryOf } from './words.js';

const ABOUT = `\`/v2\` is compatible with the Camunda 8.9 Orchestration Cluster REST API, so that its clients and job
workers run unchanged. \`/api\` is this server's own. Keys are strings of digits. A refused request is answered with a
problem (RFC 9457): \`title\` says the kind, \`detail\` what to do. 503 with \`Retry-After\` asks to come back.`;

const PROBLEM: Schema = {
  type: 'object',
  required: ['title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'The kind of problem, such as NOT_FOUND.' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong, and what to do.' },
    instance: { type: 'string' },
  },
};

/** Makes the document of these routes, with what each answers. */
export function createDocument(routes: readonly Route[], version: string, answers: Answers): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/[:*](\w+)/g, '{$1}');
    const operations = (paths[path] ??= {});
    // The first route that takes an address is the one that answers.
    operations[route.method.toLowerCase()] ??= toOperation(
      route,
      answers[`${route.method} ${route.path}` as Operation],
    );
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Countersign', version, description: ABOUT, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{}, { basic: [] }, { bearer: [] }],
    paths,
    components: {
      schemas: { Problem: PROBLEM, ...SEARCH_SCHEMAS },
      responses: {
        Problem: {
          description: 'The request was refused, or failed.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function toOperation({ method, path }: Route, answer: Answer | undefined): Schema {
  const description = descriptionOf(`${method} ${path}`);
  const content = contentOf(description);
  return {
    operationId: answer?.id ?? nameOf(method, path),
    summary: summaryOf(method, path),
    tags: [tagOf(path)],
    parameters: [...pathParameters(path), ...queryParameters(description)],
    ...(content && { requestBody: { content } }),
    responses: {
      ...(answer ? repliesOf(answer) : { '2XX': answerOf(description) }),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** The name of an operation that is this server's own. */
function nameOf(method: string, path: string): string {
  return `${method.toLowerCase()}${path.replaceAll(/[:*/-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
}

function tagOf(path: string): string {
  const [, area, first = ''] = path.split('/');
  if (area === 'v2') return first;
  return area === 'api' ? `own: ${first}` : 'own: whether the server is well';
}

function pathParameters(path: string): Schema[] {
  return [...path.matchAll(/[:*](\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: name.endsWith('Key') ? { type: 'string', pattern: '^\\d+(-\\d+)?$' } : { type: 'string' },
  }));
}

function queryParameters({ query }: Description): Schema[] {
  if (!query) return [];
  const { properties = {}, required = [] } = toSchema(query) as {
    properties?: Readonly<Record<string, Schema>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function contentOf({ body, search, files }: Description): Schema | null {
  if (search) return { 'application/json': { schema: searchBody(search) } };
  const schema = body ? toSchema(body) : null;
  if (!files) return schema && { 'application/json': { schema } };
  const own = (schema?.properties ?? {}) as Readonly<Record<string, Schema>>;
  const resources = { type: 'array', items: { type: 'string', format: 'binary' } };
  return { 'multipart/form-data': { schema: { type: 'object', properties: { ...own, resources } } } };
}

function repliesOf({ replies }: Answer): Schema {
  return Object.fromEntries(
    replies.map(({ status, description, body }) => {
      const schema = body && toSchema(body.shape, 'output');
      const content = body && Object.fromEntries(body.types.map((type) => [type, { schema }]));
      return [status, { description, ...(content && { content }) }];
    }),
  );
}

function answerOf({ search }: Description): Schema {
  if (!search) return { description: 'Done. 204 where there is nothing to say.' };
  return {
    description: 'A page of what was found.',
    content: { 'application/json': { schema: searchAnswer(search) } },
  };
}

/** A schema as JSON Schema: of what is sent, not of what it is read into. */
function toSchema(shape: z.ZodType, io: 'input' | 'output' = 'input'): Schema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' });
  return schema;
}
