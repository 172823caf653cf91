/** Signing out: what is unsaved on the page can be kept first, and nothing of the page stays for the next person. */
import { tick } from 'svelte';
import { signOut } from '../api/session.svelte.js';
import { mayLeave, navigate } from '../ui/router.svelte.js';
import { forgetToasts } from '../ui/toast.svelte.js';

/** Ends the session and leaves the page; does nothing where the person chooses to stay on it. */
export async function leave(): Promise<void> {
  if (!(await mayLeave())) return;
  if (!(await signOut())) return;
  forgetToasts();
  // The page is gone from the screen before its address is: it asks for nothing more.
  await tick();
  await navigate('/', { replace: true });
}
