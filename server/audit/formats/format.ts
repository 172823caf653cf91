/** What a format is: it turns the rows of an export into a file, a piece at a time. */
import type { Key } from '@countersign/engine';
import type { StoredCheckpoint } from '../../store/audit-tree.js';
import type { AuditRow } from '../../store/queries/audit-rows.js';
import type { FindProcess } from '../definitions.js';
import type { AuditFilter } from '../filter.js';
import type { NameActor } from '../people.js';
import type { Comparison } from '../proof/compare.js';
import type { AuditRows } from '../rows.js';

/** Everything a format can draw on. */
export interface ExportSource {
  readonly rows: AuditRows;
  readonly filter: AuditFilter;
  readonly findProcess: FindProcess;
  readonly nameActor: NameActor;
  /** The BPMN file of a definition; null where it is not there any more. */
  definitionXml(processDefinitionKey: string): Promise<string | null>;
  /** The rows of these types that fit the filter. */
  ofTypes(types: readonly string[]): AuditRows;
  /** Every row there is, or every row of these types, whatever the filter leaves out. */
  everything(types?: readonly string[]): AuditRows;
  /** Every row of an instance, whatever the filter leaves out. */
  instance(processInstanceKey: Key): AuditRows;
  /** Holds the journal, as it stands, against the newest signed tree; null where none was signed yet. */
  compare(): Promise<{ readonly checkpoint: StoredCheckpoint; readonly comparison: Comparison } | null>;
  /** Signs a text that ends in a line break as a note, with the log's key. */
  sign(text: string): string;
  /** Who asked for the file, and when (milliseconds since the epoch). */
  readonly actor: string;
  readonly now: number;
  /** The name of this installation's log: the source of CloudEvents and the origin of logs. */
  readonly origin: string;
  /** Says how many rows of the journal went into the file. */
  count(rows: number): void;
  /** Says that the file holds why it could not be made, instead of what was asked for. */
  fail(reason: Error): void;
}

/** A kind of file. */
export interface ExportFormat {
  /** As it is asked for, and at the end of the file's name. */
  readonly name: string;
  readonly extension: string;
  readonly mediaType: string;
  /** Whether it tells of the signed tree: every row that there is gets its checkpoint first. */
  readonly tellsOfTree?: boolean;
  write(source: ExportSource): AsyncGenerator<string | Uint8Array>;
}

/** A format that writes each row by itself, in the order of the journal. */
export function rowByRow(
  format: Omit<ExportFormat, 'write'> & {
    /** What the file begins and ends with. */
    readonly head?: string;
    readonly tail?: string;
    /** The text of a chunk of rows (never empty); `first` where nothing was written before it. */
    readonly chunk: (rows: readonly AuditRow[], source: ExportSource, first: boolean) => string;
  },
): ExportFormat {
  const { head, tail, chunk, ...rest } = format;
  return {
    ...rest,
    async *write(source) {
      if (head !== undefined) yield head;
      let first = true;
      for await (const rows of source.rows.byPosition()) {
        if (rows.length === 0) continue;
        source.count(rows.length);
        yield chunk(rows, source, first);
        first = false;
      }
      if (tail !== undefined) yield tail;
    },
  };
}
