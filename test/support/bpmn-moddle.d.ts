/** The part of bpmn-moddle that tests use; the package brings no types. */
declare module 'bpmn-moddle' {
  /** Reads and writes BPMN XML. */
  export class BpmnModdle {
    fromXML(xml: string): Promise<{
      rootElement: object;
      warnings: { message: string }[];
      elementsById: Record<string, object>;
    }>;
    toXML(element: object, options?: { format: boolean }): Promise<{ xml: string }>;
  }
}
