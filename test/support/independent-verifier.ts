/** Asks the verifier in Python, which shares no code with ours, about a bundle. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../audit/independent-verifier.py', import.meta.url));

/** Whether this machine has Python. */
export const hasPython = spawnSync('python3', ['-c', 'import hashlib, zipfile']).status === 0;

/** What the reader of a bundle has besides its key: paths of files, and the key of a witness. */
export interface StrangerTrust {
  readonly checkpoint?: string;
  readonly tsa?: string;
  readonly witness?: string;
}

/** Its exit code, the checks that failed, whether it found the bundle complete, and what it complained of besides. */
export function judgeIndependently(
  bundle: string,
  key: string,
  { checkpoint, tsa, witness }: StrangerTrust = {},
): { code: number | null; failed: string[]; isComplete: boolean; error: string } {
  const args = [SCRIPT, bundle, key, ...(checkpoint === undefined ? [] : [checkpoint])];
  if (tsa !== undefined) args.push('--tsa', tsa);
  if (witness !== undefined) args.push('--witness', witness);
  const { status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  const lines = stdout.split('\n').filter((line) => line !== '');
  const failed = lines.filter((line) => !line.startsWith('not complete: '));
  return { code: status, failed, isComplete: lines.length === 0, error: stderr };
}
