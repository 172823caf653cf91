/**
 * Data in the texts of a form. While a text is read as Markdown or HTML, a placeholder stands for each value; the values
 * go in when the markup is fixed, as text. So data is never a heading, a link or a style, whatever is written in it.
 */
import DOMPurify from 'dompurify';

/** Values that wait to go into a text. */
export interface Inserts {
  /** Keeps a value; answers with what stands in its place. */
  readonly hold: (value: string) => string;
  /** Puts all values where their placeholders stand. */
  readonly fill: (root: ParentNode & Node) => void;
}

/** Elements that act, ask or reach out: a form has fields of its own for that. */
const FORBIDDEN = ['form', 'input', 'button', 'textarea', 'select', 'option', 'dialog', 'iframe', 'object'];
const LINKS = new Set(['href', 'xlink:href', 'cite', 'action', 'formaction']);
const SOURCES = new Set(['src', 'srcset', 'poster', 'background', 'data']);
/** Attributes that are read out or shown, and mean nothing else. */
const WORDS = /^(?:title|alt|aria-(?:label|description))$/;
/** What may stand in any other attribute, such as a colour or a width in a style. */
const HARMLESS = /^[\p{L}\p{N} _.,%#+-]*$/u;

/** Makes room for the values of one text. */
export function holdInserts(): Inserts {
  const nonce = [...crypto.getRandomValues(new Uint8Array(6))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  const pattern = new RegExp(`dz${nonce}z(\\d+)z`, 'g');
  const values: string[] = [];
  const indexes = new Map<string, number>();

  const hold = (value: string): string => {
    let index = indexes.get(value);
    if (index === undefined) {
      index = values.push(value) - 1;
      indexes.set(value, index);
    }
    return `dz${nonce}z${index}z`;
  };
  const filled = (text: string, how: (value: string) => string): string =>
    text.replace(pattern, (_found, index: string) => how(values[Number(index)] ?? ''));
  const has = (text: string): boolean => text.search(pattern) >= 0;

  const fillAttribute = (element: Element, { name, value }: Attr): void => {
    if (!has(value)) return;
    const isAddress = LINKS.has(name) || SOURCES.has(name);
    // An address that begins with data is one only where it leads to the web, or is a picture itself.
    const startsWithData = value.trimStart().search(pattern) === 0;
    const text = filled(value, (one) => (isAddress && !startsWithData ? encodeURIComponent(one) : one));
    const allowed = isAddress
      ? !startsWithData ||
        (LINKS.has(name) ? /^(?:https?:|mailto:)/i : /^(?:https:|data:image\/)/i).test(text)
      : WORDS.test(name) || HARMLESS.test(text) || !filledIsOdd(value);
    if (allowed) element.setAttribute(name, text);
    else element.removeAttribute(name);
  };
  const filledIsOdd = (value: string): boolean =>
    [...value.matchAll(pattern)].some(([, index]) => !HARMLESS.test(values[Number(index)] ?? ''));

  const fillText = (node: Text): void => {
    if (!has(node.data)) return;
    if (node.parentElement?.localName === 'style') {
      node.data = filledIsOdd(node.data) ? '' : filled(node.data, (one) => one);
      return;
    }
    const lines = filled(node.data, (one) => one.replaceAll('\n', '\u2028')).split('\u2028');
    node.replaceWith(...lines.flatMap((line, at) => (at ? [document.createElement('br'), line] : [line])));
  };

  const fill = (root: ParentNode & Node): void => {
    const texts: Text[] = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    texts.forEach(fillText);
    for (const element of root.querySelectorAll('*'))
      for (const attribute of [...element.attributes]) fillAttribute(element, attribute);
  };
  return { hold, fill };
}

/** HTML without anything that acts, its links opening beside the app. */
export function safeFragment(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    FORCE_BODY: true,
    FORBID_TAGS: FORBIDDEN,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll('a, area')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
  return fragment;
}
