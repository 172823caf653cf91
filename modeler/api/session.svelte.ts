/** Who is signed in, and what kind of server this is. */
import { request, whenUnauthorized } from './request.js';

/** The signed-in person. */
export interface User {
  username: string;
  name: string;
  email: string | null;
  groups: string[];
  roles: string[];
}

/** An account that the demo mode offers on the sign-in page. */
export interface DemoAccount {
  username: string;
  password: string;
  name: string;
  role: string;
}

/** What a person may need a role for. */
export type Act = 'work' | 'send' | 'operate' | 'deploy' | 'administer' | 'export' | 'erase';

/** What the server says about the session and itself. */
export interface Session {
  user: User | null;
  /** What this person may not do, each with the reason in a sentence. */
  refused: Partial<Record<Act, string>>;
  authentication: string;
  demoAccounts?: DemoAccount[];
  version: string;
  environment: string;
  /** Opens what this person keeps in the browser; null for nobody. */
  keepKey: string | null;
  /** True when AI answers come from the simulation, not from a model. */
  simulated: boolean;
}

let current = $state.raw<Session | null>(null);

/** The session as last read; null before the first answer. */
export function session(): Session | null {
  return current;
}

/** The name under which this person claims tasks; without accounts it is the server's one anonymous user. */
export function me(): string {
  return current?.user?.username ?? 'anonymous';
}

/** Whether this person may take the audit trail out of the house; the server decides it again. */
export function mayExport(): boolean {
  return whyNot('export') === undefined;
}

/** Whether this person may erase persons; the server decides it again. */
export function mayErase(): boolean {
  return whyNot('erase') === undefined;
}

/** Why this person may not do something; undefined where it may. The server decides it again. */
export function whyNot(act: Act): string | undefined {
  return current?.refused[act];
}

/** Reads the session from the server. */
export async function loadSession(): Promise<void> {
  current = await request<Session>('/api/session');
}

/** Signs in; throws the server's problem when the password is wrong. */
export async function signIn(username: string, password: string): Promise<void> {
  await request('/api/session', { method: 'POST', body: { username, password } });
  await loadSession();
}

let mayLeave: () => Promise<boolean> = () => Promise.resolve(true);

/** Asks before somebody signs out; the returned function removes the question. */
export function guardSignOut(ask: () => Promise<boolean>): () => void {
  mayLeave = ask;
  return () => {
    if (mayLeave === ask) mayLeave = () => Promise.resolve(true);
  };
}

/** Ends the session in this browser; false where something that is not done yet stood against it. */
export async function signOut(): Promise<boolean> {
  if (!(await mayLeave())) return false;
  await request('/api/session', { method: 'DELETE' });
  await loadSession();
  return true;
}

whenUnauthorized(() => {
  if (current?.user) current = { ...current, user: null, refused: {} };
});
