/**
 * What the rows' keys and ids mean: the processes and elements of the definitions they name. A few definitions are
 * kept; an export goes through many instances of few versions.
 */
import { activityOf, asKey } from '@countersign/engine';
import type { ElementType, FlowNode, ProcessModel } from '@countersign/engine';
import type { Definitions } from '../runtime/runtime.js';

/** A version of a process, with what its elements are called. */
export interface KnownProcess {
  readonly processId: string;
  readonly version: number;
  /** The name in the diagram, else the id. */
  readonly name: string;
  element(id: string): KnownElement | undefined;
}

/** An element of a process. */
export interface KnownElement {
  /** The name in the diagram, else the id. */
  readonly name: string;
  /** Of an activity that runs several times its own, which the body around its runs shares. */
  readonly type: ElementType;
  /** Whether it runs several times: a row is of one run or of the body around all. */
  readonly isRepeated: boolean;
  /** Where people approve or refuse: the variables that carry the answer and its reason. */
  readonly approval: { readonly answer: string; readonly reason: string } | null;
}

/** The process of a definition key; undefined where its model is not there any more. */
export type FindProcess = (processDefinitionKey: string | null) => Promise<KnownProcess | undefined>;

/** Definitions kept at once. */
const KEPT = 200;

/** A lookup in the deployed definitions. */
export function createFindProcess(definitions: Definitions): FindProcess {
  const known = new Map<string, KnownProcess | undefined>();
  return async (key) => {
    if (key === null) return undefined;
    if (known.has(key)) return known.get(key);
    if (known.size >= KEPT) known.clear();
    const definition = await definitions.load(asKey(Number(key)));
    const found = definition && toKnown(definition.processId, definition.version, definition.model);
    known.set(key, found);
    return found;
  };
}

function toKnown(processId: string, version: number, model: ProcessModel): KnownProcess {
  const elements = new Map<string, KnownElement>();
  return {
    processId,
    version,
    name: model.name ?? processId,
    element(id) {
      let element = elements.get(id);
      const node = element ? undefined : model.elementsById.get(id);
      if (node) {
        const activity = activityOf(node);
        element = {
          name: node.name ?? id,
          type: activity.type,
          isRepeated: activity !== node,
          approval: approvalOf(activity),
        };
        elements.set(id, element);
      }
      return element;
    },
  };
}

/** A user task asks for an approval where its headers or properties say so. */
function approvalOf({ properties, userTask }: FlowNode): KnownElement['approval'] {
  const settings = { ...properties, ...userTask?.headers };
  if (!userTask || settings.approval !== 'true') return null;
  return { answer: settings.approvalVariable || 'approved', reason: settings.reasonVariable || 'reason' };
}
