/** The scope of one activated element of an ad-hoc sub-process: the element is entered together with it. */
import type { Processor } from '../../kernel/processor.js';

/** Ends when the element, and what follows it, is over. */
export const adHocInnerInstance: Processor = {
  activate() {
    return undefined;
  },
};
