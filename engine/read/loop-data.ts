/**
 * The collections of a multi-instance activity as plain BPMN names them (BPMN 2.0.2 §10.3.8, Table 10.29): data of the
 * diagram. Data are variables here, called by the name of the data object where that is a name of a variable, else by
 * its id.
 */
import { child, children, text, type ModdleElement } from './moddle.js';

/** Names of variables that a plain marker speaks of; undefined where it does not. */
export interface LoopData {
  readonly inputCollection: string | undefined;
  readonly inputElement: string | undefined;
  readonly outputCollection: string | undefined;
  readonly outputElement: string | undefined;
}

/** Reads the data of an activity's multi-instance marker. */
export function readLoopData(activity: ModdleElement, marker: ModdleElement): LoopData {
  const input = child(marker, 'loopDataInputRef');
  const output = child(marker, 'loopDataOutputRef');
  const source = children(activity, 'dataInputAssociations').find((one) => child(one, 'targetRef') === input);
  const target = children(activity, 'dataOutputAssociations').find((one) =>
    children(one, 'sourceRef').some((from) => from === output),
  );
  return {
    inputCollection: variableOf(children(source, 'sourceRef')[0] ?? input),
    inputElement: variableOf(child(marker, 'inputDataItem')),
    outputCollection: variableOf(child(target, 'targetRef') ?? output),
    outputElement: variableOf(child(marker, 'outputDataItem')),
  };
}

function variableOf(data: ModdleElement | undefined): string | undefined {
  const names = [text(data, 'name'), text(child(data, 'dataObjectRef'), 'name'), data?.id];
  return names.find((name) => name !== undefined && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name));
}
