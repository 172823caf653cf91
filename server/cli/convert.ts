/** `countersign convert FILE`: a file of Camunda 7 as one that runs here, and what is left to decide. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { convertCamunda7, countOutcomes } from '@countersign/engine';
import type { ConversionEntry, ConversionOutcome } from '@countersign/engine';

/** What the command prints and how the program ends: 0 nothing left to decide, 1 cannot be done, 2 something left, or used wrongly. */
export interface ConvertResult {
  readonly code: 0 | 1 | 2;
  readonly output: string;
  readonly error: string;
}

const USAGE = `Usage: countersign convert FILE [--out FILE] [--json]

  Converts a BPMN file of Camunda 7 and reports what was mapped, what a person has to decide, and what has no
  counterpart. Ends with 0 where nothing is left to decide, with 2 otherwise.

  --out FILE  writes the converted file; without it nothing is written
  --json      prints the report and the converted file as JSON
`;

const HEADINGS: readonly (readonly [ConversionOutcome, string])[] = [
  ['decide', 'To decide'],
  ['mapped', 'Mapped'],
  ['none', 'No counterpart'],
];

/** Runs the command with the arguments after its name. */
export async function convert(args: readonly string[]): Promise<ConvertResult> {
  const options = readArguments(args);
  if (typeof options === 'string') return { code: 2, output: '', error: `${options}\n\n${USAGE}` };
  const { file, out, json } = options;
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    return { code: 1, output: '', error: `${file} cannot be read: ${(error as Error).message}\n` };
  }
  const result = await convertCamunda7(content);
  if (!result.ok) return { code: 1, output: '', error: `${file}: ${result.reason}\n` };
  if (out !== undefined) {
    try {
      await writeFile(out, result.xml);
    } catch (error) {
      return { code: 1, output: '', error: `${out} cannot be written: ${(error as Error).message}\n` };
    }
  }
  const counts = countOutcomes(result.report);
  const output = json
    ? `${JSON.stringify({ counts, report: result.report, content: result.xml }, null, 2)}\n`
    : describe(file, result.report, out);
  return { code: counts.decide === 0 ? 0 : 2, output, error: '' };
}

function readArguments(
  args: readonly string[],
): { file: string; out: string | undefined; json: boolean } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    if (positionals.length !== 1) return 'Name one file to convert.';
    return { file: positionals[0], out: values.out, json: values.json };
  } catch (error) {
    return (error as Error).message;
  }
}

/** The report for people: what is to decide comes first. */
function describe(file: string, report: readonly ConversionEntry[], out: string | undefined): string {
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
    out === undefined ? 'Nothing was written: --out FILE writes the converted file.' : `Written to ${out}.`,
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
