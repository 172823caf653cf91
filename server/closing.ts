/** Ends one thing after the other, also where one of them fails. */

/** Runs all steps in their order. Throws the first failure after the last step. */
export async function inOrder(...steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
