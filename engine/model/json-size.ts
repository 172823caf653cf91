/** How large JSON is, without writing it. */

/**
 * The characters of a value's JSON, near enough: escapes count as what they stand for. Stops counting beyond `most`, so
 * that a look at a huge value costs no more than one at a large one.
 */
export function jsonSize(value: unknown, most = Infinity): number {
  let size = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0 && size <= most) {
    const part = waiting.pop();
    if (typeof part === 'string') size += part.length + 2;
    else if (typeof part !== 'object' || part === null) size += String(part).length;
    else if (Array.isArray(part)) {
      size += part.length + 2;
      for (const item of part as readonly unknown[]) waiting.push(item);
    } else {
      for (const [name, property] of Object.entries(part)) {
        size += name.length + 4;
        waiting.push(property);
      }
      size += 2;
    }
  }
  return size;
}
