/** Reads the markers that make an activity run several times (BPMN 2.0.2 §10.3.8), with `zeebe:loopCharacteristics`. */
import type { LoopDefinition } from '../model/process-model.js';
import type { ProblemList } from '../rules/problem.js';
import { readLoopData } from './loop-data.js';
import { child, extension, flag, text, type ModdleElement } from './moddle.js';
import { readExpression, readOptionalValue, readValue } from './values.js';

/** Reads the loop of an activity; undefined where it runs once. */
export function readLoop(
  source: ModdleElement,
  id: string,
  problems: ProblemList,
): LoopDefinition | undefined {
  const marker = child(source, 'loopCharacteristics');
  if (!marker) return undefined;
  return marker.$type === 'bpmn:StandardLoopCharacteristics'
    ? readStandardLoop(marker, id, problems)
    : readMultiInstance(source, marker, id, problems);
}

function readStandardLoop(marker: ModdleElement, id: string, problems: ProblemList): LoopDefinition {
  const condition = text(child(marker, 'loopCondition'), 'body')?.trim();
  const maximum = Number(text(marker, 'loopMaximum'));
  if (!condition && !(maximum > 0)) {
    problems.error(
      'VALUE_MISSING',
      id,
      'The loop has neither a condition nor a maximum, so it would never end.',
      'Give it a loop condition or a maximum.',
    );
  }
  return {
    kind: 'standard',
    testBefore: flag(marker, 'testBefore') ?? false,
    condition: condition ? readExpression(condition, id, 'loop condition', problems) : undefined,
    maximum: maximum > 0 ? maximum : undefined,
  };
}

function readMultiInstance(
  activity: ModdleElement,
  marker: ModdleElement,
  id: string,
  problems: ProblemList,
): LoopDefinition {
  const plain = readLoopData(activity, marker);
  const details = extension(marker, 'zeebe:LoopCharacteristics');
  const collection = text(details, 'inputCollection') ?? expressionOf(plain.inputCollection);
  const cardinality = text(child(marker, 'loopCardinality'), 'body')?.trim();
  const output = text(details, 'outputElement') ?? expressionOf(plain.outputElement);
  const outputCollection = text(details, 'outputCollection') ?? plain.outputCollection;
  const completion = text(child(marker, 'completionCondition'), 'body')?.trim();
  if (!collection && !cardinality) {
    problems.error(
      'VALUE_MISSING',
      id,
      'The multi-instance marker does not say how often the activity runs.',
      'Give it an input collection, or a loop cardinality.',
    );
  }
  if (collection && cardinality) {
    problems.error(
      'VALUE_INVALID',
      id,
      'The multi-instance marker has both an input collection and a loop cardinality.',
      'Keep one of them: it says how often the activity runs.',
    );
  }
  const behavior = text(marker, 'behavior') ?? 'All';
  if (behavior !== 'All') {
    const message = `The multi-instance marker throws events for single runs (behavior "${behavior}").`;
    const hint = 'Remove the behavior; throw an event in a sub-process, or use a completion condition.';
    problems.error('NOT_SUPPORTED', id, message, hint);
  }
  if (cardinality && !cardinality.startsWith('=') && !/^[0-9]+$/.test(cardinality)) {
    const message = `The loop cardinality "${cardinality}" is no whole number.`;
    problems.error(
      'VALUE_INVALID',
      id,
      message,
      'Write a whole number, or an expression that begins with "=".',
    );
  }
  if ((output === undefined) !== (outputCollection === undefined)) {
    problems.error(
      'VALUE_MISSING',
      id,
      'The multi-instance marker has an output element without an output collection, or the other way round.',
      'Give it both, or neither.',
    );
  }
  return {
    kind: 'multi-instance',
    sequential: flag(marker, 'isSequential') ?? false,
    collection: collection ? readExpression(collection, id, 'input collection', problems) : undefined,
    cardinality: cardinality ? readValue(cardinality, id, 'loop cardinality', problems) : undefined,
    inputElement: text(details, 'inputElement') ?? plain.inputElement,
    outputCollection,
    outputElement: readOptionalValue(output, id, 'output element', problems),
    completionCondition: completion
      ? readExpression(completion, id, 'completion condition', problems)
      : undefined,
  };
}

function expressionOf(variable: string | undefined): string | undefined {
  return variable && `=${variable}`;
}
