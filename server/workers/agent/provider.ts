/** From what a task names to a provider that can be asked: secrets are put in place here and nowhere else. */
import type { ModelProvider } from '../../agents/model-port.js';
import { openAiCompatibleProvider } from '../../agents/openai-compatible.js';
import { isSecretReference, missingSecret, resolveSecrets } from '../../agents/secrets.js';
import type { Secrets } from '../../agents/secrets.js';
import { simulatedProvider } from '../../agents/simulated.js';
import type { Simulation } from '../../agents/simulated.js';
import type { ProviderChoice } from './task.js';

/** A provider, or why it cannot be asked. */
export type ProviderResult =
  { readonly ok: true; readonly provider: ModelProvider } | { readonly ok: false; readonly message: string };

/** The provider of a task. */
export function chooseProvider(
  choice: ProviderChoice,
  secrets: Secrets,
  simulation: Simulation,
): ProviderResult {
  if (choice.type === 'simulated') return simulatedProvider(simulation);
  const secretValues: string[] = [];
  const problems: string[] = [];
  const resolve = (text: string): string => {
    const resolved = resolveSecrets(text, secrets);
    if (!resolved.ok) {
      problems.push(missingSecret(resolved.missing));
      return '';
    }
    secretValues.push(...resolved.values);
    return resolved.text;
  };
  const apiKey = choice.apiKey === undefined ? undefined : resolve(choice.apiKey);
  if (choice.apiKey !== undefined && !isSecretReference(choice.apiKey)) {
    problems.push(
      'The API key must be a reference such as {{secrets.MODEL_KEY}}: a key written out is stored with the variables.',
    );
  }
  const headers = Object.fromEntries(
    Object.entries(choice.headers).map(([name, value]) => [name, resolve(value)]),
  );
  const url = resolve(choice.endpoint).replace(/\/+$/, '');
  if (problems.length === 0 && !isAddress(url)) {
    problems.push(
      'The input provider.openaiCompatible.endpoint is not an address such as http://localhost:11434/v1.',
    );
  }
  if (problems.length > 0) return { ok: false, message: problems.join(' ') };
  return { ok: true, provider: openAiCompatibleProvider({ url, apiKey, headers, secretValues }) };
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
