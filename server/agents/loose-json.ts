/** Reads JSON as models write it although they were asked for nothing else: after their thoughts, or in a code fence. */
import { readJson } from '@countersign/engine';
import type { JsonValue } from '@countersign/engine';

const THOUGHTS = /^\s*<think>[\s\S]*?<\/think>/;
const FENCE = /^\s*```[A-Za-z]*\s*\n([\s\S]*?)\n?\s*```\s*$/;

/** The one JSON value that the text holds; undefined where it says anything besides. */
export function readLooseJson(text: string): JsonValue | undefined {
  const said = text.replace(THOUGHTS, '');
  const [, fenced] = FENCE.exec(said) ?? [];
  try {
    return readJson(fenced ?? said) as JsonValue;
  } catch {
    return undefined;
  }
}
