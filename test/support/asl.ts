import { createRequire } from 'node:module';

/** asl-validator ships no types. */
const validate: (definition: object) => { readonly isValid: boolean; readonly errors: readonly unknown[] } =
  createRequire(import.meta.url)('asl-validator');

/** The faults that asl-validator finds in a definition, one line each. */
export const aslErrors = (definition: object): readonly string[] => {
  const { isValid, errors } = validate(structuredClone(definition));
  return isValid ? [] : errors.map(error => JSON.stringify(error));
};
