/** Looks into the model of a deployed definition for what no projection stores: names and headers. */
import { activityOf, parseKey } from '@countersign/engine';
import type { FlowNode, Key } from '@countersign/engine';
import { findVersionKeys } from '../../store/queries/process-definitions.js';
import type { Runtime } from '../../runtime/runtime.js';

/** The element of a definition, of a multi-instance body the activity in it; undefined where there is none. */
export async function findElement(
  runtime: Runtime,
  processDefinitionKey: string,
  elementId: string,
): Promise<FlowNode | undefined> {
  const key = parseKey(processDefinitionKey);
  if (key === null) return undefined;
  const definition = runtime.definitions.byKey(key) ?? (await runtime.definitions.load(key));
  const element = definition?.model.elementsById.get(elementId);
  return element && activityOf(element);
}

/** The elements that the API gives a name, in one version or, where none is named, in all: those without one have their id. */
export async function findNamed(
  { definitions, store }: Pick<Runtime, 'definitions' | 'store'>,
  name: string,
  processDefinitionKey: unknown,
): Promise<{ definitionKey: Key; elementId: string }[]> {
  const only = typeof processDefinitionKey === 'string' ? parseKey(processDefinitionKey) : null;
  const keys = only === null ? await findVersionKeys(store.knex) : [only];
  const found: { definitionKey: Key; elementId: string }[] = [];
  for (const definitionKey of keys) {
    const definition = definitions.byKey(definitionKey) ?? (await definitions.load(definitionKey));
    for (const element of definition?.model.elements ?? []) {
      if ((activityOf(element).name ?? element.id) === name)
        found.push({ definitionKey, elementId: element.id });
    }
  }
  return found;
}
