/**
 * Where chance in tests begins. A run of the tests takes fixed seeds, so that what passed passes again; `npm run
 * explore` gives others (COUNTERSIGN_PROPERTY_SEED), and a seed that fails becomes a case.
 */
import fc from 'fast-check';

/** The seed of everything that is chosen by chance in this run; 1 where none is given. */
export const SEED = Number(process.env.COUNTERSIGN_PROPERTY_SEED ?? 1);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });

/** fast-check, beginning at `SEED`. */
export { fc };
