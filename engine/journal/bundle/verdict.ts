/** What the verification of a bundle says: one line per check, and whether all of them hold. */

/** The checks, in the order they are told. */
export const BUNDLE_CHECKS = [
  'manifest',
  'files',
  'keys',
  'checkpoint',
  'tree',
  'rows',
  'selection',
  'contents',
  'persons',
  'models',
  'earlier checkpoints',
  'witnesses',
  'time stamps',
  'your checkpoint',
] as const;

/** The name of a check. */
export type BundleCheckName = (typeof BUNDLE_CHECKS)[number];

/** One check: `none` where the bundle or the caller gave nothing to check. */
export interface BundleCheck {
  readonly name: BundleCheckName;
  readonly result: 'ok' | 'failed' | 'none';
  /** What was found, and where it failed, in one line. */
  readonly said: string;
}

/** What a verification found. */
export interface BundleVerdict {
  /** Whether no check failed. */
  readonly isGenuine: boolean;
  /** Whether it is genuine and shows by itself that nothing of what was asked for is missing. */
  readonly isComplete: boolean;
  readonly checks: readonly BundleCheck[];
}

/** Gathers checks as they are made. */
export interface Verdict {
  ok(name: BundleCheckName, said: string): void;
  failed(name: BundleCheckName, said: string): void;
  none(name: BundleCheckName, said: string): void;
  /** The checks in their order. A check that nothing was said of could not be made, which is a failure. */
  give(): BundleVerdict;
}

/** Starts a verdict. */
export function createVerdict(): Verdict {
  const checks = new Map<BundleCheckName, BundleCheck>();
  const add = (result: BundleCheck['result']) => (name: BundleCheckName, said: string) => {
    // A failure stays: nothing that is found later makes it good.
    if (checks.get(name)?.result !== 'failed') checks.set(name, { name, result, said });
  };
  return {
    ok: add('ok'),
    failed: add('failed'),
    none: add('none'),
    give() {
      const given = BUNDLE_CHECKS.map(
        (name): BundleCheck =>
          checks.get(name) ?? {
            name,
            result: 'failed',
            said: 'could not be checked, because of what failed above',
          },
      );
      const isGenuine = given.every(({ result }) => result !== 'failed');
      const isComplete = isGenuine && checks.get('selection')?.result === 'ok';
      return { isGenuine, isComplete, checks: given };
    },
  };
}
