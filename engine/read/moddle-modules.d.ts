/** The part of the XML readers' packages that the engine uses; they ship no types of their own for it. */
declare module 'bpmn-moddle' {
  export class BpmnModdle {
    constructor(packages?: Record<string, unknown>);
    getPackages(): readonly { readonly uri: string; readonly prefix: string }[];
    toXML(element: object, options?: { format?: boolean }): Promise<{ xml: string }>;
    create(type: string): object;
    createAny(type: string, namespace: string, properties: Record<string, unknown>): object;
  }
}
