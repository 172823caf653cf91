/** Deployed definitions in the database: read once at start, written by a deployment. */
import type { Key } from '@countersign/engine';
import type { Database } from './database.js';

/** A version of a process, without its model. */
export interface StoredDefinition {
  readonly key: Key;
  readonly processId: string;
  readonly version: number;
  readonly resourceName: string;
  readonly checksum: string;
}

/** A version of a form, without its content. */
export interface StoredForm {
  readonly key: Key;
  readonly formId: string;
  readonly version: number;
  readonly resourceName: string;
  readonly checksum: string;
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
  /** Every version of every process, oldest first. */
  definitions(): StoredDefinition[];
  /** Every version of every form, oldest first. */
  forms(): StoredForm[];
  /** The BPMN XML a definition was read from. */
  xmlOf(definitionKey: Key): string | undefined;
  hasActiveInstances(definitionKey: Key): boolean;
  startWaits(definitionKey: Key): StartWaits;
  insertResource(resource: StoredResource): void;
}

/** The definitions on `connection`. */
export function createDefinitionRows(connection: Database): DefinitionRows {
  const definitions = connection.prepare(
    `select key, process_id as processId, version, resource_name as resourceName, checksum
     from process_definition order by key`,
  );
  const forms = connection.prepare(
    `select key, form_id as formId, version, resource_name as resourceName, checksum from form order by key`,
  );
  const xml = connection.prepare(
    `select r.content from process_definition d join resource r on r.key = d.resource_key where d.key = ?`,
  );
  const active = connection.prepare(
    `select 1 from process_instance where process_definition_key = ? and state = 'ACTIVE' limit 1`,
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
    definitions: () => definitions.all() as StoredDefinition[],
    forms: () => forms.all() as StoredForm[],
    xmlOf: (key) => (xml.get(key) as { content: string } | undefined)?.content,
    hasActiveInstances: (key) => active.get(key) !== undefined,
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
