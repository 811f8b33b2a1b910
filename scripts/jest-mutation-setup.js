import fc from 'fast-check';

/** A mutant that a property does not find in a moment is left to the tables: thousands of mutants are tried. */
fc.configureGlobal({ interruptAfterTimeLimit: 150 });
