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
  'history/reconcile-properties',
  'explain/explain-message',
  'explain/pasted-logs',
  'why/unread',
  'facts/fleet-part',
  'plan/',
  'report/access',
  'report/digest-text',
  'report/formats',
  'report/log-commands',
  'report/schema-formats',
  'rules/provider/one-cause-once',
  'rules/pod/recordings',
  'rules/trust/real-policies',
  'rules/trust/table',
  'rules/trust/too-complex',
  'rules/webhook/sandbox-clusters',
  'policy/who/automata',
  'policy/who/dnf',
  'policy/decide/glob',
  'policy/who/subject-patterns',
  'policy/parse/json-scan',
  'policy/who/assume-matrix',
  'policy/who/subject-set',
  'policy/who/trials',
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
