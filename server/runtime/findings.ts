/** The findings of a deployment as they are answered: no more and no longer than people and programs can take. */
import type { Beyond } from '../reading/readers.js';
import type { DeploymentProblem } from './deployments.js';

/** Findings that are told; of more, those that refuse the deployment first. */
const MOST_FOUND = 200;

/** Characters of a sentence, and of an id in a finding: what a file holds may be of any length. */
const LONGEST = 1_000;

/** The findings, and how many there are besides. */
export function fewest(problems: readonly DeploymentProblem[]): readonly DeploymentProblem[] {
  const short = (problem: DeploymentProblem): DeploymentProblem => ({
    ...problem,
    message: shorten(problem.message),
    hint: shorten(problem.hint),
    elementId: problem.elementId === null ? null : shorten(problem.elementId),
  });
  if (problems.length <= MOST_FOUND) return problems.map(short);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity !== 'error');
  const told = [...errors, ...warnings].slice(0, MOST_FOUND);
  const message = `There are ${String(problems.length - told.length)} more findings.`;
  const hint = 'Correct those that are told, and try again.';
  const more = { code: 'LIMIT_EXCEEDED', elementId: null, message, hint, severity: 'warning' } as const;
  return [...told.map(short), { ...more, resource: told[0].resource }];
}

/** The finding for a file that could not be read within the limits. */
export function beyondLimits({ beyond }: Beyond): DeploymentProblem {
  const hint = 'Deploy less at once, or take the file apart.';
  return { code: 'LIMIT_EXCEEDED', elementId: null, message: beyond, hint, severity: 'error', resource: '' };
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}
