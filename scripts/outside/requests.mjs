/**
 * Sends thousands of requests that break the API's own description and the reference's, and holds each refusal against
 * what a refusal is. A number of values for each place of a body can be given (`npm run outside -- requests 10`); the seed is
 * COUNTERSIGN_PROPERTY_SEED.
 */
import { PlainFailure, giveUp, runNode, tools } from '../setup/run.mjs';

try {
  const [values = '120'] = process.argv.slice(2);
  if (!/^[1-9]\d{0,3}$/.test(values)) {
    throw new PlainFailure(`"${values}" is no number of values. Example: npm run outside -- requests 120`);
  }
  const env = { COUNTERSIGN_REFUSED_VALUES: values };
  const files = ['refused-requests', 'reference-requests'].map((name) => `test/server/${name}.test.ts`);
  const { code } = await runNode(tools.vitest, ['run', ...files], { env });
  process.exitCode = code;
} catch (error) {
  giveUp(error);
}
