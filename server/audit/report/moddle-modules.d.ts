/** The part of the XML reader's package that the drawing of diagrams uses; it ships no types of its own for it. */
declare module 'bpmn-moddle' {
  export class BpmnModdle {
    getPackages(): readonly { readonly uri: string; readonly prefix: string }[];
  }
}
