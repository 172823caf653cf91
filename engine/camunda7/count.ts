/** Tells whether a file is one of Camunda 7, and how much of it has to be mapped. */
import { findingsOf } from './findings.js';
import { RULES } from './table.js';
import { mayBeCamunda7, parseTree, walk } from './tree.js';

/**
 * How many attributes and extension elements of Camunda 7 a file has that would change how it runs. Those without
 * a counterpart are not counted, since nothing is lost without them.
 */
export function countCamunda7(xml: string): number {
  if (!mayBeCamunda7(xml)) return 0;
  const { root } = parseTree(xml);
  let count = 0;
  for (const element of root ? walk(root) : []) {
    if (element.$type.startsWith('camunda:')) continue;
    count += findingsOf(element).filter(({ key }) =>
      RULES[key]?.outcomes.some((outcome) => outcome !== 'none'),
    ).length;
  }
  return count;
}
