/** Types for the parts of bpmn.io that come without them: only what this app calls. */

declare module 'camunda-bpmn-js/lib/camunda-cloud/Modeler' {
  class CloudModeler<Services> {
    constructor(options: Record<string, unknown>);
    importXML(xml: string): Promise<{ warnings: unknown[] }>;
    open(diagram: object): Promise<{ warnings: unknown[] }>;
    saveXML(options: { format: boolean }): Promise<{ xml?: string }>;
    getDefinitions(): object;
    get<Name extends keyof Services>(service: Name): Services[Name];
    on(event: string, listener: (event: Record<string, unknown>) => void): void;
    destroy(): void;
  }
  export { CloudModeler as default };
}

declare module '@camunda/linting' {
  export class Linter {
    constructor(options: { modeler: 'web' | 'desktop'; type: 'cloud' | 'platform'; plugins?: unknown[] });
    lint(definitions: object): Promise<object[]>;
  }
}

declare module '@camunda/linting/modeler' {
  const lintingModule: unknown;
  export { lintingModule as default };
}

declare module '@bpmn-io/element-templates-validator' {
  export function validateZeebe(template: unknown): { valid: boolean; errors?: { message: string }[] };
}

declare module 'bpmn-js-element-templates' {
  export function CloudElementTemplatesLinterPlugin(templates: unknown[]): unknown;
}
