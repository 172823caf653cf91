/** What is used of moddle: its metamodels, their elements, and the handlers that know what each element may hold. */

/** A metamodel, such as that of bpmn-moddle. */
export interface MetaModel {
  getPackages(): readonly { readonly uri: string; readonly prefix: string }[];
}

/** A typed element. */
export interface MetaElement {
  readonly $type: string;
  readonly $descriptor: {
    readonly idProperty?: { readonly name: string };
    readonly propertiesByName: Readonly<Record<string, { readonly name: string; readonly isMany?: boolean }>>;
  };
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

/** A reference as it stands in the document: which property of which element names which other. */
export interface Reference {
  readonly element: MetaElement;
  /** The qualified name of the property. */
  readonly property: string;
  readonly id: string;
}

/** What the handlers of one document share. */
export interface Context {
  readonly elementsById: Readonly<Record<string, MetaElement>>;
  addElement(element: MetaElement): void;
  addReference(reference: Reference): void;
  addWarning(warning: { message: string; element?: MetaElement; property?: string; value?: string }): void;
}

/** A tag, its names under the prefixes of the metamodel. */
export interface Node {
  readonly name: string;
  readonly originalName: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly ns: Readonly<Record<string, string | undefined>>;
}

/** Takes the content of one element. Throws where it does not know it. */
export interface Handler {
  handleNode(node: Node): Handler | undefined;
  handleText(text: string): void;
  handleEnd(): void;
}

/** Takes a document. `element` is its root, once that was read. */
export interface RootHandler extends Handler {
  context?: Context;
  readonly element?: MetaElement;
}
