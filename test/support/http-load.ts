/**
 * A load generator for the HTTP door: kept-alive connections, requests as the official client sends them, and no more
 * work than that, because it shares the processors with the server it measures.
 */
import { Agent, request } from 'node:http';

/** An answer, and the milliseconds from sending the request to its last byte. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

/** Sends requests to one server. */
export interface Load {
  /** Sends a request, with a JSON body where there is one. Throws where the connection fails; any status is an answer. */
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  /** Creates an instance. Throws unless it was created. Answers the milliseconds. */
  create(processId: string, variables?: object): Promise<number>;
  /** Leases jobs, waiting for a first one; answers their keys. */
  activate(type: string, maxJobs: number): Promise<readonly string[]>;
  /** Completes a job. Throws unless it was completed. Answers the milliseconds. */
  complete(jobKey: string): Promise<number>;
  close(): void;
}

/** A generator that keeps at most `connections` open to `url`. */
export function createLoad(url: string, connections: number): Load {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'lifo' });

  const send = (method: string, path: string, body?: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const started = performance.now();
      const payload = body === undefined ? '' : JSON.stringify(body);
      const headers = {
        accept: 'application/json',
        ...(payload !== '' && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(payload),
        }),
      };
      const sent = request({ hostname, port, path, method, agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - started }),
        );
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(payload);
    });

  const must = async (path: string, body: unknown): Promise<Answer> => {
    const answer = await send('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return answer;
  };

  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    async create(processDefinitionId, variables = {}) {
      return (await must('/v2/process-instances', { processDefinitionId, variables })).ms;
    },
    async activate(type, maxJobsToActivate) {
      const body = { type, worker: 'bench', timeout: 600_000, maxJobsToActivate, requestTimeout: 500 };
      const { jobs } = JSON.parse((await must('/v2/jobs/activation', body)).text) as {
        jobs: { jobKey: string }[];
      };
      return jobs.map(({ jobKey }) => jobKey);
    },
    async complete(jobKey) {
      return (await must(`/v2/jobs/${jobKey}/completion`, { variables: {} })).ms;
    },
    close: () => agent.destroy(),
  };
}
