/** Three projects: pure and loopback tests; tests that load aws-cdk-lib; contract tests against moto. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/scripts/jest-strip-types.js' },
  injectGlobals: true,
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp', '<rootDir>/cdk.out', '<rootDir>/dist'],
};

export default {
  testTimeout: 30_000,
  maxWorkers: '100%',
  projects: [
    {
      ...shared,
      displayName: 'quick',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/test/infra/',
        '<rootDir>/test/contract/',
        '<rootDir>/test/browser/',
      ],
    },
    { ...shared, displayName: 'infra', testMatch: ['<rootDir>/test/infra/**/*.test.ts'] },
    { ...shared, displayName: 'contract', testMatch: ['<rootDir>/test/contract/**/*.test.ts'] },
    { ...shared, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.test.ts'] },
  ],
};
