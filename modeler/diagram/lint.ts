/** Checks a diagram as it is drawn: the rules of the dialect, and the required fields of our templates. */
import { Linter } from '@camunda/linting';
import { CloudElementTemplatesLinterPlugin } from 'bpmn-js-element-templates';
import type { LintReport, ModdleElement } from './diagram-js.js';
import { templates } from './templates.js';

const PLATFORM = 'Camunda Cloud';
/** The version of the dialect that new and foreign diagrams are checked against. */
const PLATFORM_VERSION = '8.9.0';

/** Names the dialect in a diagram that doesn't; without it nothing would be checked. */
export function nameDialect(definitions: ModdleElement): void {
  if (definitions.get('modeler:executionPlatform')) return;
  definitions.set('modeler:executionPlatform', PLATFORM);
  definitions.set('modeler:executionPlatformVersion', PLATFORM_VERSION);
}

/** Returns a function that checks a diagram. */
export function createLinter(): (definitions: ModdleElement) => Promise<LintReport[]> {
  const linter = new Linter({
    modeler: 'web',
    type: 'cloud',
    plugins: [CloudElementTemplatesLinterPlugin(templates)],
  });
  return async (definitions) => {
    const reports = (await linter.lint(definitions)) as LintReport[];
    const byTemplate = new Set(reports.filter(isFromTemplate).map((report) => report.id));
    return reports
      .filter((report) => !(byTemplate.has(report.id) && isAboutXml(report)))
      .map((report) => ({ ...report, message: plain(report.message) }));
  };
}

function isFromTemplate(report: LintReport): boolean {
  return report.rule.startsWith('element-templates/');
}

/** Findings in terms of the file; where a template says the same in its own words, those words are better. */
function isAboutXml(report: LintReport): boolean {
  return report.message.startsWith('Element of type <');
}

/** The linter sets names in angle brackets; people read quotes more easily. */
function plain(message: string): string {
  return message.replace(/<(?:\w+:)?([^>]+)>/g, '“$1”');
}
