/** The fetch of model calls: follows no redirect, so that no key goes elsewhere, and reads no endless answer. */

/** Bytes that an answer may have. The greatest useful answers of models are far below. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Like fetch; gives a redirect as the answer it is, and breaks off a body longer than a model's answer can be. */
export const limitedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'manual' });
  if (!response.body) return response;
  let bytes = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > MAX_BYTES) controller.error(new Error(`The answer is longer than ${MAX_BYTES} bytes.`));
        else controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(counted, { status, statusText, headers });
};
