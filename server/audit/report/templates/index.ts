/** Every report template, by the name it is asked for. */
import { accessChanges } from './access-changes.js';
import { aiActivity } from './ai-activity.js';
import { approvals } from './approvals.js';
import { completeness } from './completeness.js';
import { dutySeparation } from './duty-separation.js';
import { openIncidents } from './open-incidents.js';
import type { ReportTemplate } from './template.js';

/** The templates, in the order in which they are offered. */
export const TEMPLATES: readonly ReportTemplate[] = [
  approvals,
  aiActivity,
  accessChanges,
  dutySeparation,
  openIncidents,
  completeness,
];

/** Their names. */
export const TEMPLATE_NAMES: readonly string[] = TEMPLATES.map(({ name }) => name);
