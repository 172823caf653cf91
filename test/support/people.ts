/** Calls to a server as people with accounts, by Basic credentials, as a client would. */

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A call; `username` is also the password of a demo account, and null sends no credentials. */
export type CallAs = (
  username: string | null,
  method: string,
  path: string,
  body?: object,
) => Promise<Answer>;

/** Calls to the server at this address. */
export function callsTo(url: string): CallAs {
  return async (username, method, path, body) => {
    const basic = username === null ? null : Buffer.from(`${username}:${username}`).toString('base64');
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(basic !== null && { Authorization: `Basic ${basic}` }),
        ...(body && !(body instanceof FormData) && { 'Content-Type': 'application/json' }),
      },
      body: body instanceof FormData ? body : body && JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      body: (text === '' ? {} : isJson ? JSON.parse(text) : { text }) as Record<string, unknown>,
    };
  };
}

/** The user tasks of a process instance that are open, oldest first. */
export async function openTasks(call: CallAs, processInstanceKey: string): Promise<string[]> {
  const answer = await call(null, 'POST', '/v2/user-tasks/search', {
    filter: { processInstanceKey, state: 'CREATED' },
    sort: [{ field: 'creationDate', order: 'ASC' }],
  });
  return (answer.body.items as { userTaskKey: string }[]).map(({ userTaskKey }) => userTaskKey);
}
