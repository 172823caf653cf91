/**
 * `/api/audit`: what an outsider needs to check the trail without trusting us: keys, checkpoints, proofs, the tiles
 * of the tree (C2SP tlog-tiles), and bundles.
 */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { consistencyRanges, createTileReader, inclusionRanges, toHex } from '@countersign/engine';
import type { LeafRange } from '@countersign/engine';
import { bundleFormat } from '../../audit/bundle/format.js';
import { UnknownCheckpoint } from '../../audit/bundle/stored-source.js';
import { digits } from '../../audit/digits.js';
import { openExport } from '../../audit/export.js';
import { filterShape, toFilter } from '../../audit/filter.js';
import { nodeJournalPort } from '../../audit/journal-port.js';
import type { AuditTrail } from '../../audit/trail.js';
import type { Runtime } from '../../runtime/runtime.js';
import { checkpointOfSize, lastCheckpoint, leafIndexOf, readKeys, readTile } from '../../store/audit-tree.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { refuse } from '../problem.js';
import { readQuery } from '../request.js';

const count = digits(0, Number.MAX_SAFE_INTEGER);
const inclusionFields = z.strictObject({ position: count, size: count.optional() });
const consistencyFields = z.strictObject({ from: digits(1, Number.MAX_SAFE_INTEGER), to: count.optional() });
const bundleFields = filterShape({
  checkpoint: z.union([count, z.array(count).max(100)]).optional(),
});

const PLAIN = 'text/plain; charset=utf-8';
const HASH_BYTES = 32;

describeOperation('GET /api/audit/proof/inclusion', { query: inclusionFields });
describeOperation('GET /api/audit/proof/consistency', { query: consistencyFields });
describeOperation('GET /api/audit/bundle', { query: bundleFields });

/** The routes. */
export function auditProofRoutes(runtime: Runtime, trail: AuditTrail): Router {
  const routes = Router();
  const { knex } = runtime.store;
  const tree = createTileReader(
    nodeJournalPort.sha256,
    async (level, index) => (await readTile(knex, level, index))?.hashes,
  );
  const proofOf = async (ranges: readonly LeafRange[]): Promise<string[]> => {
    const hashes: string[] = [];
    for (const { from, to } of ranges) hashes.push(toHex(await tree.range(from, to)));
    return hashes;
  };
  /** The checkpoint of a size, or the newest; refused where it was never signed. */
  const checkpoint = async (size: number | undefined): Promise<{ size: number; note: string }> => {
    const found = size === undefined ? await lastCheckpoint(knex) : await checkpointOfSize(knex, size);
    if (found) return found;
    throw refuse(
      'NOT_FOUND',
      size === undefined
        ? 'The log has signed no checkpoint yet.'
        : `The log has signed no checkpoint of ${size} rows.`,
    );
  };

  routes.get('/audit/checkpoint', async (_request, response) => {
    response
      .type(PLAIN)
      .set('Cache-Control', 'no-store')
      .send((await checkpoint(undefined)).note);
  });

  routes.get('/audit/keys', async (_request, response) => {
    const keys = await readKeys(knex);
    response.json({ items: keys.map((key) => ({ ...key, at: new Date(key.at).toISOString() })) });
  });

  routes.get('/audit/proof/inclusion', async (request, response) => {
    const { position, size } = readQuery(request, inclusionFields);
    const head = await checkpoint(size);
    const index = await leafIndexOf(knex, position);
    if (index === undefined || index >= head.size) {
      throw refuse('NOT_FOUND', `The row at position ${position} is not in the tree of ${head.size} rows.`);
    }
    const leaf = toHex(await tree.subtree(0, index));
    const proof = await proofOf(inclusionRanges(index, head.size));
    response.json({ index, leaf, size: head.size, proof, checkpoint: head.note });
  });

  routes.get('/audit/proof/consistency', async (request, response) => {
    const { from, to } = readQuery(request, consistencyFields);
    const head = await checkpoint(to);
    if (from > head.size) {
      throw refuse('INVALID_ARGUMENT', `A tree of ${head.size} rows does not continue one of ${from}.`);
    }
    const proof = await proofOf(consistencyRanges(from, head.size));
    response.json({ from, to: head.size, proof, checkpoint: head.note });
  });

  routes.get('/audit/tile/:level/*index', async (request, response) => {
    const { level, index, width } = readTilePath(request);
    const tile = await readTile(knex, level, index);
    const bytes = tile?.hashes.subarray(0, width * HASH_BYTES);
    if (bytes?.length !== width * HASH_BYTES) throw refuse('NOT_FOUND', 'The tree has no such tile.');
    response.type('application/octet-stream').set('Cache-Control', 'private, max-age=31536000, immutable');
    response.send(Buffer.from(bytes));
  });

  routes.get('/audit/bundle', async (request, response) => {
    const { checkpoint: sizes, ...fields } = readQuery(request, bundleFields);
    await sendBundle(runtime, trail, request, response, {
      filter: toFilter(fields),
      sizes: [sizes ?? []].flat(),
    });
  });
  return routes;
}

/** `x001/x234/067`, and `.p/12` for a tile that is not full, as tlog-tiles writes them. */
function readTilePath(request: Request): { level: number; index: number; width: number } {
  const { level } = request.params;
  const path = [request.params['index'] ?? []].flat().join('/');
  const parts = /^((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path);
  const width = Number(parts?.[2] ?? 256);
  if (parts === null || !/^(0|[1-9][0-9]?)$/.test(String(level)) || width > 256) {
    throw refuse(
      'INVALID_ARGUMENT',
      'A tile is asked for as tile/0/x001/067, or tile/0/x001/067.p/12 for a part.',
    );
  }
  return { level: Number(level), index: Number(parts[1].replace(/[x/]/g, '')), width };
}

async function sendBundle(
  runtime: Runtime,
  trail: AuditTrail,
  request: Request,
  response: Response,
  { filter, sizes }: { filter: ReturnType<typeof toFilter>; sizes: readonly number[] },
): Promise<void> {
  const caller = callerOf(request);
  const file = openExport(runtime, {
    filter,
    format: bundleFormat(runtime.store, trail, sizes),
    report: null,
    actor: caller.actor,
    trail,
    schedule: null,
  });
  const first = await file.bytes.next().catch(asRefusal);
  response.setHeader('Content-Type', file.mediaType);
  response.setHeader('Content-Disposition', `attachment; filename="${file.fileName}"`);
  await pipeline(Readable.from(withFirst(first, file.bytes)), response);
}

function asRefusal(error: unknown): never {
  throw error instanceof UnknownCheckpoint ? refuse('NOT_FOUND', error.message) : error;
}

async function* withFirst(
  first: IteratorResult<Uint8Array>,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.done !== true) yield first.value;
    for await (const piece of rest) yield piece;
  } finally {
    await rest.return(undefined);
  }
}
