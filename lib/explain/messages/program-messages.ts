import type { KnownMessage } from './known-message.ts';
import { besideEachOther } from './text-pattern.ts';

/** Messages of programs and stores that ask other services than STS. */
export const programMessages: readonly KnownMessage[] = [
  {
    id: 'broker-kube2iam',
    by: 'kube2iam, kiam',
    sample:
      'level=error msg="Error assuming role AccessDenied" pod.iam.role=<role> req.path=/latest/meta-data/iam/security-credentials/',
    texts: [
      ...['pod.iam.role', 'using fallback role for ip', 'req.path=/latest/api/token', 'req.path=/latest/meta-data'],
      ...['namespace policy expression*forbids role', 'error processing request*security-credentials'],
      ...['error requesting credentials*security-credentials', 'error assuming role*security-credentials'],
      'ec2metadataerror: *is not authorized to perform: sts:AssumeRole',
      ...['ec2rolerequesterror: *is not authorized to perform: sts:AssumeRole', 'kube2iam', 'kiam-agent'],
      'kiam-server',
    ],
    says: 'kube2iam or kiam answers here: it assumes a role with the role of the node and gives it to pods as metadata, by iam.amazonaws.com/role of the pod. The annotation of the service account does nothing for it.',
    causes: ['broker', 'second-role-refuses', 'metadata-closed', 'annotation-mistyped', 'no-role', 'node-permission'],
    isSymptom: true,
  },
  {
    id: 'image-pull-node-role',
    by: 'the kubelet',
    sample:
      'Failed to pull image: User: arn:aws:sts::<account>:assumed-role/<role of the node>/i-0123456789abcdef0 is not authorized to perform: ecr:BatchGetImage',
    texts: [
      ...['pull*not authorized to perform: ecr:', 'errimagepull', 'imagepullbackoff', 'back-off pulling image'],
      'failed to pull image',
    ],
    says: 'The kubelet pulls images, with the role of the node. The role of the service account is not used for that.',
    causes: ['other-image-pull'],
  },
  {
    id: 'snapshot-repository-refused',
    by: 'Elasticsearch, OpenSearch',
    sample:
      'repository_verification_exception: [<repository>] path is not accessible on master node: Unable to upload object: amazon_s3_exception: Access Denied',
    texts: [
      ...['is not accessible on master node', 'is not accessible on cluster-manager node'],
      'repository_verification_exception',
    ],
    says: 'Elasticsearch or OpenSearch could not write into the bucket of a snapshot repository. Its plugin repository-s3 does not read the token of the service account where the webhook mounts it.',
    causes: ['sandboxed-path', 'no-role', 'role-permission', 'keys-first', 'program-ignores-role', 'pod-not-injected'],
    unless: [
      ...['sts-not-authorized', 'sts-no-provider', 'sdk-token-unreadable', 'sdk-token-file-missing'],
      'sdk-sts-unreachable',
    ],
  },
  {
    id: 'service-opensearch-role',
    by: 'OpenSearch',
    sample:
      'no permissions for [indices:data/write/bulk] and User [name=arn:aws:iam::<account>:role/<role>, backend_roles=[arn:aws:iam::<account>:role/<role>]]',
    texts: ['no permissions for [*and user [name=arn:aws'],
    says: 'OpenSearch knows the role of the caller and has no mapping for it. If it is the role of the annotation, map its ARN as a backend role: IRSA works.',
    causes: ['role-permission', 'pod-not-injected', 'no-role', 'program-ignores-role'],
  },
  {
    id: 'efs-mount-denied',
    by: 'Amazon EFS',
    sample: 'mount.nfs4: access denied by server while mounting 127.0.0.1:/',
    texts: [
      'access denied by server while mounting 127.0.0.1',
      'credentials source used for IAM authentication*access denied by server',
    ],
    says: 'Amazon EFS refused the mount. The call was made with TLS by the helper of the EFS driver; the node mounts, with the role of efs-csi-node-sa.',
    causes: ['efs-iam-option', 'role-permission', 'no-role', 'pod-not-injected'],
  },
  {
    id: 'registry-anonymous',
    by: 'Amazon ECR',
    sample:
      'GET https://<account>.dkr.ecr.<region>.amazonaws.com/v2/<repository>/tags/list: unexpected status code 401 Unauthorized: Not Authorized',
    texts: [
      ...['.dkr.ecr*status code 401', '.dkr.ecr*401 Unauthorized', '.dkr.ecr*no basic auth credentials'],
      'status code 401*Not Authorized',
    ],
    says: 'The program asked Amazon ECR without a login, or with one that has expired. Roles give no login by themselves: the program must make one.',
    causes: [
      ...(['registry-login', 'no-role', 'role-permission', 'region-wrong', 'program-fault'] as const),
      ...(['program-ignores-role', 'node-permission', 'pod-not-injected', 'other-image-pull'] as const),
    ],
    unless: ['image-pull-node-role'],
  },
  {
    id: 'csi-aws-provider-missing',
    by: 'the Secrets Store CSI driver',
    sample: 'error connecting to provider "aws": provider not found: provider "aws"',
    texts: ['provider not found: provider "aws', 'provider not found: provider \\"aws'],
    says: 'The Secrets Store CSI driver has no AWS provider on this node. No credentials were asked for.',
    causes: ['csi-provider-missing'],
  },
  {
    id: 'csi-secret-failed',
    by: 'the Secrets Store CSI provider',
    sample:
      'Failed to fetch secret from all regions. Verify secret exists and required permissions are granted for: <name>',
    texts: [
      ...['failed to fetch secret from all regions', 'failed to mount secrets store objects'],
      'failed fetching secret',
    ],
    says: 'The AWS provider of the Secrets Store CSI driver could not read the secret. The reason is in the rest of the message or in the log of the provider (csi-secrets-store-provider-aws) on the same node.',
    causes: ['trust-subject', 'role-permission', 'no-route', 'no-role', 'agent-missing'],
    isFrame: true,
  },
  {
    id: 'external-secrets-failed',
    by: 'External Secrets',
    sample: 'could not get provider client: unable to create session (store of AWS)',
    texts: [
      ...['could not get provider client', 'could not get secret data from provider', 'unable to create session'],
      ...['unable to validate store', 'could not validate provider', 'invalidproviderconfig', 'secretsyncederror'],
    ],
    says: 'External Secrets could not use its store. The reason is in the rest of the message or in the log of its controller.',
    causes: ['trust-subject', 'no-role', 'account-gone', 'role-permission', 'trust-provider', 'provider-missing'],
    isFrame: true,
  },
  {
    id: 'sops-failed',
    by: 'SOPS, Flux',
    sample: 'Failed to get the data key required to decrypt the SOPS file (AWS KMS)',
    texts: ['failed to get the data key required to decrypt the sops file'],
    says: 'SOPS could not decrypt. The reason is in the rest of the message, after the ARN of the key.',
    causes: ['no-role', 'role-permission', 'pod-not-injected'],
    isFrame: true,
  },
  {
    id: 'object-storage-failed',
    by: 'Velero and others',
    sample: 'BackupStorageLocation "default" is unavailable: operation error S3: ListObjectsV2',
    texts: [
      ...['backupstoragelocation*is unavailable', 'error getting backup store'],
      ...['error listing backups in backup store', 'failed to init delete store'],
    ],
    says: 'The program could not use its bucket. The reason is in the rest of the message.',
    causes: ['keys-first', 'trust-subject', 'no-role', 'role-permission', 'pods-as-other-account'],
    isFrame: true,
  },
  {
    id: 'login-database-refused',
    by: 'PostgreSQL, MySQL on Amazon RDS',
    sample: 'FATAL: PAM authentication failed for user "<user>"',
    texts: [
      ...['pam authentication failed for user', 'pam_authenticate failed: permission denied'],
      ...['AWSAuthenticationPlugin*access denied for user', 'access denied for user*AWSAuthenticationPlugin'],
    ],
    says: 'The database refused a login with IAM, which is a request signed with the credentials of the program. The database does not say which role signed.',
    causes: [
      ...(['role-permission', 'pod-not-injected', 'database-user', 'credentials-kept', 'no-role'] as const),
      'program-ignores-role',
    ],
  },
  {
    id: 'login-kafka-refused',
    by: 'Amazon MSK',
    sample: 'SASL Authentication failed: Access denied (Amazon MSK with IAM)',
    texts: [
      ...besideEachOther('kafka.*amazonaws.com', 'sasl_authentication'),
      ...['sasl authentication*access denied', 'saslauthentication*access denied', 'sasl_authentication_failed'],
    ],
    says: 'Kafka (Amazon MSK with IAM) refused the login, which is a request signed with the credentials of the program. It does not say which role signed.',
    causes: [
      ...(['role-permission', 'program-ignores-role', 'second-role-refuses', 'sdk-before-pod-identity'] as const),
      ...(['no-role', 'pod-not-injected'] as const),
    ],
  },
];
