/** The server's own model: asked by agent tasks that name no provider. One setting makes it. */

/** A model at an OpenAI-compatible address. */
export interface DefaultModel {
  readonly model: string;
  readonly endpoint: string;
  /** A reference to the secret that holds its key; undefined where none is needed. */
  readonly apiKey: string | undefined;
}

/** Reads `MODEL@ADDRESS`, such as `llama3.2@http://localhost:11434/v1`; null where the text is something else. */
export function readDefaultModel(text: string, apiKey: string | undefined): DefaultModel | null {
  const [, model, endpoint] = /^(.+?)@(https?:\/\/.+)$/.exec(text) ?? [];
  if (model === undefined || URL.parse(endpoint) === null) return null;
  return { model, endpoint, apiKey };
}
