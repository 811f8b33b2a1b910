import { fileURLToPath } from 'node:url';

/** The tests that mutants are held against: tables and properties, without the trials that take seconds each. */
export default {
  rootDir: '..',
  testEnvironment: fileURLToPath(new URL('./jest-mutation-environment.cjs', import.meta.url)),
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/scripts/jest-strip-types.js' },
  testMatch: ['<rootDir>/scripts/jest-mutation-all.test.js'],
  setupFiles: ['<rootDir>/scripts/jest-mutation-setup.js'],
};
