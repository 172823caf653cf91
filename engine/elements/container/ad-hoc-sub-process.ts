/**
 * Ad-hoc sub-process (BPMN 2.0.2 §10.3.5, §13.3.5). Elements inside without an incoming flow can be activated: those
 * the model names at the beginning, those a worker chooses (where it has a job), and those chosen from outside. Each
 * runs with what follows it in an inner instance, a scope of its own.
 */
import { activateInAdHoc, activatable, fulfil } from '../../behaviors/ad-hoc.js';
import {
  evaluate,
  evaluateCondition,
  evaluateTextList,
  extractFailure,
  isFailure,
  scopeOfElement,
  type Failure,
} from '../../behaviors/evaluate.js';
import { beginCollection, placeInCollection } from '../../behaviors/collection.js';
import { createJob } from '../../behaviors/jobs.js';
import { terminateChildren } from '../../behaviors/termination.js';
import { tooLarge } from '../../behaviors/variable-size.js';
import { propagate } from '../../behaviors/variables.js';
import type { Processor } from '../../kernel/processor.js';
import { append, type Step } from '../../kernel/step-run.js';
import type { AdHocDefinition } from '../../model/process-model.js';
import type { ElementInstance } from '../../state/instance-tree.js';

/** Waits for what is activated inside it, until its completion condition holds or nothing is left to do. */
export const adHocSubProcess: Processor = {
  activate(step, element) {
    const adHoc = element.node.adHoc as AdHocDefinition;
    const scope = scopeOfElement(element);
    const ids = evaluateTextList(adHoc.activeElements, scope, step.now, 'collection of active elements');
    if (isFailure(ids)) return ids;
    const unknown = ids.find((id) => !activatable(element, id));
    if (unknown !== undefined) {
      return extractFailure(`The ad-hoc sub-process has no element "${unknown}" that can be activated.`);
    }
    if (!element.loop) {
      append(step, element, 'loop started', { size: null, ...(adHoc.sequential && { items: ids }) });
      beginCollection(step, element, adHoc.outputCollection, 0);
    }
    for (const elementId of adHoc.sequential ? ids.slice(0, 1) : ids) {
      activateInAdHoc(step, element, { elementId, variables: {} });
    }
    return element.node.job ? createJob(step, element, 'AD_HOC_SUB_PROCESS') : undefined;
  },

  collect(step, element, inner) {
    const { outputElement, outputCollection } = element.node.adHoc as AdHocDefinition;
    if (!outputElement) return {};
    const outcome = evaluate(outputElement, scopeOfElement(inner), step.now);
    if (isFailure(outcome)) return outcome;
    const place = placeInCollection(step, element, outputCollection, outcome.value);
    return isFailure(place) ? place : { output: outcome.value, ...place };
  },

  afterChild(step, element) {
    const adHoc = element.node.adHoc as AdHocDefinition;
    if (element.loop?.enough) return finish(step, element);
    if (element.node.job) {
      if (element.job) append(step, element, 'job cancelled', { jobKey: element.job });
      return createJob(step, element, 'AD_HOC_SUB_PROCESS') ?? false;
    }
    if (adHoc.completionCondition) {
      const holds = evaluateCondition(adHoc.completionCondition, scopeOfElement(element), step.now);
      if (isFailure(holds)) return holds;
      if (holds) {
        fulfil(step, element);
        if (adHoc.cancelRemaining) terminateChildren(step, element);
        return finish(step, element);
      }
    }
    if (activateNext(step, element)) return false;
    return adHoc.completionCondition ? false : finish(step, element);
  },
};

/** The next element of a sequence. */
function activateNext(step: Step, element: ElementInstance): boolean {
  const next = element.loop?.items?.[element.loop.started];
  if (typeof next !== 'string' || element.children.size > 0) return false;
  activateInAdHoc(step, element, { elementId: next, variables: {} });
  return true;
}

/** Gives the results outside, once nothing runs any more. */
function finish(step: Step, element: ElementInstance): boolean | Failure {
  if (element.children.size > 0) return false;
  const { outputCollection } = element.node.adHoc as AdHocDefinition;
  if (outputCollection && element.loop?.results && element.scope) {
    const large = tooLarge(step, outputCollection, element.loop.results);
    if (large) return large;
    propagate(step, element.scope, { [outputCollection]: [...element.loop.results] });
  }
  return true;
}
