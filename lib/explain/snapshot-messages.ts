import { hasNoRole } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

/** A role of the pod, or its token. */
const podRole =
  '(\\birsa\\b|web[ -]?identity|iam roles? for|service ?accounts?\\b|AWS_ROLE_|AWS_WEB_IDENTITY_TOKEN_FILE)';

/** Snapshots of Elasticsearch and OpenSearch in a bucket: their plugin reads the token under rules of its own. */
export const snapshotMessages: readonly KnownMessage[] = [
  {
    id: 'snapshot-repository-refused',
    from: 'other-service',
    sample:
      'repository_verification_exception: [<repository>] path is not accessible on master node: Unable to upload object: amazon_s3_exception: Access Denied',
    patterns: [
      /path .{0,200}is not accessible on (master|cluster-manager|cluster_manager) node.{0,400}(amazon_s3_exception|sdk_client_exception|s3_exception|amazons3exception|sdkclientexception|single upload)/i,
      new RegExp(`\\brepository-s3\\b.{0,600}${podRole}`, 'i'),
      new RegExp(`${podRole}.{0,600}\\brepository-s3\\b`, 'i'),
    ],
    says: 'Elasticsearch or OpenSearch could not write into the bucket of a snapshot repository. Its plugin repository-s3 does not read the token of the service account where the webhook mounts it.',
    causes: [
      {
        text: 'The plugin may read no file outside of the configuration folder. Elasticsearch (8.1 and later): link config/repository-s3/aws-web-identity-token-file to $AWS_WEB_IDENTITY_TOKEN_FILE in the container of Elasticsearch itself, or mount the volume aws-iam-token there. OpenSearch (2.2 and later): mount the token below config, and name that path in s3.client.default.identity_token_file. Without it the plugin goes on to the role of the node.',
        rules: ['runtime-role-never-assumed'],
        tell: 'kubectl exec <pod> -- ls -l config/repository-s3/ shows no aws-web-identity-token-file, and CloudTrail has no AssumeRoleWithWebIdentity of the role.',
      },
      hasNoRole,
      {
        text: 'The role has no permission for the bucket: s3:ListBucket on the bucket, s3:GetObject, s3:PutObject and s3:DeleteObject on its objects.',
        rules: [],
        tell: 'CloudTrail has AssumeRoleWithWebIdentity of the role, and the call to S3 is refused to this role.',
      },
    ],
    unless: [
      ...['sdk-node-role', 'sdk-irsa-role-permission', 'sts-not-authorized', 'sts-no-provider', 'sts-audience'],
      ...['sdk-token-unreadable', 'sdk-token-file-missing', 'sdk-sts-unreachable', 'sdk-sts-global-unreachable'],
    ],
  },
];
