/** The element templates of this product. */
import aiAgent from './templates/ai-agent.json';
import approval from './templates/approval.json';

/** All templates, for the modeler and for the linter. */
export const templates: unknown[] = [aiAgent, approval];
