/**
 * The canonical text of a row, straight from its columns. It is the text of the engine's `leafText`, which says what
 * it has to be; written member by member because the sequencer does it for every row there is. A test holds the two
 * against each other.
 */
import { unicodeJson } from '@countersign/engine';
import type { StoredLeaf } from '@countersign/engine';

let lastAt = NaN;
let lastTime = '';

/** A moment as the leaf has it; rows of one batch share theirs. */
function timeOf(at: number): string {
  if (at !== lastAt) {
    lastAt = at;
    lastTime = new Date(at).toISOString();
  }
  return lastTime;
}

/** Letters, digits and signs that stand in JSON as they are. */
const PLAIN = /^[ !#-[\]-~]*$/;

function text(value: string | null): string {
  if (value === null) return 'null';
  return PLAIN.test(value) ? `"${value}"` : unicodeJson(value);
}

function key(value: number | null): string {
  return value === null ? 'null' : `"${value}"`;
}

/** The canonical text of a row. */
export function fastLeafText(row: StoredLeaf): string {
  return (
    `{"actor":${text(row.actor)},"at":"${timeOf(row.at)}","commitment":${text(row.commitment)}` +
    `,"data":${unicodeJson(row.data)},"elementId":${text(row.elementId)}` +
    `,"elementInstanceKey":${key(row.elementInstanceKey)},"flowId":${text(row.flowId)}` +
    `,"position":"${row.position}","processDefinitionKey":${key(row.processDefinitionKey)}` +
    `,"processInstanceKey":${key(row.processInstanceKey)},"rootKey":${key(row.rootKey)}` +
    `,"sequence":${String(row.sequence)},"type":${text(row.type)}}`
  );
}
