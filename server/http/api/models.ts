/** `/api/models`: drafts with their revisions. */
import { Router } from 'express';
import type { Request } from 'express';
import { countOutcomes, declareUtf8, reportAsCsv } from '@countersign/engine';
import { z } from 'zod';
import {
  createModel,
  deleteModel,
  findContent,
  findModel,
  listModels,
  listRevisions,
  saveModel,
} from '../../store/queries/models.js';
import type { Author, Model } from '../../store/queries/models.js';
import { findDeployedResources } from '../../store/queries/deployed-resources.js';
import type { DeployedResource } from '../../store/queries/deployed-resources.js';
import { serverEvent } from '../../store/journal-events.js';
import type { DraftPlace } from '../../store/journal-events.js';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { RequestRefused, refuse } from '../problem.js';
import { readBody, readKey, readQuery } from '../request.js';

const name = z.string().trim().min(1).max(200);
const folder = z.string().trim().max(500);
const message = z.string().max(500).nullish();
const creation = z.strictObject({
  name,
  folder: folder.default(''),
  type: z.enum(['bpmn', 'form', 'dmn']),
  content: z.string(),
  message,
});
const saving = z.strictObject({
  content: z.string(),
  name: name.optional(),
  folder: folder.optional(),
  baseRevision: z.int().min(1),
  message,
});
const listing = z.strictObject({ folder: z.string().optional() });
const conversion = z.strictObject({ content: z.string() });

describeOperation('POST /api/models', { body: creation });
describeOperation('PUT /api/models/:modelKey', { body: saving });
describeOperation('GET /api/models', { query: listing });
describeOperation('POST /api/models/convert', { body: conversion });

/** The routes. */
export function modelRoutes(runtime: Runtime): Router {
  const routes = Router();
  const knex = runtime.store.knex;

  routes.get('/models', async (request, response) => {
    const query = readQuery(request, listing);
    const deployed = await findDeployedResources(knex);
    response.json({
      items: (await listModels(knex, query.folder)).map((model) => withDeployment(model, deployed)),
    });
  });

  routes.post('/models', async (request, response) => {
    const { message: text, ...body } = readBody(request, creation);
    const content = declareUtf8(body.content);
    const key = await createModel(knex, { ...body, content, message: text ?? null }, author(request));
    const model = await wholeModel(key);
    await runtime.record(serverEvent('draft created', placeOf(model)), callerOf(request).actor);
    response.status(201).json(model);
  });

  routes.post('/models/convert', async (request, response) => {
    const { content } = readBody(request, conversion);
    const result = await runtime.convert(declareUtf8(content));
    if (!result.ok) throw refuse('INVALID_ARGUMENT', result.reason);
    const { xml, forms, report } = result;
    response.json({ content: xml, forms, report, counts: countOutcomes(report), csv: reportAsCsv(report) });
  });

  routes.get('/models/:modelKey', async (request, response) => {
    response.json(await wholeModel(readKey(request, 'modelKey')));
  });

  routes.put('/models/:modelKey', async (request, response) => {
    const key = readKey(request, 'modelKey');
    const { message: text, ...body } = readBody(request, saving);
    const former = await presentModel(key);
    const content = declareUtf8(body.content);
    if (!(await saveModel(knex, key, { ...body, content, message: text ?? null }, author(request)))) {
      throw movedOn(await presentModel(key), body.baseRevision);
    }
    const { content: _content, ...model } = await wholeModel(key);
    if (former.name !== model.name || former.folder !== model.folder) {
      const before = { name: former.name, folder: former.folder };
      const moved = serverEvent('draft moved', { ...placeOf(model), before });
      await runtime.record(moved, callerOf(request).actor);
    }
    response.json(model);
  });

  routes.delete('/models/:modelKey', async (request, response) => {
    const key = readKey(request, 'modelKey');
    const model = await presentModel(key);
    // Told first: the trail may say too much after a crash in between, but never too little.
    const deleted = serverEvent('draft deleted', { ...placeOf(model), revision: model.revision });
    await runtime.record(deleted, callerOf(request).actor);
    if (!(await deleteModel(knex, key))) throw unknown(key);
    response.sendStatus(204);
  });

  routes.get('/models/:modelKey/revisions', async (request, response) => {
    const key = readKey(request, 'modelKey');
    await presentModel(key);
    response.json({ items: await listRevisions(knex, key) });
  });

  routes.get('/models/:modelKey/revisions/:revision', async (request, response) => {
    const key = readKey(request, 'modelKey');
    const revision = readKey(request, 'revision');
    const found = await findContent(knex, key, revision);
    if (!found) throw refuse('NOT_FOUND', `Draft ${String(key)} has no revision ${String(revision)}.`);
    response.json(found);
  });

  async function presentModel(key: number): Promise<Model> {
    const model = await findModel(knex, key);
    if (!model) throw unknown(key);
    return model;
  }

  async function wholeModel(key: number): Promise<Model & { content: string }> {
    const model = await presentModel(key);
    const revision = await findContent(knex, key, model.revision);
    if (!revision) throw new Error(`draft ${String(key)} lacks its revision ${String(model.revision)}`);
    return { ...withDeployment(model, await findDeployedResources(knex)), content: revision.content };
  }

  return routes;
}

function placeOf({ modelKey, name, folder, type }: Model): DraftPlace {
  return { modelKey, name, folder, type };
}

function author(request: Request): Author {
  const { account } = callerOf(request);
  return { by: account?.username ?? 'anonymous', at: Date.now() };
}

function unknown(key: number): Error {
  return refuse('NOT_FOUND', `There is no draft ${String(key)}. Somebody may have deleted it.`);
}

function movedOn(model: Model, baseRevision: number): Error {
  return new RequestRefused({
    status: 409,
    title: 'ALREADY_EXISTS',
    detail:
      `${model.updatedBy} saved revision ${String(model.revision)} at ${model.updatedAt}, and you changed ` +
      `revision ${String(baseRevision)}. Look at what changed, then save on top of it or as a copy.`,
    extensions: { current: model.revision, updatedBy: model.updatedBy, updatedAt: model.updatedAt },
  });
}

/** A draft is deployed where a process was deployed from a file of its name. */
function withDeployment(
  model: Model,
  deployed: ReadonlyMap<string, DeployedResource>,
): Model & { deployed?: DeployedResource } {
  const found = deployed.get(model.name) ?? deployed.get(`${model.name}.${model.type}`);
  return found && model.type === 'bpmn' ? { ...model, deployed: found } : model;
}
