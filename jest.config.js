import { availableParallelism } from 'node:os';

/** Two projects: a test file is slow if its name says so (CONTRIBUTING.md, "Slow tests"). */
const both = {
  testEnvironment: '<rootDir>/scripts/jest-shared-environment.cjs',
  runtime: '<rootDir>/scripts/jest-shared-runtime.cjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/scripts/jest-strip-types.js' },
  injectGlobals: true,
  globalSetup: '<rootDir>/scripts/jest-own-folder.cjs',
  setupFilesAfterEnv: ['<rootDir>/scripts/jest-asserting.js'],
  roots: ['<rootDir>/test'],
};

export default {
  testTimeout: 300_000,
  // Tests wait for programs that they start: with three workers on two cores they end sooner (380 s, not 410 s). Jest takes no
  // percentage over 100.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  testSequencer: '<rootDir>/scripts/jest-longest-first.cjs',
  // Clients that are shared keep idle connections, which nothing waits for.
  forceExit: true,
  projects: [
    { ...both, displayName: 'quick', testRegex: ['(?<!\\.slow)\\.test\\.ts$'] },
    { ...both, displayName: 'slow', testRegex: ['\\.slow\\.test\\.ts$'] },
  ],
};
