/** Work that has to be done one piece after the other, such as what numbers versions. */

/** Runs work when everything that was given before is over, whatever became of it. */
export type OneByOne = <T>(work: () => Promise<T>) => Promise<T>;

/** A line that nobody stands in yet. */
export function createOneByOne(): OneByOne {
  let previous: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = previous.then(work);
    previous = result.catch(() => undefined);
    return result;
  };
}
