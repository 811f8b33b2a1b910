import { notInjected } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

/** Names of AWS: a store, a volume or a bucket may be of another cloud. */
const ofAws = '(\\baws\\b|amazonaws|\\bs3\\b|\\bsts\\b|\\biam\\b|secretsmanager|webidentity)';
/** `words` in a record that names AWS. */
const atAws = (words: string): readonly RegExp[] => [
  new RegExp(`(${words})(?:(?=.{0,600}${ofAws})|(?<=${ofAws}.{0,600}))`, 'i'),
];

/** Messages of programs that people run with IRSA, around or instead of a message of an SDK. */
export const toolMessages: readonly KnownMessage[] = [
  {
    id: 's3a-no-web-identity',
    from: 'sdk',
    sample:
      'NoAuthWithAWSException: No AWS Credentials provided by TemporaryAWSCredentialsProvider SimpleAWSCredentialsProvider EnvironmentVariableCredentialsProvider IAMInstanceCredentialsProvider',
    patterns: [/no aws credentials provided by (?!.{0,400}(webidentity|defaultaws|defaultcredentials))\w+/i],
    says: 'The S3A connector of Hadoop tried the credentials providers that it names, and none of them reads a web identity token. S3A has its own list and does not use the chain of the SDK.',
    causes: [
      {
        text: 'Set fs.s3a.aws.credentials.provider (spark.hadoop.fs.s3a…) to com.amazonaws.auth.WebIdentityTokenCredentialsProvider, or with Hadoop 3.4 to software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider.',
        rules: ['runtime-role-never-assumed'],
      },
      {
        text: 'The pod was not injected, so the provider would find no token either. Check driver and executor pods.',
        rules: notInjected,
      },
    ],
  },
  {
    id: 's3a-no-credentials',
    from: 'sdk',
    sample: 'NoAuthWithAWSException: No AWS Credentials provided by WebIdentityTokenCredentialsProvider',
    patterns: [/no aws credentials provided by .{0,400}(webidentity|defaultaws|defaultcredentials)/i],
    says: 'The S3A connector of Hadoop reads web identity tokens and got no credentials. The reason is in the rest of the message, after the list of providers.',
    causes: [
      {
        text: 'The pod was not injected, or runs as another service account: check driver and executor pods.',
        rules: [...notInjected, 'pod-service-account-gone'],
      },
      {
        text: 'The module for STS of the AWS SDK is not on the class path of Spark or Hadoop.',
        rules: ['runtime-sdk-unsupported'],
      },
    ],
    isSymptom: true,
  },
  {
    id: 'mountpoint-no-credentials',
    from: 'sdk',
    sample: 'No signing credentials available, see CRT debug logs',
    patterns: [/no signing credentials (available|found)/i],
    says: 'Mountpoint for S3 found no credentials. Its CSI driver mounts with the role of its own service account (s3-csi-driver-sa), or with the one of the pod if the volume says authenticationSource: pod.',
    causes: [
      {
        text: 'Of these two, the service account that mounts has no annotation, or its pods are older than the annotation: restart the s3-csi-node pods.',
        rules: [...notInjected, 'pod-role-stale'],
      },
      {
        text: 'STS refuses its role: the trust policy must name this service account and namespace.',
        rules: ['service-account-role-not-trusting', 'trust-subject-literal-wildcard', 'cluster-provider-missing'],
      },
      {
        text: 'With authenticationSource: pod the driver must know the region of STS (stsRegion, or IMDS).',
        rules: [],
      },
    ],
    isSymptom: true,
  },
  {
    id: 'csi-aws-provider-missing',
    from: 'other-service',
    sample: 'error connecting to provider "aws": provider not found: provider "aws"',
    patterns: [/provider not found: provider \W{0,2}aws\b/i],
    says: 'The Secrets Store CSI driver has no AWS provider on this node. IRSA is not the cause: no credentials were asked for.',
    causes: [
      {
        text: 'Install secrets-store-csi-driver-provider-aws, and check that its DaemonSet tolerates the taints of the node.',
        rules: [],
      },
    ],
  },
  {
    id: 'csi-secret-failed',
    from: 'wrapper',
    sample:
      'Failed to fetch secret from all regions. Verify secret exists and required permissions are granted for: <name>',
    patterns: [/failed to fetch secret from all regions/i, ...atAws('failed to mount secrets store objects')],
    says: 'The AWS provider of the Secrets Store CSI driver could not read the secret. The reason is in the rest of the message or in the log of the provider (csi-secrets-store-provider-aws) on the same node.',
    causes: [
      {
        text: 'It asks STS with the service account of the pod that mounts the volume, not with its own: check the annotation and the trust policy of that one.',
        rules: ['service-account-role-not-trusting', 'service-account-annotation-mistyped'],
      },
      { text: 'The secret does not exist under this name in this region, or the role may not read it.', rules: [] },
      { text: 'The node cannot reach Secrets Manager or STS.', rules: [] },
    ],
  },
  {
    id: 'external-secrets-failed',
    from: 'wrapper',
    sample: 'could not get provider client: unable to create session (store of AWS)',
    patterns: atAws(
      'could not get (provider client|secret data from provider)|unable to (create session|validate store)|could not validate provider|invalidproviderconfig|secretsyncederror',
    ),
    says: 'External Secrets could not use its store. The reason is in the rest of the message or in the log of its controller.',
    causes: [
      {
        text: 'With serviceAccountRef it uses the role of that service account, without it the role of its controller: check the trust policy for the one that it uses.',
        rules: ['service-account-role-not-trusting', 'service-account-annotation-mistyped', 'pod-not-injected'],
      },
    ],
  },
  {
    id: 'object-storage-failed',
    from: 'wrapper',
    sample: 'BackupStorageLocation "default" is unavailable: operation error S3: ListObjectsV2',
    patterns: atAws(
      'backupstoragelocation \\W{0,2}[\\w-]+\\W{0,2} is unavailable|error (getting backup store|listing backups in backup store)|failed to init delete store|bucket store initial sync',
    ),
    says: 'The program could not use its bucket. The reason is in the rest of the message.',
    causes: [
      {
        text: 'Check the service account of the program and its role; a credentials Secret of its chart takes precedence over the role.',
        rules: ['service-account-role-not-trusting', 'pod-not-injected', 'pod-static-credentials'],
      },
    ],
  },
];
