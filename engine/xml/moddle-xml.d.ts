/** The part of moddle-xml that the reader of documents uses; the package ships no types. */
declare module 'moddle-xml' {
  export class Reader<RootHandler> {
    constructor(options: { model: object; lax: boolean });
    handler(typeName: string): RootHandler;
  }
}
