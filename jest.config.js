/** Projects: quick is the pure core and what checks the sources; thorough is the edges, and what of the core takes its time
 *  (properties, crashes, time-outs); what loads aws-cdk-lib; contract tests against moto; Chromium. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/scripts/jest-strip-types.js' },
  injectGlobals: true,
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp', '<rootDir>/cdk.out', '<rootDir>/dist'],
};

/** Beginnings of paths: the first letters decide in both projects, so that no test is in none. */
const thorough = [
  'audit/',
  'cli/',
  'collect/',
  'core/drift/reconcile-properties',
  'core/explain/explain-message',
  'core/explain/pasted-logs',
  'core/explain/why/unread',
  'core/facts/fleet-part',
  'core/plan/',
  'core/report/access',
  'core/report/digest-text',
  'core/report/formats',
  'core/report/log-commands',
  'core/report/schema-formats',
  'core/rules/provider/one-cause-once',
  'core/rules/pod/recordings',
  'core/rules/trust/real-policies',
  'core/rules/trust/table',
  'core/rules/trust/too-complex',
  'core/rules/webhook/sandbox-clusters',
  'core/trust/language/automata',
  'core/trust/language/dnf',
  'core/trust/language/glob',
  'core/trust/language/subject-patterns',
  'core/trust/policy/json-scan',
  'core/trust/sets/assume-matrix',
  'core/trust/sets/subject-set',
  'core/trust/sets/trials',
  'faults/',
  'invariants/',
  'lambdas/',
  'notify/',
  'project/adding-a-destination',
  'project/adding-parts',
  'sandbox/',
  'scenarios/',
  'store/',
].map(name => `<rootDir>/test/${name}`);

export default {
  testTimeout: 300_000,
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
        ...thorough,
      ],
    },
    {
      ...shared,
      displayName: 'thorough',
      testMatch: thorough.flatMap(name => [`${name}*.test.ts`, `${name}**/*.test.ts`, `${name}*/**/*.test.ts`]),
    },
    { ...shared, displayName: 'infra', testMatch: ['<rootDir>/test/infra/**/*.test.ts'] },
    { ...shared, displayName: 'contract', testMatch: ['<rootDir>/test/contract/**/*.test.ts'] },
    { ...shared, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.test.ts'] },
  ],
};
