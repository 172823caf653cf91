/** The time stamps of a bundle: each says that a checkpoint of it existed at a time, by an authority outside. */
import { checkTimeStamp } from '../time-stamp/time-stamp.js';
import type { JournalPort } from '../port.js';
import type { CheckedFiles } from './file-check.js';
import { BUNDLE_FILES } from './manifest.js';
import type { Verdict } from './verdict.js';

/** What the time stamps are judged by. */
export interface TimeStampTrust {
  /** The name of the log and of its keys. */
  readonly origin: string;
  /** Leaves under the bundle's own checkpoint; undefined where that could not be read. */
  readonly headSize: number | undefined;
  /** Where the range of the bundle ends: a checkpoint of so many leaves covers it. */
  readonly rowsTo: number;
  /** PEM of certificates that the reader trusts. */
  readonly certificates: string | undefined;
}

const NAME = 'time stamps';

/** Says whether an authority that the reader trusts stamped the checkpoints that the files are named after. */
export async function judgeTimeStamps(
  verdict: Verdict,
  port: JournalPort,
  checked: CheckedFiles,
  files: readonly string[],
  { origin, headSize, rowsTo, certificates }: TimeStampTrust,
): Promise<void> {
  if (certificates === undefined) {
    const has = files.length === 0 ? 'the bundle has none' : `the bundle has ${files.length}`;
    return verdict.none(NAME, `${has}, and you gave no certificate of an authority`);
  }
  if (files.length === 0) return verdict.failed(NAME, 'the bundle has none');
  const said: { size: number; text: string; time: number }[] = [];
  for (const file of files) {
    const size = sizeIn(file);
    if (size === undefined) return verdict.failed(NAME, `${file} is not named after a checkpoint`);
    try {
      const checkpoint = size === headSize ? BUNDLE_FILES.checkpoint : `checkpoints/${size}.txt`;
      const stamped = port.encodeText(stampedText(await checked.text(checkpoint), origin));
      const { at, authority } = await checkTimeStamp(await checked.bytes(file), { stamped, certificates });
      const text = `${size} rows existed at ${at.toISOString()}, says ${authority}`;
      said.push({ size, text, time: at.getTime() });
    } catch (error) {
      return verdict.failed(NAME, `${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  said.sort((one, other) => one.time - other.time);
  const first = said.find(({ size }) => size >= rowsTo);
  const rest = first === undefined ? '; none of them is of all rows of the bundle' : '';
  verdict.ok(NAME, said.map(({ text }) => text).join('; ') + rest);
}

/** What is stamped of a checkpoint: all up to the log's last signature, without what witnesses put under it later. */
function stampedText(note: string, origin: string): string {
  const last = note.lastIndexOf(`\n— ${origin} `);
  return last === -1 ? note : note.slice(0, note.indexOf('\n', last + 1) + 1);
}

/** The size in `timestamps/<size>.tst`. */
function sizeIn(file: string): number | undefined {
  const [, digits] = /^timestamps\/([1-9]\d{0,15})\.tst$/.exec(file) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
