/** The part of the XML readers' packages that the engine uses; they ship no types of their own for it. */
declare module 'bpmn-moddle' {
  export class BpmnModdle {
    constructor(packages?: Record<string, unknown>);
    fromXML(xml: string): Promise<{ rootElement: object; warnings: object[] }>;
    toXML(element: object, options?: { format?: boolean }): Promise<{ xml: string }>;
    create(type: string): object;
    createAny(type: string, namespace: string, properties: Record<string, unknown>): object;
  }
}

declare module 'saxen' {
  /** The part of the SAX parser that is used to look over a file. */
  export class Parser {
    ns(prefixes: Record<string, string>): this;
    on(event: 'warn' | 'error', listener: (problem: Error) => void): this;
    on(event: 'openTag', listener: (name: string, attributes: () => Record<string, unknown>) => void): this;
    on(event: 'closeTag', listener: () => void): this;
    parse(xml: string): this;
    stop(): void;
  }
}
