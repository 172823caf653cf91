/**
 * A model provider on loopback that speaks the chat completions protocol of OpenAI over real HTTP. It answers
 * what it is told, in order, and remembers what it was asked.
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of the provider. */
export type FakeAnswer =
  | {
      /** The assistant's text. */
      readonly text: string;
      readonly finishReason?: string;
      /** Tokens reported; `null` reports no usage at all. */
      readonly usage?: { readonly input: number; readonly output: number; readonly cached?: number } | null;
      /** The model named in the answer; the one asked for when absent. */
      readonly model?: string;
    }
  | {
      readonly status: number;
      readonly message?: string;
      readonly code?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Bytes that are not the protocol's, with status 200. */
  | { readonly raw: string }
  /** The connection is closed without a word. */
  | { readonly hangUp: true }
  /** Nothing comes until the caller goes away. */
  | { readonly silence: true };

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A running provider. */
export interface FakeModelProvider {
  /** Base URL to configure. */
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly SeenRequest[];
  /** Adds answers, given in this order; without one left the provider answers 500. */
  answer(...answers: readonly FakeAnswer[]): void;
  /** Resolves when the provider has been asked `count` times. */
  asked(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a provider on a free port. */
export async function startFakeModelProvider(): Promise<FakeModelProvider> {
  const requests: SeenRequest[] = [];
  const answers: FakeAnswer[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
      requests.push({ path: request.url ?? '', headers: request.headers, body });
      const next = answers.shift() ?? { status: 500, message: 'no answer was prepared' };
      give(next, response, { model: String(body.model), count: requests.length });
      for (const look of [...waiting]) look();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    answer: (...more) => answers.push(...more),
    asked: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (requests.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function give(answer: FakeAnswer, response: ServerResponse, asked: { model: string; count: number }): void {
  if ('silence' in answer) return;
  if ('hangUp' in answer) {
    response.destroy();
    return;
  }
  if ('raw' in answer) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer.raw);
    return;
  }
  if ('status' in answer) {
    const { status, message = 'failed', code = null, headers } = answer;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message, type: 'error', param: null, code } }));
    return;
  }
  const { text, finishReason = 'stop', usage = { input: 120, output: 30 }, model = asked.model } = answer;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      id: `chatcmpl-${asked.count}`,
      object: 'chat.completion',
      created: 1_700_000_000,
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finishReason }],
      ...(usage && {
        usage: {
          prompt_tokens: usage.input,
          completion_tokens: usage.output,
          total_tokens: usage.input + usage.output,
          prompt_tokens_details: { cached_tokens: usage.cached ?? 0 },
        },
      }),
    }),
  );
}
