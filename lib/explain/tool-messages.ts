import { atAws } from './at-aws.ts';
import { hasNoRole, notInjected, wasNotInjected } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';
import { namesNoProvider } from './sdk-module-messages.ts';

/** Messages of programs that people run with IRSA, around or instead of a message of an SDK. */
export const toolMessages: readonly KnownMessage[] = [
  {
    id: 's3a-no-web-identity',
    from: 'sdk',
    sample:
      'NoAuthWithAWSException: No AWS Credentials provided by TemporaryAWSCredentialsProvider SimpleAWSCredentialsProvider EnvironmentVariableCredentialsProvider IAMInstanceCredentialsProvider',
    patterns: [
      /no aws credentials provided by (?!.{0,400}(webidentity|defaultaws|defaultcredentials))\w+/i,
      /\bTemporaryAWSCredentialsProvider\W{1,9}SimpleAWSCredentialsProvider\W{1,9}EnvironmentVariableCredentialsProvider\W{1,9}IAMInstance/,
    ],
    says: 'The S3A connector of Hadoop tried the credentials providers that it names, and none of them reads a web identity token. S3A has its own list and does not use the chain of the SDK.',
    causes: [
      { ...namesNoProvider, rules: ['runtime-role-never-assumed'] },
      {
        text: 'The pod was not injected, so the provider would find no token either. Check driver and executor pods.',
        rules: notInjected,
        tell: 'kubectl exec <pod> -- env of driver or executor shows no AWS_WEB_IDENTITY_TOKEN_FILE.',
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
        tell: 'kubectl get pod <pod> --output yaml of driver or executor has no AWS_ROLE_ARN.',
      },
      {
        text: 'The module for STS of the AWS SDK is not on the class path of Spark or Hadoop.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'A line of the log names the sts module, or no jar of the image has it.',
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
        tell: 'kubectl --namespace kube-system get pods --output yaml of s3-csi-node (or your pod) has no AWS_ROLE_ARN.',
      },
      {
        text: 'STS refuses its role: the trust policy must name this service account and namespace.',
        rules: ['service-account-role-not-trusting', 'trust-subject-literal-wildcard', 'cluster-provider-missing'],
        tell: 'aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument names another service account.',
      },
      {
        text: 'With authenticationSource: pod the driver must know the region of STS (stsRegion, or IMDS).',
        rules: [],
        tell: 'The volume has authenticationSource: pod, and nodes have no metadata service for pods.',
      },
    ],
    isSymptom: true,
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
  {
    id: 'cert-manager-ambient',
    from: 'other-service',
    sample: 'unable to construct route53 provider: empty credentials; perhaps you meant to enable ambient credentials?',
    patterns: [/unable to construct route53 provider: empty credentials/i],
    says: 'cert-manager may not use its own credentials for this issuer: a ClusterIssuer may by default, an Issuer may not.',
    causes: [
      {
        text: 'Use a ClusterIssuer, start cert-manager with --issuer-ambient-credentials, or name a service account in the issuer (auth.kubernetes.serviceAccountRef) together with its role.',
        rules: [],
        tell: 'The kind of the issuer in the Certificate is Issuer.',
      },
      {
        text: 'The ClusterIssuer is meant, and cert-manager runs with --cluster-issuer-ambient-credentials=false.',
        rules: [],
        tell: 'The arguments of its Deployment have that flag.',
      },
    ],
  },
  {
    id: 'fluent-bit-sts',
    from: 'sdk',
    sample: '[error] [aws_credentials] STS assume role request failed',
    patterns: [/\[aws_credentials\] STS assume role request failed/i],
    says: 'Fluent Bit asked STS for a role and did not get it. It tells the answer of STS only with Log_Level debug.',
    causes: [
      {
        text: 'The trust policy of the role does not match the service account, or its account has no provider for the cluster.',
        rules: ['service-account-role-not-trusting', 'cluster-provider-missing', 'trust-subject-literal-wildcard'],
        tell: 'The output has no role_arn.',
      },
      {
        text: 'role_arn of an output names a second role, which refuses: it must trust the role of the service account (with external_id, if it asks for one). The role of the annotation itself does not belong there.',
        rules: [],
        tell: 'The output has role_arn.',
      },
      {
        text: 'STS was not reached, or throttled many pods that started at once.',
        rules: ['cluster-sts-unreachable'],
        tell: 'A line before has "connection initialization error" or a name that was not found.',
      },
    ],
  },
  {
    id: 'collector-sigv4auth',
    from: 'sdk',
    sample: 'extension "sigv4auth" has invalid configuration: bad AWS credentials',
    patterns: [/sigv4auth\b.{0,120}bad AWS credentials/i],
    says: 'The OpenTelemetry Collector asked for credentials when it started and got none. It does not say why.',
    causes: [
      hasNoRole,
      wasNotInjected,
      {
        text: 'assume_role of the extension names a second role, which refuses: its trust policy must name the role of the collector, and that role needs sts:AssumeRole on it.',
        rules: [],
        tell: 'The configuration of sigv4auth has assume_role, and without it the collector starts.',
      },
    ],
    isSymptom: true,
  },
  {
    id: 'keda-keys-wanted',
    from: 'other-service',
    sample: 'error parsing SQS queue metadata: awsAccessKeyID not found',
    patterns: [
      /error parsing [\w ]{1,60} metadata:? ?.{0,20}(awsAccessKeyID|AWS_ACCESS_KEY_ID)/i,
      /AWS_ACCESS_KEY_ID\W{1,3}doesn ?\W{0,3}t exist in the deployment environment/i,
    ],
    says: 'KEDA looks for access keys for this trigger and found none. It was not told to use a role.',
    causes: [
      {
        text: 'The TriggerAuthentication needs podIdentity with provider aws, and the trigger must refer to it (authenticationRef). With identityOwner: workload KEDA wants the annotation eks.amazonaws.com/role-arn on the service account of the workload: an association of EKS Pod Identity is not enough for that.',
        rules: ['service-account-role-unannotated'],
        tell: 'kubectl get triggerauthentication --output yaml shows another provider (aws-eks, aws-kiam) or none.',
      },
      {
        text: 'The role of KEDA itself is meant: identityOwner: keda (operator in old versions), and the annotation on the service account keda-operator.',
        rules: ['pod-not-injected'],
        tell: 'The pods of keda-operator have no AWS_ROLE_ARN.',
      },
    ],
  },
  {
    id: 'efs-mount-denied-role',
    from: 'other-service',
    sample:
      'AWS credentials source used for IAM authentication: webidentity:<role>: mount.nfs4: access denied by server while mounting 127.0.0.1:/',
    patterns: [/credentials source used for IAM authentication.{0,600}access denied by server while mounting/i],
    says: 'Amazon EFS refused the mount to the role that the message names. STS was not the one that refused.',
    causes: [
      {
        text: 'The role has no elasticfilesystem:ClientMount (ClientWrite, ClientRootAccess), or the policy of the file system does not allow it.',
        rules: [],
        tell: 'The message names the role that was meant.',
      },
      {
        text: 'It is another role than the one of the service account: the node mounts, with the role of efs-csi-node-sa, not of the controller.',
        rules: ['service-account-role-unannotated', 'pod-not-injected'],
        tell: 'The message names the role of the node, or that of the controller.',
      },
    ],
  },
  {
    id: 'efs-mount-denied',
    from: 'other-service',
    sample: 'mount.nfs4: access denied by server while mounting 127.0.0.1:/',
    patterns: [/mount\.nfs4?: access denied by server while mounting 127\.0\.0\.1/i],
    unless: ['efs-mount-denied-role'],
    says: 'Amazon EFS refused the mount. The call was made with TLS by the helper of the EFS driver; STS was not the one that refused.',
    causes: [
      {
        text: 'The policy of the file system wants a principal, and the volume is mounted without one: add iam to mountOptions of the StorageClass or the volume.',
        rules: [],
        tell: 'The log of the driver has no line "AWS credentials source used for IAM authentication".',
      },
      {
        text: 'The role has no elasticfilesystem:ClientMount (ClientWrite, ClientRootAccess). The node mounts: it is the role of efs-csi-node-sa, not of the controller.',
        rules: ['service-account-role-unannotated', 'pod-not-injected'],
        tell: 'The line "AWS credentials source used for IAM authentication" names the role.',
      },
    ],
  },
  {
    id: 'image-pull-node-role',
    from: 'other-service',
    sample:
      'Failed to pull image: User: arn:aws:sts::<account>:assumed-role/<role of the node>/i-0123456789abcdef0 is not authorized to perform: ecr:BatchGetImage',
    patterns: [
      /(pull|imagepull|containerd|kubelet).{0,600}not authorized to perform: ecr:(BatchGetImage|GetDownloadUrlForLayer|BatchCheckLayerAvailability|GetAuthorizationToken)/i,
    ],
    says: 'The kubelet pulls images, with the role of the node. The role of the service account is not used for that: IRSA is not the cause.',
    causes: [
      {
        text: 'The role of the node lacks AmazonEC2ContainerRegistryPullOnly (or ReadOnly).',
        rules: [],
        tell: 'aws iam list-attached-role-policies of the role in the message does not show it.',
      },
      {
        text: 'The repository is of another account, and its policy does not admit the role of the node.',
        rules: [],
        tell: 'The account of the repository differs from the one of the role; the message says "no resource-based policy".',
      },
    ],
  },
  {
    id: 'registry-anonymous',
    from: 'other-service',
    everywhere: true,
    sample:
      'GET https://<account>.dkr.ecr.<region>.amazonaws.com/v2/<repository>/tags/list: unexpected status code 401 Unauthorized: Not Authorized',
    patterns: [
      /\.dkr\.ecr(-fips)?\.\S{1,300}.{0,40}(unexpected|unsupported) status code 401/i,
      /\/v2\/\S{1,200}\/tags\/list\S{0,20} ?(: )?(unexpected status code )?.{0,40}401 Unauthorized: Not Authorized/i,
      /(?<!pull(ing)? (of )?(the )?image.{0,300})\.dkr\.ecr(-fips)?\.\S{1,300}.{0,40}no basic auth credentials/i,
    ],
    says: 'The program asked Amazon ECR without a login, or with one that has expired. Roles give no login by themselves: the program must make one.',
    causes: [
      {
        text: 'Tell the program to log in with its role: provider: aws in an ImageRepository, HelmRepository or OCIRepository of Flux, the credential helper ecr-login in the Docker configuration of kaniko and others.',
        rules: [],
        tell: 'The resource has no provider, or ~/.docker/config.json (/kaniko/.docker/config.json) has no credHelpers or credsStore.',
      },
      {
        text: 'The program logs in and has no role: its pod was not injected, or its service account has none.',
        rules: [...notInjected, 'service-account-role-unannotated'],
        tell: 'The log has an error about credentials before this one.',
      },
      {
        text: 'The role has no permission for a login (ecr:GetAuthorizationToken) or for the repository: the helper then goes on without a login.',
        rules: [],
        tell: 'kubectl exec <pod> -- aws ecr get-login-password, or aws ecr describe-repositories, is refused: the role lacks ecr:GetAuthorizationToken or ecr:… on the repository.',
      },
      {
        text: 'The address of the image names another account or region than the login.',
        rules: [],
        tell: 'The number before .dkr.ecr is not the Account of aws sts get-caller-identity, and no registry policy allows it.',
      },
      {
        text: 'The credential helper of this version of the program is at fault, or older than the credentials of the pod (IRSA, Pod Identity): update the program.',
        rules: [],
        tell: 'The configuration has credHelpers or credsStore, and aws ecr get-login-password in the same pod gives a login.',
      },
      {
        text: 'A login was stored in a Secret: it expires after 12 hours.',
        rules: [],
        tell: 'It worked for some hours.',
      },
    ],
  },
  {
    id: 'service-opensearch-role',
    from: 'other-service',
    sample:
      'no permissions for [indices:data/write/bulk] and User [name=arn:aws:iam::<account>:role/<role>, backend_roles=[arn:aws:iam::<account>:role/<role>]]',
    patterns: [/no permissions for \[\S{1,80}\] and user \[name=arn:aws[a-z-]*:iam::[^\]]{1,400}backend_roles/i],
    says: 'OpenSearch knows the role of the caller and has no mapping for it. If it is the role of the annotation, IRSA works.',
    causes: [
      {
        text: 'Map the role to a role of OpenSearch (Security, Roles, Mapped users, Backend role): the ARN of the IAM role, without session.',
        rules: [],
        tell: 'The ARN in the message is the one of the annotation.',
      },
      {
        text: 'It is another role than the one of the annotation: the pod was not injected, or other credentials take precedence.',
        rules: [...notInjected, 'pod-role-stale', 'pod-static-credentials'],
        tell: 'The ARN in the message is not the one of the annotation.',
      },
    ],
    unless: ['sdk-node-role'],
  },
];
