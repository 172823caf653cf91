/** Deployed definitions in the database: read once at start, written by a deployment. */
import { readJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import type { Database } from './database.js';

/** A version of a process, form, decision or DMN file, without its content. */
export interface StoredVersion {
  readonly key: Key;
  readonly id: string;
  readonly version: number;
  readonly versionTag: string | null;
  readonly deploymentKey: Key;
  readonly resourceName: string;
  readonly checksum: string;
}

/** A version of a DMN file. */
export interface StoredRequirements extends StoredVersion {
  readonly name: string;
  /** The decision requirements that it imports. */
  readonly imports: readonly Key[];
}

/** A version of a decision. */
export interface StoredDecision extends StoredVersion {
  readonly name: string;
  readonly requirementsKey: Key;
}

/** Versions that a deployment holds without having made them. */
export interface Reuse {
  readonly deploymentKey: Key;
  readonly keys: readonly Key[];
}

/** A resource as it was deployed. */
export interface StoredResource {
  readonly key: Key;
  readonly deploymentKey: Key;
  readonly name: string;
  readonly checksum: string;
  readonly content: string;
}

/** What the start events of a definition wait with. */
export interface StartWaits {
  readonly timers: readonly { readonly key: Key; readonly elementId: string }[];
  readonly messages: readonly { readonly key: Key; readonly elementId: string }[];
  readonly signals: readonly { readonly key: Key; readonly elementId: string }[];
}

/** Reads and writes definitions. */
export interface DefinitionRows {
  /** How many deployments there were: by it a node notices those of other nodes. */
  deployments(): number;
  /** Counts one more, in the transaction of the deployment; other deployments wait for its end. Answers the new count. */
  countDeployment(): number;
  /** Every version of every process, oldest first; so are the next three. */
  processes(): StoredVersion[];
  forms(): StoredVersion[];
  resources(): StoredVersion[];
  requirements(): StoredRequirements[];
  decisions(): StoredDecision[];
  /** The versions that were deleted: they are among the others all the same. */
  deleted(): Key[];
  /** What deployments hold of earlier ones. */
  reused(): Reuse[];
  /** The BPMN XML a process definition was read from. */
  xmlOf(definitionKey: Key): string | undefined;
  /** The DMN XML of decision requirements. */
  dmnOf(requirementsKey: Key): string | undefined;
  hasActiveInstances(definitionKey: Key): boolean;
  /** Versions in which active instances began that were migrated since: their journal names them. */
  formerOfActive(): Key[];
  startWaits(definitionKey: Key): StartWaits;
  insertResource(resource: StoredResource): void;
}

const FILE = 'deployment_key as deploymentKey, resource_name as resourceName, checksum';

/** The definitions on `connection`. */
export function createDefinitionRows(connection: Database): DefinitionRows {
  const counted = connection.prepare(`select value from counter where name = 'deployments'`);
  const count = connection.prepare(
    `update counter set value = value + 1 where name = 'deployments' returning value`,
  );
  const processes = connection.prepare(
    `select key, process_id as id, version, version_tag as versionTag, ${FILE} from process_definition order by key`,
  );
  const forms = connection.prepare(
    `select key, form_id as id, version, version_tag as versionTag, ${FILE} from form order by key`,
  );
  const resources = connection.prepare(
    `select key, resource_id as id, version, version_tag as versionTag, ${FILE} from generic_resource order by key`,
  );
  const requirements = connection.prepare(
    `select key, requirements_id as id, version, null as versionTag, name, imports, ${FILE}
     from decision_requirements order by key`,
  );
  const decisions = connection.prepare(
    `select d.key, d.decision_id as id, d.version, d.version_tag as versionTag, d.name,
       d.requirements_key as requirementsKey, d.deployment_key as deploymentKey,
       r.resource_name as resourceName, r.checksum
     from decision_definition d join decision_requirements r on r.key = d.requirements_key order by d.key`,
  );
  const deleted = connection.prepare('select key from deleted_definition order by key');
  const reused = connection.prepare(
    'select key as deploymentKey, reused from deployment where reused is not null order by key',
  );
  const xml = connection.prepare(
    `select r.content from process_definition d join resource r on r.key = d.resource_key where d.key = ?`,
  );
  const dmn = connection.prepare(
    `select r.content from decision_requirements d join resource r on r.key = d.resource_key where d.key = ?`,
  );
  const active = connection.prepare(
    `select 1 from process_instance where process_definition_key = ? and state = 'ACTIVE' limit 1`,
  );
  const former = connection.prepare(
    `select distinct m.definitions from migrated_instance m join process_instance p on p.key = m.key
     where exists (select 1 from process_instance r where r.key = p.root_key and r.state = 'ACTIVE')`,
  );
  const waits = ['timer', 'message_subscription', 'signal_subscription'].map((table) => {
    return connection.prepare(
      `select key, element_id as elementId from ${table} where process_definition_key = ? and root_key is null order by key`,
    );
  });
  const insert = connection.prepare(
    'insert into resource (key, deployment_key, name, checksum, content) values (?, ?, ?, ?, ?)',
  );
  return {
    deployments: () => (counted.get() as { value: number }).value,
    countDeployment: () => (count.get() as { value: number }).value,
    processes: () => processes.all() as StoredVersion[],
    forms: () => forms.all() as StoredVersion[],
    resources: () => resources.all() as StoredVersion[],
    requirements: () =>
      (requirements.all() as (StoredRequirements & { imports: string })[]).map((row) => ({
        ...row,
        imports: readJson(row.imports) as Key[],
      })),
    decisions: () => decisions.all() as StoredDecision[],
    deleted: () => (deleted.all() as { key: Key }[]).map(({ key }) => key),
    reused: () =>
      (reused.all() as { deploymentKey: Key; reused: string }[]).map((row) => ({
        deploymentKey: row.deploymentKey,
        keys: readJson(row.reused) as Key[],
      })),
    xmlOf: (key) => (xml.get(key) as { content: string } | undefined)?.content,
    dmnOf: (key) => (dmn.get(key) as { content: string } | undefined)?.content,
    hasActiveInstances: (key) => active.get(key) !== undefined,
    formerOfActive: () => [
      ...new Set(
        (former.all() as { definitions: string }[]).flatMap(
          ({ definitions }) => readJson(definitions) as Key[],
        ),
      ),
    ],
    startWaits(key) {
      const [timers, messages, signals] = waits.map(
        (statement) => statement.all(key) as { key: Key; elementId: string }[],
      );
      return { timers, messages, signals };
    },
    insertResource: ({ key, deploymentKey, name, checksum, content }) => {
      insert.run(key, deploymentKey, name, checksum, content);
    },
  };
}
