/** Where something stands in a text, as people count: lines and columns from 1. */

/** Line and column of an offset. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Tells positions of one text. Asked in ascending order it goes through the text once, however often it is asked. */
export function positionsIn(text: string): (at: number) => Position {
  const breaks = /\r\n|\r|\n/g;
  let line = 1;
  let start = 0;
  let next = breaks.exec(text);
  return (at) => {
    if (at < start) return positionsIn(text)(at);
    while (next && next.index + next[0].length <= at) {
      line += 1;
      start = next.index + next[0].length;
      next = breaks.exec(text);
    }
    return { line, column: at - start + 1 };
  };
}
