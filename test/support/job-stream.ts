/** A worker on a job stream: one socket of its own, which a test can pause and cut. */
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { readJson } from '@countersign/engine';

/** A job as the stream brings it. */
export interface StreamedJob {
  readonly jobKey: string;
  readonly processInstanceKey: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** An open stream. */
export interface JobStreamClient {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The next job; rejected where the stream ends first. */
  next(): Promise<StreamedJob>;
  /** The next empty line. */
  heartbeat(): Promise<void>;
  /** Reads nothing more from the socket, until `resume`. */
  pause(): void;
  resume(): void;
  /** Cuts the connection. */
  hangUp(): void;
  /** How it ended: `clean` where the server said so. */
  readonly ended: Promise<'clean' | 'broken'>;
}

/** Opens a stream on a server; fulfilled when the server has answered. */
export async function openJobStream(url: string, body: object): Promise<JobStreamClient> {
  const sent = request(`${url}/api/jobs/stream`, {
    method: 'POST',
    agent: false,
    headers: { 'Content-Type': 'application/json' },
  });
  sent.end(JSON.stringify(body));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  const jobs = lineUp<StreamedJob>();
  const beats = lineUp<undefined>();
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (part: string) => {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') beats.add(undefined);
      else jobs.add(readJson(line) as StreamedJob);
    }
  });
  const ended = new Promise<'clean' | 'broken'>((resolve) => {
    response.once('end', () => resolve('clean'));
    response.once('close', () => resolve(response.complete ? 'clean' : 'broken'));
    response.on('error', () => undefined);
    sent.on('error', () => undefined);
  });
  void ended.then((how) => jobs.fail(new Error(`The stream has ended: ${how}`)));
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    next: jobs.next,
    async heartbeat() {
      await beats.next();
    },
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    hangUp: () => void sent.destroy(),
    ended,
  };
}

/** Values in the order in which they come, for those who wait for them. */
function lineUp<T>() {
  const values: T[] = [];
  const waiting: { resolve(value: T): void; reject(error: Error): void }[] = [];
  let failure: Error | undefined;
  return {
    add(value: T): void {
      const first = waiting.shift();
      if (first) first.resolve(value);
      else values.push(value);
    },
    fail(error: Error): void {
      failure = error;
      for (const { reject } of waiting.splice(0)) reject(error);
    },
    next(): Promise<T> {
      if (values.length > 0) return Promise.resolve(values.shift() as T);
      if (failure) return Promise.reject(failure);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
  };
}
