/** Decodes uploaded XML and JSON by their byte order mark or XML declaration; UTF-8 where there is neither. */

/** The text of a file; null where its bytes are not what it declares, or the encoding is unknown. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** XML 1.0, appendix F: the first bytes tell. A byte order mark has the last word. */
function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb) return 'utf-8';
  if (first === 0x3c && second === 0) return 'utf-16le';
  if (first === 0 && second === 0x3c) return 'utf-16be';
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const declared = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/i.exec(start)?.[1];
  // Bytes that are not UTF-16 by the rules above cannot be, whatever they declare.
  return declared === undefined || /^utf-?16/i.test(declared) ? 'utf-8' : declared;
}
