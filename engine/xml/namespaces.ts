/**
 * Namespaces in XML 1.0: which prefix names which namespace at a place of the document, and what a name is called under
 * the prefixes that our readers know.
 */
import type { XmlAttribute } from './scan.js';

/**
 * The namespaces declared at a place, and above it. For each prefix it holds the prefix that we know the namespace by,
 * and under `<prefix>$uri` the namespace itself; `xmlns` is the prefix of names without one.
 */
export type Scope = Readonly<Record<string, string | undefined>>;

/** How many elements that declare namespaces may stand in each other: every name in them is looked for through all. */
const NESTING_LIMIT = 100;

/** Follows declarations through a document. */
export interface Namespaces {
  /** The scope inside an element with these attributes; null where declarations are nested beyond the limit. */
  enter(outer: Scope, attributes: readonly XmlAttribute[]): Scope | null;
  /** The scope before the first element. */
  readonly outermost: Scope;
}

/** Starts with the namespaces that are known: their prefixes are ours, whatever a document calls them. */
export function followNamespaces(known: Readonly<Record<string, string>>): Namespaces {
  const prefixes = new Map(Object.entries(known));
  const outermost: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [uri, prefix] of prefixes) {
    outermost[prefix] = prefix;
    outermost[`${prefix}$uri`] = uri;
  }
  let anonymous = 0;
  const depths = new WeakMap<Scope, number>();

  const prefixOf = (uri: string, written: string, scope: Scope): string => {
    const prefix = prefixes.get(uri);
    if (prefix !== undefined) return prefix;
    let made = written;
    const taken = scope[`${written}$uri`];
    if (written === 'xmlns' || (taken !== undefined && taken !== uri)) {
      do made = `ns${anonymous++}`;
      while (scope[made] !== undefined);
    }
    prefixes.set(uri, made);
    return made;
  };

  return {
    outermost,
    enter(outer, attributes) {
      let scope: Record<string, string> | undefined;
      for (const { name, value } of attributes) {
        const written = declaredBy(name);
        if (written === null) continue;
        const prefix = prefixOf(value, written, scope ?? outer);
        if ((scope ?? outer)[written] === prefix && (scope ?? outer)[`${written}$uri`] === value) continue;
        scope ??= Object.create(outer) as Record<string, string>;
        scope[written] = prefix;
        scope[`${written}$uri`] = value;
        if (name === 'xmlns') scope[`${prefix}$uri`] = value;
      }
      if (!scope) return outer;
      const depth = (depths.get(outer) ?? 0) + 1;
      depths.set(scope, depth);
      return depth > NESTING_LIMIT ? null : scope;
    },
  };
}

/** The name of an element under the prefixes we know; null where its prefix is not declared. */
export function elementName(name: string, scope: Scope): string | null {
  const colon = name.indexOf(':');
  const prefix = scope[colon < 0 ? 'xmlns' : name.slice(0, colon)];
  if (prefix === undefined) return colon < 0 ? name : null;
  return `${prefix}:${name.slice(colon + 1)}`;
}

/** The name of an attribute, without a prefix where it is of the default namespace; null where its prefix is not declared. */
export function attributeName(name: string, scope: Scope): string | null {
  const colon = name.indexOf(':');
  if (colon < 0 || name.startsWith('xmlns:')) return name;
  const prefix = scope[name.slice(0, colon)];
  if (prefix === undefined) return null;
  return prefix === scope.xmlns ? name.slice(colon + 1) : `${prefix}${name.slice(colon)}`;
}

/** The prefix that an attribute declares, `xmlns` for names without one; null where it is no declaration. */
function declaredBy(attribute: string): string | null {
  if (attribute === 'xmlns') return attribute;
  return attribute.startsWith('xmlns:') && attribute !== 'xmlns:xmlns'
    ? attribute.slice('xmlns:'.length)
    : null;
}
