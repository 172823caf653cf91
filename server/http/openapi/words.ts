/** A line about an operation, from the words of its address: `POST /v2/jobs/:jobKey/completion` is "Completion of a job". */

const IRREGULAR: Readonly<Record<string, string>> = {
  people: 'person',
  me: 'me',
  status: 'status',
  audit: 'audit',
};

/** What an operation does, as a phrase. */
export function summaryOf(method: string, path: string): string {
  const parts = path
    .replace(/^\/(?:v2|api)\//, '/')
    .split('/')
    .slice(1);
  const last = parts.at(-1) ?? '';
  const owner = ownerOf(parts);
  if (last === 'search' && method === 'POST') {
    const what = parts.at(-2) ?? '';
    const of = ownerOf(parts.slice(0, -1));
    return capital(`search ${words(what)}${of}`);
  }
  if (isPlace(last)) return capital(`${VERBS[method] ?? method} ${a(singular(words(nounOf(parts))))}`);
  if (parts.length === 1 && method === 'POST') return capital(`create ${a(singular(words(last)))}`);
  if (method === 'GET') return capital(`${words(last)}${owner}`);
  if (method === 'PUT' || method === 'DELETE') return capital(`${VERBS[method]} ${words(last)}${owner}`);
  return capital(`${words(last)}${owner}`);
}

const VERBS: Readonly<Record<string, string>> = {
  GET: 'look at',
  PUT: 'change',
  PATCH: 'change',
  POST: 'create',
  DELETE: 'remove',
};

/** " of a job" for what stands below a job; " of jobs" for what stands below all of them. */
function ownerOf(parts: readonly string[]): string {
  const before = parts.slice(0, -1);
  const last = before.at(-1);
  if (last === undefined) return '';
  if (!isPlace(last)) return ` of ${words(last)}`;
  return ` of ${a(singular(words(nounOf(before))))}`;
}

/** Whether a part of an address stands for something, such as `:jobKey`. */
function isPlace(part: string): boolean {
  return /^[:*]/.test(part);
}

/** The last part that is a word. */
function nounOf(parts: readonly string[]): string {
  return parts.findLast((part) => !isPlace(part)) ?? '';
}

function words(part: string): string {
  return part.replaceAll('-', ' ');
}

function singular(text: string): string {
  const irregular = IRREGULAR[text];
  if (irregular !== undefined) return irregular;
  if (text.endsWith('ies')) return `${text.slice(0, -3)}y`;
  return text.endsWith('s') ? text.slice(0, -1) : text;
}

function a(noun: string): string {
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
