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
