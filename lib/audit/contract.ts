/** Names shared by the steps, the handlers and the infrastructure. The state machine is built from them and a test
 *  compares them with what the handlers throw. The only file of `audit` that `infra` imports. */

/** The steps of one run, in order. */
export const stepNames = [
  'list-targets',
  'collect-account',
  'collect-cluster',
  'index-issuers',
  'probe-issuers',
  'evaluate-account',
  'notify-drift',
  'complete-run',
] as const;
export type StepName = (typeof stepNames)[number];

/** Errors that a repeat may fix: the definition retries exactly these. */
export const transientErrors = ['ThrottledError', 'TransientError', 'StateConflict'] as const;

/** Errors that a repeat cannot fix: the item's own Catch turns them into a status. */
export const permanentErrors = [
  'InvalidEvent',
  'TargetsUnreadable',
  'DocumentMissing',
  'DocumentInvalid',
  'ConfigurationInvalid',
] as const;

export type ErrorName = (typeof transientErrors)[number] | (typeof permanentErrors)[number];

/** Names of the variables that the infrastructure sets and `lambdas/shared/env.ts` reads. */
export const environmentNames = {
  table: 'IRSA_AUDITOR_TABLE',
  bucket: 'IRSA_AUDITOR_BUCKET',
  topic: 'IRSA_AUDITOR_TOPIC_ARN',
  /** Path of the configuration beside the handler's bundle. */
  configuration: 'IRSA_AUDITOR_CONFIGURATION',
  /** Topic of chat channels; absent where none is configured. */
  chatTopic: 'IRSA_AUDITOR_CHAT_TOPIC_ARN',
  /** Queue of digests that a destination never took. */
  deadLetters: 'IRSA_AUDITOR_DEAD_LETTERS_URL',
  /** The state machine, for the link into the console. */
  stateMachine: 'IRSA_AUDITOR_STATE_MACHINE_ARN',
} as const;

/** The whole output of an item of a map: tiny, so that ten thousand of them fit in the state. */
export const itemStatuses = ['ok', 'failed'] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/** Clusters of one account whose inside is read in one run; the keys travel in the item's state (256 KiB). */
export const maxClustersInside = 2000;

/** The finding table as data: the infrastructure builds it, the sandbox creates it, a test compares the two. */
export const tableDefinition = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  /** All keys are strings. */
  indexes: [
    { name: 'byStatusAndSeverity', partitionKey: 'statusAndSeverity', sortKey: 'changedAt', projection: 'ALL' },
    { name: 'byCluster', partitionKey: 'clusterName', sortKey: 'worstFirst', projection: 'ALL' },
    { name: 'byRole', partitionKey: 'roleName', sortKey: 'worstFirst', projection: 'ALL' },
    { name: 'byServiceAccount', partitionKey: 'serviceAccountName', sortKey: 'worstFirst', projection: 'ALL' },
    { name: 'bySubject', partitionKey: 'subject', sortKey: 'worstFirst', projection: 'ALL' },
    { name: 'byFindingId', partitionKey: 'findingId', sortKey: 'pk', projection: 'KEYS_ONLY' },
    /** Sparse: only what is still to be sent carries `unsent`. */
    { name: 'unsent', partitionKey: 'unsent', sortKey: 'worstFirst', projection: 'KEYS_ONLY' },
  ],
} as const;

/** Message attributes of a digest on SNS, each a String.Array of everything that is in the digest: filter policies of
 *  subscriptions go by them. Filters let too much through rather than too little. */
export const digestAttributes = {
  severity: 'severity',
  account: 'account',
  cluster: 'cluster',
  rule: 'rule',
  transition: 'transition',
} as const;

/** Stands in an attribute whose values are unknown or too many: filter policies must let it through. */
export const anyValue = '*';

/** CloudWatch metrics that complete-run emits: the dashboard shows them. */
export const runMetrics = {
  namespace: 'irsa-auditor',
  openFindings: (severity: string): string => `OpenFindings-${severity}`,
  transitions: 'Transitions',
  gaps: 'CoverageGaps',
  failedAccounts: 'FailedAccounts',
} as const;
