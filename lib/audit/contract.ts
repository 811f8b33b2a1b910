/** Names shared by the steps, the handlers and the infrastructure. The state machine is built from them and a test
 *  compares them with what the handlers throw. The only file of `audit` that `infra` imports. */
import { severities } from '../config/configuration.ts';
import type { RoutingFilter } from '../history/routing.ts';

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

/** The functions that only the fast lane has (docs/adr/0013-the-fast-lane.md), in order. */
export const fastStepNames = ['note-changes', 'plan-fast-run', 'overlay-issuers'] as const;
export type FastStepName = (typeof fastStepNames)[number];

/** Every function that a deployment may have. */
export const functionNames = [...stepNames, ...fastStepNames] as const;
export type FunctionName = (typeof functionNames)[number];

/** The end of an output's description, by which it is found where CDK renames it, in an app of one's own: the name of the
 *  deployment, and that of the output. */
export const outputMark = (deployment: string, output: string): string => `[${deployment} ${output}]`;
const marked = /\[([a-z][a-z0-9-]*) (\w+)\]$/;

/** An output as CloudFormation tells it (its API reference, `Output`). */
interface StackOutput {
  readonly OutputKey?: string | undefined;
  readonly OutputValue?: string | undefined;
  readonly Description?: string | undefined;
}

/** The outputs of each deployment in a stack, by its name. Where none is marked, as by earlier versions, they are those of a
 *  deployment without a name. */
export const deploymentsIn = (
  outputs: readonly StackOutput[],
): ReadonlyMap<string, Readonly<Record<string, string>>> => {
  const found = new Map<string, Record<string, string>>();
  const add = (deployment: string, output: string, value: string) =>
    found.set(deployment, { ...found.get(deployment), [output]: value });
  for (const { OutputValue = '', Description = '' } of outputs) {
    const [, deployment, output] = marked.exec(Description) ?? [];
    if (deployment !== undefined && output !== undefined) add(deployment, output, OutputValue);
  }
  if (found.size === 0) for (const { OutputKey = '', OutputValue = '' } of outputs) add('', OutputKey, OutputValue);
  return found;
};

/** The folder of a deployment of this name in the bucket of `deploy template`. */
export const codeFolder = (name: string): string => `irsa-auditor/${name}/`;

/** Name of the fast lane's bus, queue and state machine in a deployment of this name. */
export const fastLaneName = (name: string): string => `${name}-fast-lane`;

/**
 * The API calls that the fast lane is told of: all that may change who gets a role. Those of IAM are told in one region of
 * a partition alone, those of EKS in each (docs/facts.md §I). Rules, the member template and the reader go by this table.
 */
export const watchedEvents = [
  {
    source: 'aws.iam',
    eventSource: 'iam.amazonaws.com',
    names: [
      'CreateOpenIDConnectProvider',
      'DeleteOpenIDConnectProvider',
      'AddClientIDToOpenIDConnectProvider',
      'RemoveClientIDFromOpenIDConnectProvider',
      'UpdateOpenIDConnectProviderThumbprint',
      'CreateRole',
      'DeleteRole',
      'UpdateAssumeRolePolicy',
    ],
  },
  {
    source: 'aws.eks',
    eventSource: 'eks.amazonaws.com',
    names: [
      'CreateCluster',
      'DeleteCluster',
      'CreateAccessEntry',
      'UpdateAccessEntry',
      'DeleteAccessEntry',
      'AssociateAccessPolicy',
      'DisassociateAccessPolicy',
      'CreatePodIdentityAssociation',
      'UpdatePodIdentityAssociation',
      'DeletePodIdentityAssociation',
      'CreateAddon',
      'UpdateAddon',
      'DeleteAddon',
    ],
  },
] as const;

/** Seconds for which the queue of the fast lane gathers events, at the most. */
export const gatherSeconds = 45;

/** Errors that a repeat may fix: the definition retries exactly these. */
export const transientErrors = ['ThrottledError', 'TransientError', 'StateConflict'] as const;

/** How a function ends whose time or memory ran out (Lambda Developer Guide, "Troubleshoot invocation issues"). */
export const endsOfFunctions = [
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Lambda.Unknown',
] as const;

/** When a step is called again, in seconds: each wait is `rate` times the one before. Without jitter. */
export interface StepRetry {
  readonly errors: readonly string[];
  readonly firstWait: number;
  readonly rate: number;
  readonly longestWait: number;
  readonly attempts: number;
}

/** How long whoever wants to send waits for another one that is sending: longer than one that died keeps its right to
 *  (`leaseMinutes`). */
export const untilOtherHasSent = { firstWait: 60, rate: 1.5, longestWait: 600, attempts: 8 } as const;

/** The errors that only some steps repeat, beside the transient ones. `collect-cluster` goes on where the attempt
 *  before ended. */
export const ownRetries: Readonly<Partial<Record<FunctionName, StepRetry>>> = {
  'notify-drift': { errors: ['StateConflict'], ...untilOtherHasSent },
  'collect-cluster': { errors: endsOfFunctions, firstWait: 10, rate: 2, longestWait: 60, attempts: 2 },
};

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
  /** The topic of the auditor's own alarms, whose subscriptions the weekly summary looks at. */
  operationsTopic: 'IRSA_AUDITOR_OPERATIONS_TOPIC_ARN',
  /** The state machine, for the link into the console. */
  stateMachine: 'IRSA_AUDITOR_STATE_MACHINE_ARN',
  /** The state machine of the fast lane; absent where there is none. */
  fastLane: 'IRSA_AUDITOR_FAST_LANE_ARN',
} as const;

/** The whole output of an item of a map: tiny, so that ten thousand of them fit in the state. */
export const itemStatuses = ['ok', 'failed'] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/** Minutes that a run may last. */
export const longestRunMinutes = 360;

/** Clusters of one account whose inside is read in one run; the keys travel in the item's state (256 KiB). */
export const maxClustersInside = 2000;
/** Clusters that one call of `collect-cluster` reads. */
export const clustersPerCall = 25;

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
  namespace: 'namespace',
  owner: 'owner',
  rule: 'rule',
  transition: 'transition',
} as const;

/** Stands in an attribute whose values are unknown or too many: filter policies must let it through. */
export const anyValue = '*';

/** A filter of the configuration as an SNS filter policy over the digest's attributes: the values that an attribute may
 *  have, by its name. Undefined allows every message. */
export const emailFilter = (
  when: RoutingFilter | undefined,
): Readonly<Record<string, readonly string[]>> | undefined => {
  const { minSeverity, accounts, clusters, namespaces, owners, rules, transitions } = when ?? {};
  const wanted: readonly (readonly [string, readonly string[] | undefined])[] = [
    [digestAttributes.severity, minSeverity && severities.slice(0, severities.indexOf(minSeverity) + 1)],
    [digestAttributes.account, accounts],
    [digestAttributes.cluster, clusters],
    [digestAttributes.namespace, namespaces],
    [digestAttributes.owner, owners],
    [digestAttributes.rule, rules],
    [digestAttributes.transition, transitions],
  ];
  const entries = wanted.flatMap(([name, values]) => (values ? [[name, [...values, anyValue]] as const] : []));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
};

/** Stands for the owner or the namespace of findings that have none: no filter names it. */
export const noName = '-';

/** The fields that rules match events of findings by; the resources of an event have the auditor's state machine. */
export const findingEvents = { source: 'irsa-auditor', detailType: 'irsa-auditor.finding' } as const;

/** CloudWatch metrics that complete-run emits: one for its alarm, the others only where a dashboard shows them. */
export const runMetrics = {
  namespace: 'irsa-auditor',
  openFindings: (severity: string): string => `OpenFindings-${severity}`,
  transitions: 'Transitions',
  gaps: 'CoverageGaps',
  /** 1 for a run that did not succeed, 0 for one that did: an alarm on it stays until the next success. */
  failedRuns: 'FailedRuns',
  /** Accounts of which nothing was read. */
  unreadAccounts: 'UnreadAccounts',
  /** Accounts that send no events to the fast lane, where there is one. */
  accountsWithoutEvents: 'AccountsWithoutEvents',
  /** 1 while no provider is called an orphan, because the clusters of some account or region were not read; else 0. */
  orphanRulesSuspended: 'OrphanRulesSuspended',
} as const;

/** How a run ends that could read nothing of any account. */
export const nothingRead = {
  error: 'NothingRead',
  cause: 'nothing of any AWS account could be read: the gaps of the run name the missing permissions',
} as const;
