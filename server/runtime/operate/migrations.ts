/** Migration of a single process instance: its target is read first, so that a step never waits for it. */
import { checkMigration } from '@countersign/engine';
import type { Actor, ElementMapping, Key, MigrationCheck, Rejection } from '@countersign/engine';
import type { FindRoot } from '../../store/roots.js';
import { runCommand } from '../commands.js';
import type { GroupCommit } from '../group-commit.js';
import type { CommandResult, Definitions, Refused } from '../runtime.js';

/** Which instance to migrate, to which version; `mappings` undefined maps elements that have the same id. */
export interface MigrationRequest {
  readonly processInstanceKey: Key;
  readonly targetProcessDefinitionKey: Key;
  readonly mappings?: readonly ElementMapping[];
}

/** What the runtime offers of migrations. */
export interface Migrations {
  migrate(request: Required<MigrationRequest>, actor: Actor): Promise<CommandResult>;
  /** What a migration would do, without doing it. */
  check(request: MigrationRequest): Promise<({ readonly ok: true } & MigrationCheck) | Refused>;
}

/** Migrations through `group`. */
export function createMigrations(
  group: GroupCommit,
  findRoot: FindRoot,
  definitions: Definitions,
): Migrations {
  return {
    async migrate(request, actor) {
      const { targetProcessDefinitionKey: key } = request;
      if (definitions.isDeleted(key)) return refuse(`The process definition ${key} was deleted.`);
      await definitions.load(key);
      return group.run((batch) =>
        runCommand(batch, findRoot, { type: 'migrate instance', ...request }, actor),
      );
    },
    async check({ processInstanceKey, targetProcessDefinitionKey, mappings }) {
      const target = await definitions.load(targetProcessDefinitionKey);
      if (!target || definitions.isDeleted(target.key))
        return refuse(`No process definition has the key ${targetProcessDefinitionKey}.`);
      return group.run<({ readonly ok: true } & MigrationCheck) | Refused>((batch) => {
        const found = findRoot('process instance', processInstanceKey);
        const tree = found && !found.isOver ? batch.tree(found.rootKey) : undefined;
        const check = tree && checkMigration(tree, processInstanceKey, target, mappings, batch.now);
        return check
          ? { ok: true, ...check }
          : refuse(`No active process instance has the key ${processInstanceKey}.`);
      });
    },
  };
}

function refuse(reason: string): Refused {
  const rejection: Rejection = { type: 'NOT_FOUND', reason };
  return { ok: false, rejection };
}
