/** What operators do to the instance of a case, with elements by id instead of keys. */
import type { AncestorChoice, Command, ElementReference, JsonObject, Key } from '@countersign/engine';

/** An element; `nth` names one of its active instances, oldest first, and without it all are meant. */
interface ElementPlace {
  readonly id: string;
  readonly nth?: number;
}

/** Variables by the id of their scope; the empty id is the process instance. */
type ScopedSettings = Readonly<Record<string, JsonObject>>;

/** A modification: `in` names the scope to begin in, or for a move how to find it. */
export interface ModifySettings {
  readonly activate?: readonly {
    readonly id: string;
    readonly in?: ElementPlace;
    readonly set?: ScopedSettings;
  }[];
  readonly move?: readonly {
    readonly from: ElementPlace;
    readonly to: string;
    readonly in?: 'inferred' | 'source parent' | ElementPlace;
    readonly set?: ScopedSettings;
  }[];
  readonly terminate?: readonly ElementPlace[];
}

/** The members of a case's command that operators give. */
export interface OperateCommand {
  /** Modifies the instance. */
  readonly modify?: ModifySettings;
  /** Suspends the instance, or resumes it. */
  readonly suspend?: true;
  readonly resume?: true;
  /** Migrates the instance to the latest version of `to`, with pairs of ids. */
  readonly migrate?: { readonly to: string; readonly map: Readonly<Record<string, string>> };
  /** Which process instance it is about: the called one of this process; the root where absent. */
  readonly of?: string;
}

/** How a case's runner finds keys. */
export interface OperateFacts {
  /** The active instance of an element, or of a process. */
  keyAt(id: string, nth: number): Key;
  readonly rootKey: Key;
  /** The latest version of a process. */
  definitionKey(processId: string): Key;
}

type OperatorsCommand = Extract<
  Command,
  { type: 'modify instance' | 'suspend instance' | 'resume instance' | 'migrate instance' }
>;

/** The engine's command for what an operator does; undefined where the case's command is another. */
export function operateCommand(command: OperateCommand, facts: OperateFacts): OperatorsCommand | undefined {
  if (!command.modify && !command.suspend && !command.resume && !command.migrate) return undefined;
  const processInstanceKey = command.of === undefined ? facts.rootKey : facts.keyAt(command.of, 0);
  if (command.suspend) return { type: 'suspend instance', processInstanceKey };
  if (command.resume) return { type: 'resume instance', processInstanceKey };
  if (command.migrate) {
    const { to, map } = command.migrate;
    const mappings = Object.entries(map).map(([sourceElementId, targetElementId]) => ({
      sourceElementId,
      targetElementId,
    }));
    const targetProcessDefinitionKey = facts.definitionKey(to);
    return { type: 'migrate instance', processInstanceKey, targetProcessDefinitionKey, mappings };
  }
  return modification(command.modify ?? {}, processInstanceKey, facts);
}

function modification(
  settings: ModifySettings,
  processInstanceKey: Key,
  facts: OperateFacts,
): OperatorsCommand {
  const { activate = [], move = [], terminate = [] } = settings;
  const keyOf = ({ id, nth = 0 }: ElementPlace): Key => facts.keyAt(id, nth);
  const reference = (place: ElementPlace): ElementReference =>
    place.nth === undefined ? { elementId: place.id } : { elementInstanceKey: keyOf(place) };
  const ancestor = (choice: NonNullable<ModifySettings['move']>[number]['in']): AncestorChoice => {
    if (choice === undefined) return { kind: 'only' };
    return typeof choice === 'string' ? { kind: choice } : { kind: 'direct', key: keyOf(choice) };
  };
  return {
    type: 'modify instance',
    processInstanceKey,
    activate: activate.map((each) => ({
      elementId: each.id,
      ancestorKey: each.in ? keyOf(each.in) : null,
      variables: scoped(each.set),
    })),
    move: move.map((each) => ({
      source: reference(each.from),
      targetId: each.to,
      ancestor: ancestor(each.in),
      variables: scoped(each.set),
    })),
    terminate: terminate.map(reference),
  };
}

function scoped(settings: ScopedSettings = {}): { scopeId: string | null; variables: JsonObject }[] {
  return Object.entries(settings).map(([scopeId, variables]) => ({ scopeId: scopeId || null, variables }));
}
