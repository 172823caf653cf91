/**
 * Has the official Java client walk through the API over REST: its filters, and answers as it reads them. It needs Java
 * 17 and Maven, which fetches the client.
 */
import { fetchArtifact } from '../setup/maven.mjs';
import { giveUp, runNode, tools } from '../setup/run.mjs';

const CLIENT = { group: 'io.camunda', name: 'camunda-client-java', version: '8.9.0' };

try {
  const library = await fetchArtifact(CLIENT, ['zeebe', 'zeebe-snapshots', 'camunda-identity', 'identity']);
  const env = { COUNTERSIGN_JAVA_CLIENT: library };
  const { code } = await runNode(tools.vitest, ['run', 'test/outside/java-client'], { env });
  process.exitCode = code;
} catch (error) {
  giveUp(error);
}
