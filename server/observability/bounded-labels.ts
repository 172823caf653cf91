/** Labels of figures whose values come from outside: the first so many are told apart, the rest are one. */

/** Short names of models and the like; no spaces, no line ends. */
const PLAIN = /^[\w.:/@+-]{1,80}$/;
const OTHER = 'other';

/** Gives a text its label. */
export interface BoundedLabels {
  nameOf(text: string): string;
}

/** Labels of at most `most` values, and `other` for what comes later or is no plain name. */
export function boundedLabels(most: number): BoundedLabels {
  const known = new Set<string>();
  return {
    nameOf(text) {
      if (known.has(text)) return text;
      if (known.size >= most || !PLAIN.test(text)) return OTHER;
      known.add(text);
      return text;
    },
  };
}
