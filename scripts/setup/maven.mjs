/** Fetches what a tool of others needs from Maven's central repository, once, into the folder for such things. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromRoot } from './root.mjs';
import { PlainFailure, run } from './run.mjs';

/**
 * @param {{group: string, name: string, version: string}} artifact what is fetched, with all that it depends on
 * @param {readonly string[]} [strayRepositories] ids of repositories that files of dependencies name although all is in
 *   the central one: they are asked nothing
 * @returns {Promise<string>} the folder with the files
 */
export async function fetchArtifact({ group, name, version }, strayRepositories = []) {
  const cache = fromRoot('.cache', name, version);
  const library = join(cache, 'lib');
  if (existsSync(library)) return library;
  mkdirSync(cache, { recursive: true });
  const dependency = `<groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version>`;
  const own =
    '<modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>';
  const off = '<releases><enabled>false</enabled></releases><snapshots><enabled>false</enabled></snapshots>';
  const repositories = strayRepositories
    .map((id) => `<repository><id>${id}</id><url>${pathToFileURL(cache)}</url>${off}</repository>`)
    .join('');
  const pom = join(cache, 'pom.xml');
  writeFileSync(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0">${own}<repositories>${repositories}</repositories><dependencies><dependency>${dependency}</dependency></dependencies></project>\n`,
  );
  const { code, output } = await run(
    'mvn',
    ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${library}`],
    { quiet: true },
  ).catch(() => ({ code: 1, output: 'There is no program mvn.' }));
  if (code !== 0) {
    rmSync(library, { recursive: true, force: true });
    throw new PlainFailure(`${name} could not be fetched by Maven:\n${output}`);
  }
  return library;
}
