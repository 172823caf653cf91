/**
 * Uploaded files of a multipart request (RFC 7578), held in memory within limits. What is over a
 * limit is read to its end but not kept, so that the sender gets an answer and not a cut connection.
 */
import type { MulterError, StorageEngine } from 'multer';
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { refuseNull } from './null-character.js';
import { acceptJson } from './parsed-json.js';
import { RequestRefused, refuse } from './problem.js';
import { tenantField } from './request.js';
import { decodeText } from './text-encoding.js';

const MOST_FILES = 200;
/** All files of a request together may be this many times as large as one. */
const TOTAL_FACTOR = 4;

/** A file as it was uploaded. */
export interface UploadedFile {
  readonly name: string;
  readonly content: string;
}

/** Receives the files of a request; `limit` in bytes for each of them. */
export function receiveFiles(limit: number): RequestHandler {
  const megabytes = String(Math.round(limit / 1024 / 1024));
  let loading: Promise<RequestHandler> | undefined;
  // The library is loaded with the first upload: a start need not wait for it.
  const load = async (): Promise<RequestHandler> => {
    const { default: multer } = await import('multer');
    return multer({
      storage: memoryWithin(limit * TOTAL_FACTOR),
      limits: { fileSize: limit, files: MOST_FILES, fields: 20, fieldSize: 10_000 },
      defParamCharset: 'utf8',
    }).any();
  };
  return (request, response, next) => {
    if (!request.is('multipart/form-data')) {
      throw refuse(
        'INVALID_ARGUMENT',
        'Send the files as multipart/form-data, each in a part named "resources".',
      );
    }
    loading ??= load();
    loading
      .then((receive) => {
        // The caller went away meanwhile: nobody waits for an answer.
        if (request.destroyed) return;
        void receive(request, response, (error: unknown) => {
          if (error !== undefined && error !== null) return next(toRefusal(error, megabytes));
          try {
            // The fields beside the files.
            request.body = acceptJson(request.body);
          } catch (refusal) {
            return next(refusal);
          }
          next();
        });
      })
      .catch(next);
  };
}

/** The text fields beside the files of an upload. */
export const uploadFields = z.strictObject({ tenantId: tenantField });

/** The files that were received, decoded to text. Refuses a request without any. */
export function uploadedFiles(request: Request): readonly UploadedFile[] {
  const files = Array.isArray(request.files) ? request.files : [];
  if (files.length === 0) {
    throw refuse(
      'INVALID_ARGUMENT',
      'There is no file in the request. Send at least one in a part named "resources".',
    );
  }
  return files.map((file) => {
    const content = decodeText(file.buffer);
    if (content === null) {
      throw refuse(
        'INVALID_ARGUMENT',
        `${file.originalname} is not text in the encoding it declares. Save it as UTF-8.`,
      );
    }
    refuseNull(file.originalname, 'The name of a file');
    refuseNull(content, file.originalname);
    return { name: file.originalname, content };
  });
}

function toRefusal(error: unknown, megabytes: string): unknown {
  if (error instanceof RequestRefused) return error;
  if (isLimit(error) && error.code === 'LIMIT_FILE_SIZE') {
    return tooLarge(
      `A file is larger than ${megabytes} MB. Make it smaller, or raise COUNTERSIGN_UPLOAD_LIMIT_MB.`,
    );
  }
  if (isLimit(error) && error.code === 'LIMIT_FILE_COUNT') {
    return tooLarge(`There are more than ${String(MOST_FILES)} files in the request. Send them in several.`);
  }
  return error instanceof Error
    ? refuse('INVALID_ARGUMENT', `The upload cannot be read: ${error.message}.`)
    : error;
}

/** Multer's own error, known by its name: the class is loaded late. */
function isLimit(error: unknown): error is MulterError {
  return error instanceof Error && error.name === 'MulterError';
}

function tooLarge(detail: string): RequestRefused {
  return new RequestRefused({ status: 413, title: 'INVALID_ARGUMENT', detail });
}

/** Keeps files in memory until all files of one request together pass `total` bytes. */
function memoryWithin(total: number): StorageEngine {
  const sizes = new WeakMap<Request, number>();
  return {
    _handleFile(request, file, done) {
      const chunks: Buffer[] = [];
      file.stream.on('data', (chunk: Buffer) => {
        const size = (sizes.get(request) ?? 0) + chunk.length;
        sizes.set(request, size);
        if (size <= total) chunks.push(chunk);
        else chunks.length = 0;
      });
      file.stream.on('error', done);
      file.stream.on('end', () => {
        if ((sizes.get(request) ?? 0) > total) {
          done(
            tooLarge(
              `The files together are larger than ${String(Math.round(total / 1024 / 1024))} MB. Send them in several requests.`,
            ),
          );
          return;
        }
        const buffer = Buffer.concat(chunks);
        done(null, { buffer, size: buffer.length });
      });
    },
    _removeFile(_request, _file, done) {
      done(null);
    },
  };
}
