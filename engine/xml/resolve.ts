/** Puts the elements that references name in the place of the references, once the whole document is read. */
import type { XmlWarning } from './faults.js';
import type { MetaElement, Reference } from './metamodel.js';
import type { Scope } from './namespaces.js';

/** A reference with the namespaces declared where it stands. */
export interface WrittenReference {
  readonly reference: Reference;
  readonly scope: Scope;
}

/** Resolves references in the order of the document; what leads nowhere is taken out and told. */
export function resolveAll(
  references: readonly WrittenReference[],
  elementsById: Readonly<Record<string, MetaElement>>,
  target: string | undefined,
): XmlWarning[] {
  const warnings: XmlWarning[] = [];
  const lists = new Map<unknown[], Map<unknown, MetaElement | undefined>>();
  for (const { reference, scope } of references) {
    const { element, property: name, id } = reference;
    const property = element.$descriptor.propertiesByName[name];
    const { found, namespace } = find(id, scope, elementsById, target);
    if (!found) {
      const message = `unresolved reference <${id.length > 200 ? `${id.slice(0, 197)}...` : id}>`;
      warnings.push({
        message,
        element,
        property: name,
        value: id,
        ...(namespace !== undefined && { namespace }),
      });
    }
    if (!property.isMany) {
      element.set(property.name, found);
      continue;
    }
    // A reference that is an element of its own stands in the list already; one of an attribute does not.
    const list = element.get(property.name) as unknown[];
    const known = lists.get(list) ?? new Map<unknown, MetaElement | undefined>();
    lists.set(list, known);
    known.set(reference, found);
  }
  for (const [list, found] of lists) {
    const standing = new Set(list);
    const written = list.map((item) => (found.has(item) ? found.get(item) : item));
    const added = [...found].filter(([reference]) => !standing.has(reference)).map(([, element]) => element);
    const all = [...written, ...added].filter((item) => item !== undefined);
    list.length = 0;
    for (const item of all) list.push(item);
  }
  return warnings;
}

/** A name may have a prefix (xsd:QName): the id is then what follows it, in the namespace of the prefix. */
function find(
  id: string,
  scope: Scope,
  elementsById: Readonly<Record<string, MetaElement>>,
  target: string | undefined,
): { found: MetaElement | undefined; namespace?: string } {
  const found = elementsById[id];
  const colon = id.indexOf(':');
  if (found !== undefined || colon <= 0) return { found };
  const namespace = scope[`${id.slice(0, colon)}$uri`];
  if (namespace === undefined) return { found: undefined };
  if (namespace === target) return { found: elementsById[id.slice(colon + 1)] };
  return { found: undefined, namespace };
}
