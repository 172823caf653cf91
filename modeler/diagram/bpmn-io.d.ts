/** Types for the parts of bpmn.io that come without them: only what this app calls. */

declare module 'camunda-bpmn-js/lib/camunda-cloud/Modeler' {
  import type { DiagramHost } from './services.js';

  export default class CloudModeler implements DiagramHost {
    constructor(options: Record<string, unknown>);
    importXML(xml: string): Promise<{ warnings: unknown[] }>;
    saveXML(options: { format: boolean }): Promise<{ xml?: string }>;
    getDefinitions(): import('./services.js').ModdleElement;
    get<T>(service: string): T;
    on(event: string, listener: (event: Record<string, unknown>) => void): void;
    destroy(): void;
  }
}

declare module '@camunda/linting' {
  export class Linter {
    constructor(options: { modeler: 'web' | 'desktop'; type: 'cloud' | 'platform'; plugins?: unknown[] });
    lint(definitions: unknown): Promise<import('./services.js').LintReport[]>;
  }
}

declare module '@camunda/linting/modeler' {
  const lintingModule: unknown;
  export default lintingModule;
}

declare module 'bpmn-js-element-templates' {
  export function CloudElementTemplatesLinterPlugin(templates: unknown[]): unknown;
}
