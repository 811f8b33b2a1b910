/** Projects: what is quick; what is as pure but takes its time (properties, crashes, time-outs); what loads aws-cdk-lib;
 *  contract tests against moto; Chromium. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/scripts/jest-strip-types.js' },
  injectGlobals: true,
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp', '<rootDir>/cdk.out', '<rootDir>/dist'],
};

const thorough = [
  'audit/send-summary',
  'cli/explain-cause',
  'cli/init',
  'cli/lint/fuzz',
  'cli/lint/lint-schemas',
  'cli/proof-of-links',
  'cli/prove',
  'cli/scan',
  'cli/why',
  'collect/clients',
  'collect/eks/read-clusters',
  'collect/hostile-answers',
  'collect/iam/iam-account-reader',
  'collect/issuer/discovery-faults',
  'collect/issuer/served-chains',
  'cli/kubeconfig/kubeconfig',
  'collect/kubernetes/read-kubernetes-facts',
  'core/explain/explain-message',
  'core/report/schema-formats',
  'core/trust/sets/trials',
  'notify/published-formats',
  'notify/sns-notifier',
  'notify/webhook-notifiers',
  'project/adding-a-destination',
  'project/adding-parts',
  'faults/schedules',
  'invariants/claims-and-decisions',
  'invariants/partial-runs-model',
  'invariants/pasted-fixes',
  'invariants/poorer-runs',
  'invariants/proven-fixes',
  'store/crash',
  'store/document-stores',
].map(name => `<rootDir>/test/${name}`);

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
        ...thorough,
      ],
    },
    { ...shared, displayName: 'thorough', testMatch: thorough.map(name => `${name}*.test.ts`) },
    { ...shared, displayName: 'infra', testMatch: ['<rootDir>/test/infra/**/*.test.ts'] },
    { ...shared, displayName: 'contract', testMatch: ['<rootDir>/test/contract/**/*.test.ts'] },
    { ...shared, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.test.ts'] },
  ],
};
