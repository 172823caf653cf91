/**
 * Reads XML into the typed elements of a metamodel (BPMN 2.0.2 §15, DMN 1.5 §13). The metamodel and what each element may
 * hold are moddle's; the way through the document is ours. So it takes time in proportion to the document, and what
 * moddle's own reader leaves out without need is read: characters of all planes, ids in every script, names of other
 * elements with the prefix of their namespace (xsd:QName), markup in texts.
 */
import { Reader } from 'moddle-xml';
import { collectFaults, shorten, type Faults, type XmlWarning } from './faults.js';
import type { Context, Handler, MetaElement, MetaModel, Reference, RootHandler } from './metamodel.js';
import { isId } from './names.js';
import { attributeName, elementName, followNamespaces, type Namespaces, type Scope } from './namespaces.js';
import { withoutPause } from './pauses.js';
import { resolveAll, type WrittenReference } from './resolve.js';
import { scanXml, XmlFault, type XmlAttribute, type XmlListener } from './scan.js';

/** What was read. The names are those of moddle's own reader, whose place it takes in bpmn-js too. */
export interface XmlDocument {
  readonly rootElement: MetaElement;
  readonly elementsById: Readonly<Record<string, MetaElement>>;
  readonly references: readonly Reference[];
  readonly warnings: readonly XmlWarning[];
}

/** A document, or why there is none. */
export type XmlReading = { readonly ok: true; readonly document: XmlDocument } | XmlRefusal;

/** Why a text is no document. */
export interface XmlRefusal {
  readonly ok: false;
  /** A clause with the place, such as "</b> closes nothing at line 2, column 3". */
  readonly reason: string;
  /** Whether the document goes beyond a limit of ours. */
  readonly isLimit: boolean;
  /** The namespace of its first element; null where it has none. */
  readonly namespace: string | null;
}

/** Prefixes of namespaces that are no metamodel's. */
const WELL_KNOWN = {
  'http://www.w3.org/2001/XMLSchema-instance': 'xsi',
  'http://www.w3.org/XML/1998/namespace': 'xml',
};

/** Texts of BPMN that may hold markup (BPMN 2.0.2 §8.3.1): it is kept as it is written. */
const WITH_MARKUP: ReadonlySet<string> = new Set(['bpmn:documentation', 'bpmn:text', 'bpmn:script']);

/** Takes what stands inside an element that was left out. */
const LEFT_OUT: Handler = {
  handleNode: () => LEFT_OUT,
  handleText: () => undefined,
  handleEnd: () => undefined,
};

/** What is known while a document is being read. */
interface Progress {
  readonly xml: string;
  readonly faults: Faults;
  readonly namespaces: Namespaces;
  readonly scopes: Scope[];
  readonly handlers: Handler[];
  readonly elementsById: Record<string, MetaElement>;
  readonly references: WrittenReference[];
  namespace: string | null;
  /** The text that is being read, of those that may hold markup. */
  markup: { depth: number; readonly from: number; text: string; hasElements: boolean } | undefined;
}

/** Reads a document whose root is of a type, such as `bpmn:Definitions`. Never throws on bad input. */
export function readXml(model: MetaModel, xml: string, typeName: string): XmlReading {
  return withoutPause(readXmlSlowly(model, xml, typeName));
}

/** `readXml` with pauses. `keepsUnknown` takes references that cannot be resolved for text, as older versions did. */
export function* readXmlSlowly(
  model: MetaModel,
  xml: string,
  typeName: string,
  keepsUnknown = false,
): Generator<undefined, XmlReading> {
  const root = new Reader<RootHandler>({ model, lax: true }).handler(typeName);
  const progress = begin(model, xml, root);
  root.context = contextOf(progress);
  const refused = (reason: string, isLimit: boolean): XmlReading => {
    return { ok: false, reason, isLimit, namespace: progress.namespace };
  };
  try {
    yield* scanXml(xml, { ...listenTo(progress), keepsUnknown });
  } catch (failure) {
    if (!(failure instanceof XmlFault)) throw failure;
    return refused(`${failure.message} ${progress.faults.place(failure.at)}`, failure.isLimit);
  }
  const { element } = root;
  const { faults, elementsById, references } = progress;
  if (!element) return refused(faults.warnings[0]?.message ?? `it has no <${typeName}>`, false);
  for (const warning of resolveAll(references, elementsById, targetOf(element))) faults.warn(warning);
  const written = references.map(({ reference }) => reference);
  const document = { rootElement: element, elementsById, references: written, warnings: faults.warnings };
  return { ok: true, document };
}

function begin(model: MetaModel, xml: string, root: RootHandler): Progress {
  const packages = model.getPackages().map(({ uri, prefix }): [string, string] => [uri, prefix]);
  const namespaces = followNamespaces({ ...WELL_KNOWN, ...Object.fromEntries(packages) });
  return {
    xml,
    faults: collectFaults(xml),
    namespaces,
    scopes: [namespaces.outermost],
    handlers: [root],
    elementsById: Object.create(null) as Record<string, MetaElement>,
    references: [],
    namespace: null,
    markup: undefined,
  };
}

/** What moddle's handlers tell while they take the document. */
function contextOf({ elementsById, references, scopes, faults }: Progress): Context {
  return {
    elementsById,
    addElement(element) {
      const property = element.$descriptor.idProperty;
      const id = property && element.get(property.name);
      if (typeof id !== 'string' || id === '') return;
      if (!isId(id)) throw new Error(`illegal ID <${shorten(id)}>`);
      if (id in elementsById) throw new Error(`duplicate ID <${shorten(id)}>`);
      elementsById[id] = element;
    },
    addReference: (reference) => void references.push({ reference, scope: last(scopes) }),
    addWarning: faults.warn,
  };
}

/** Hands tags and texts to moddle's handlers; what they do not know is left out, and told. */
function listenTo(progress: Progress): XmlListener {
  const { xml, faults, namespaces, scopes, handlers } = progress;
  const tell = (text: string, at: number, literal = false): void => {
    if (text.trim() === '' && !literal) return;
    try {
      last(handlers).handleText(text);
    } catch (failure) {
      faults.leaveOut('', at, failure);
    }
  };
  return {
    open(tag, attributes, at, after) {
      if (progress.markup) {
        progress.markup.hasElements = true;
        progress.markup.depth += 1;
        return;
      }
      const scope = namespaces.enter(last(scopes), attributes);
      if (!scope) throw new XmlFault('its declarations of namespaces stand too deep in each other', at, true);
      scopes.push(scope);
      if (handlers.length === 1) progress.namespace = namespaceOf(tag, scope);
      const name = elementName(tag, scope);
      if (name === null) throw new XmlFault(`the prefix of <${shorten(tag)}> is not declared`, at);
      let handler = LEFT_OUT;
      try {
        const named = attributesOf(attributes, scope, (reason) => faults.leaveOut(tag, at, reason));
        const node = { name, originalName: tag, attributes: named, ns: scope };
        handler = last(handlers).handleNode(node) ?? LEFT_OUT;
      } catch (failure) {
        if (failure instanceof XmlFault) throw failure;
        faults.leaveOut(tag, at, failure);
      }
      handlers.push(handler);
      if (WITH_MARKUP.has(name) && handler !== LEFT_OUT) {
        progress.markup = { depth: 0, from: after, text: '', hasElements: false };
      }
    },
    close(at) {
      const { markup } = progress;
      if (markup && markup.depth > 0) {
        markup.depth -= 1;
        return;
      }
      progress.markup = undefined;
      if (markup) tell(markup.hasElements ? xml.slice(markup.from, at).trim() : markup.text, markup.from);
      scopes.pop();
      handlers.pop()?.handleEnd();
    },
    text(text, at, literal) {
      if (progress.markup) progress.markup.text += text;
      else tell(text, at, literal);
    },
  };
}

function attributesOf(
  attributes: readonly XmlAttribute[],
  scope: Scope,
  leaveOut: (reason: string) => void,
): Record<string, string> {
  const named: Record<string, string> = {};
  for (const { name, value } of attributes) {
    const known = attributeName(name, scope);
    if (known === null) leaveOut(`missing namespace for prefix <${name.slice(0, name.indexOf(':'))}>`);
    else named[known] = value;
  }
  return named;
}

function namespaceOf(tag: string, scope: Scope): string | null {
  const colon = tag.indexOf(':');
  return scope[`${colon < 0 ? 'xmlns' : tag.slice(0, colon)}$uri`] ?? null;
}

/** The namespace that the elements of a document are in, by which its references name them. */
function targetOf(root: MetaElement): string | undefined {
  const namespace = root.get('targetNamespace') ?? root.get('namespace');
  return typeof namespace === 'string' ? namespace : undefined;
}

function last<T>(items: readonly T[]): T {
  return items[items.length - 1];
}
