/** `countersign convert FILE`: a file of Camunda 7 as one that runs here, and what is left to decide. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { convertCamunda7, countOutcomes, decodeXml, writeJson } from '@countersign/engine';
import type { Conversion, ConversionEntry, ConversionOutcome } from '@countersign/engine';

/** What the command prints and how the program ends: 0 nothing left to decide, 1 cannot be done, 2 something left. */
export interface ConvertResult {
  readonly code: 0 | 1 | 2;
  readonly output: string;
  readonly error: string;
}

const HEADINGS: readonly (readonly [ConversionOutcome, string])[] = [
  ['decide', 'To decide'],
  ['mapped', 'Mapped'],
  ['none', 'No counterpart'],
];

/** What to convert, where to write it, and how to report. */
export interface ConvertOptions {
  readonly file: string;
  /** Nothing is written where it is absent. */
  readonly out?: string;
  readonly json?: boolean;
}

/** Converts one file. */
export async function convert({ file, out, json }: ConvertOptions): Promise<ConvertResult> {
  let content: string;
  try {
    const bytes = await readFile(file);
    content = decodeXml(bytes, (encoding) => new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch (error) {
    return { code: 1, output: '', error: `${file} cannot be read: ${(error as Error).message}\n` };
  }
  const result = await convertCamunda7(content);
  if (!result.ok) return { code: 1, output: '', error: `${file}: ${result.reason}\n` };
  if (out !== undefined) {
    try {
      await writeFile(out, result.xml);
      for (const form of result.forms) await writeFile(join(dirname(out), form.name), form.content);
    } catch (error) {
      return { code: 1, output: '', error: `${out} cannot be written: ${(error as Error).message}\n` };
    }
  }
  const counts = countOutcomes(result.report);
  const output = json
    ? `${writeJson({ counts, report: result.report, content: result.xml, forms: result.forms }, 2)}\n`
    : describe(file, result, out);
  return { code: counts.decide === 0 ? 0 : 2, output, error: '' };
}

/** The report for people: what is to decide comes first. */
function describe(file: string, { report, forms }: Conversion, out: string | undefined): string {
  const counts = countOutcomes(report);
  const lines = [
    `${file}: ${String(counts.mapped)} mapped, ${String(counts.decide)} to decide, ${String(counts.none)} without a counterpart.`,
  ];
  for (const [outcome, heading] of HEADINGS) {
    const entries = report.filter((entry) => entry.outcome === outcome);
    if (entries.length === 0) continue;
    lines.push('', heading, ...entries.flatMap(describeEntry));
  }
  lines.push(
    '',
    out === undefined
      ? 'Nothing was written: --out FILE writes the converted file.'
      : `Written to ${[out, ...forms.map(({ name }) => join(dirname(out), name))].join(', ')}.`,
    '',
  );
  return lines.join('\n');
}

function describeEntry({
  elementId,
  elementName,
  found,
  value,
  becomes,
  message,
  suggestion,
}: ConversionEntry): string[] {
  const where =
    elementId === null ? 'the file' : elementName === null ? elementId : `${elementName} (${elementId})`;
  const what = value === '' ? found : `${found} "${shorten(value)}"`;
  return [
    `  ${where}: ${what}`,
    `      ${message}`,
    ...(becomes === '' ? [] : [`      now: ${shorten(becomes)}`]),
    ...(suggestion === '' ? [] : [`      to do: ${suggestion}`]),
  ];
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
