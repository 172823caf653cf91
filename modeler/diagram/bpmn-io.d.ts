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

declare module 'bpmn-auto-layout' {
  /** The XML of a process with a drawing of it. */
  export function layoutProcess(xml: string): Promise<string>;
}

declare module 'bpmn-moddle' {
  export class BpmnModdle {
    fromXML(xml: string): Promise<{ rootElement: object; warnings: { message: string }[] }>;
    toXML(element: object, options?: { format?: boolean; preamble?: boolean }): Promise<{ xml: string }>;
    create(type: string, values: object): object;
  }
}

declare module '@bpmn-io/properties-panel' {
  /** A choice in the properties panel. */
  export const SelectEntry: unknown;
  export function isSelectEntryEdited(node: object): boolean;
}

declare module '@bpmn-io/properties-panel/preact' {
  export function h(component: unknown, props: object): object;
}
