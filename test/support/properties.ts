import fc from 'fast-check';

/**
 * fast-check for the tests of this project: the same cases in every run, so that a run can be repeated and a test that
 * fails tells of the change that was made. `IRSA_AUDITOR_SEED=random` draws other cases, a number those of that seed; a
 * failure prints its seed.
 */
export { fc };

/** The seed of every run that names none. */
const usualSeed = 7;

const given = process.env.IRSA_AUDITOR_SEED ?? String(usualSeed);

/** The seed of the cases of a run: a 31-bit number. */
export const seed = given === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(given);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
