/** The encoding of a document (XML 1.0, appendix F), and what it says of it once it is text. */

/** The encoding of a file, by its byte order mark or what it declares; UTF-8 where there is neither. */
export function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb) return 'utf-8';
  if (first === 0x3c && second === 0) return 'utf-16le';
  if (first === 0 && second === 0x3c) return 'utf-16be';
  const declared = DECLARATION.exec(String.fromCharCode(...bytes.subarray(0, 200)))?.[3];
  // Bytes that are not UTF-16 by the rules above cannot be, whatever they declare.
  return declared === undefined || /^utf-?16/i.test(declared) ? 'utf-8' : declared;
}

/** Names of windows-1252, and of those that are read as it is (Encoding Standard, §4.2). */
const WINDOWS_1252 = /^(?:(?:x-)?cp1252|windows-1252|iso[-_]?8859[-_]?1|latin1|l1|(?:us-)?ascii)$/i;

/** The signs of windows-1252 from 0x80 on, which some decoders take for control characters of the same number. */
const SIGNS = '€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ';

/**
 * The text of a file, declaring UTF-8 from then on. `decode` reads bytes in an encoding, and throws where it is not known
 * or the bytes are none of it.
 */
export function decodeXml<Bytes extends Uint8Array>(
  bytes: Bytes,
  decode: (encoding: string, bytes: Bytes) => string,
): string {
  const encoding = encodingOf(bytes);
  const text = decode(encoding, bytes);
  const isWindows = WINDOWS_1252.test(encoding);
  return declareUtf8(
    isWindows ? text.replace(/[\u0080-\u009f]/g, (control) => SIGNS[control.charCodeAt(0) - 0x80]) : text,
  );
}

const DECLARATION = /^(\uFEFF?\s*<\?xml[^>]*?\bencoding\s*=\s*)(["'])([\w.:-]+)\2/i;

/**
 * The same document declaring UTF-8, the encoding in which every text is stored and given back: what an older file
 * declares would make others read it wrongly. What is no XML, or declares no encoding, stays as it is.
 */
export function declareUtf8(text: string): string {
  return text.replace(DECLARATION, (whole: string, before: string, quote: string, encoding: string) =>
    /^utf-?8$/i.test(encoding) ? whole : `${before}${quote}UTF-8${quote}`,
  );
}
