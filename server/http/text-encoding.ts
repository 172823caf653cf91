/** Decodes uploaded XML and JSON by their byte order mark or XML declaration; UTF-8 where there is neither. */
import { decodeXml } from '@countersign/engine';

/**
 * The text of a file, an XML document declaring UTF-8 from then on; null where its bytes are not what it declares, or the
 * encoding is unknown.
 */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return decodeXml(bytes, (encoding) => new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}
