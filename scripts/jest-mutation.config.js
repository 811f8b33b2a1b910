/** The tests that mutants are held against: tables and properties, without the trials that take seconds each. */
export default {
  rootDir: '..',
  testEnvironment: '@stryker-mutator/jest-runner/jest-env/node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/scripts/jest-strip-types.js' },
  testMatch: ['<rootDir>/test/core/trust/*.test.ts'],
  setupFiles: ['<rootDir>/scripts/jest-mutation-setup.js'],
  testPathIgnorePatterns: ['/node_modules/', 'judged', 'trials'],
};
