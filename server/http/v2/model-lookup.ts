/** Looks into the model of a deployed definition for what no projection stores: names and headers. */
import { activityOf, parseKey } from '@countersign/engine';
import type { FlowNode } from '@countersign/engine';
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
