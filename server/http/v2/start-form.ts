/** The form that is filled in before a process starts. */
import type { Key } from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import { findForm, type FormItem } from '../../store/queries/process-definitions.js';

/** The version of the form that the process means by its binding; null where it names none, or one that is not deployed. */
export async function findStartForm(runtime: Runtime, processDefinitionKey: Key): Promise<FormItem | null> {
  const { definitions, store } = runtime;
  const definition =
    definitions.byKey(processDefinitionKey) ?? (await definitions.load(processDefinitionKey));
  const { startFormId, startFormBinding } = definition?.model ?? {};
  if (!definition || startFormId === undefined || !startFormBinding) return null;
  const formKey = definitions.form(startFormId, startFormBinding, definition.deploymentKey);
  return formKey === undefined ? null : findForm(store.knex, formKey);
}
