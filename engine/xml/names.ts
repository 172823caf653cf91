/** Names and characters of XML 1.0: which of them a document may have. */

type Ranges = readonly (readonly [from: number, to: number])[];

/** Characters that begin a name beyond ASCII (production 4). */
const START: Ranges = [
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x2ff],
  [0x370, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xd7ff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
  [0x10000, 0xeffff],
];

/** Characters beyond ASCII that go on with a name, besides those that begin one (production 4a). */
const INSIDE: Ranges = [
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
];

const ASCII_NAME = /^[A-Za-z_:][A-Za-z0-9_:.-]*$/;

/** Whether a text is a name (production 5). */
export function isName(text: string): boolean {
  if (ASCII_NAME.test(text)) return true;
  let isFirst = true;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (!beginsName(code) && (isFirst || !continuesName(code))) return false;
    isFirst = false;
  }
  return !isFirst;
}

function beginsName(code: number): boolean {
  return code < 0x80 ? /[A-Za-z_:]/.test(String.fromCharCode(code)) : within(code, START);
}

function continuesName(code: number): boolean {
  return code < 0x80 ? /[0-9.-]/.test(String.fromCharCode(code)) : within(code, INSIDE);
}

function within(code: number, ranges: Ranges): boolean {
  return ranges.some(([from, to]) => code >= from && code <= to);
}

/**
 * Whether a text can be the id of an element: xsd:ID is a name without a colon (XML Schema part 2, §3.3.8). One colon is
 * let through where a name stands on both sides, since tools have written such ids.
 */
export function isId(text: string): boolean {
  const parts = text.split(':');
  return parts.length <= 2 && parts.every(isName);
}

/** Whether XML allows a character in a document (production 2). */
export function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
