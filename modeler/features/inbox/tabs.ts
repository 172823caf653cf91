/** Which pages of this app are open in this browser: each answers when another asks. */

/** This page, until it is closed or loaded again. */
export const thisTab = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) =>
  part.toString(36),
).join('');

/** How long to wait for answers. */
const ANSWER_MS = 400;
const channel = new BroadcastChannel('countersign.tabs');

channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (data === 'who is there?') channel.postMessage(thisTab);
});

/** The pages that are open, this one among them. */
export function openTabs(): Promise<Set<string>> {
  const found = new Set([thisTab]);
  const onAnswer = ({ data }: MessageEvent<unknown>): void => void found.add(String(data));
  channel.addEventListener('message', onAnswer);
  channel.postMessage('who is there?');
  return new Promise((resolve) =>
    setTimeout(() => {
      channel.removeEventListener('message', onAnswer);
      resolve(found);
    }, ANSWER_MS),
  );
}
