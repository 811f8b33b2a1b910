import type { PastedLog } from './pasted-logs.ts';

/** Messages as people reported them in public issues, and a few made up for answers that no report has: the id of the
 *  message, where it was seen, the text. Account numbers are replaced. */
export const reportedLogs: readonly PastedLog[] = [
  [
    'sdk-partial-credentials',
    'velero-io/velero#7945',
    'message: "BackupStorageLocation \\"default\\" is unavailable: rpc error: code = Unknown\n    desc = error fetching config from profile, default, Error using profile: \\n 2,\n    partial credentials found for profile default\\n"',
  ],
  [
    'sdk-sts-module-missing',
    'apache/druid#11303',
    'com.amazonaws.SdkClientException: Unable to load AWS credentials from any provider in the chain: [..., EnvironmentVariableCredentialsProvider: Unable to load AWS credentials from environment variables (AWS_ACCESS_KEY_ID (or AWS_ACCESS_KEY) and AWS_SECRET_KEY (or AWS_SECRET_ACCESS_KEY)), WebIdentityTokenCredentialsProvider: To use assume role profiles the aws-java-sdk-sts module must be on the class path., com.amazonaws.auth.profile.ProfileCredentialsProvider@40d95ffc: profile file cannot be null, com.amazonaws.auth.EC2ContainerCredentialsProviderWrapper@c112365: Unauthorized (Service: null; Status Code: 401; Error Code: null; Request ID: null; Proxy: null), com.amazonaws.auth.InstanceProfileCredentialsProvider@661ec260: Unauthorized',
  ],
  [
    'sdk-node-role',
    'activeloopai/deeplake#3161',
    'StorageAccessDenied: [S3] Access denied: ...\nUser: arn:aws:sts::111122223333:assumed-role/eks_node_groups/i-0xxxxxxxxxxxxxxxx\nis not authorized to perform: s3:ListBucket on <BUCKET>',
  ],
  [
    'sdk-no-credentials',
    'traefik/traefik#10812',
    'time="2024-06-13T18:27:15Z" level=error msg="Provider connection error failed to get ECS configuration: listing tasks: NoCredentialProviders: no valid providers in chain. Deprecated.\\n\\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors, retrying in 518.265079ms" providerName=ecs',
  ],
  [
    'sdk-sts-certificate',
    'doitintl/secrets-init#26',
    'time="2022-10-27T06:27:00Z" level=error msg="failed to resolve secrets" error="failed to get secret from AWS Parameters Store: WebIdentityErr: failed to retrieve credentials\\ncaused by: RequestError: send request failed\\ncaused by: Post \\"https://sts.amazonaws.com/\\": x509: certificate signed by unknown authority"',
  ],
  [
    'sdk-region-missing',
    'aws/aws-sdk-ruby#2126',
    "Aws::Errors::MissingRegionError: missing region; use :region option or export region name to ENV['AWS_REGION']",
  ],
  [
    'pod-identity-sdk-too-old',
    'runatlantis/helm-charts#349',
    'Error: error configuring Terraform AWS Provider: loading configuration: invalid endpoint host, "169.254.170.23", only loopback hosts are allowed',
  ],
  [
    'pod-identity-sdk-too-old',
    'vectordotdev/helm-charts#452',
    'aws_config::meta::credentials::chain: provider failed to provide credentials provider=EcsContainer error=the credentials provider was not properly configured: invalid full URI for ECS provider (URI did not refer to the loopback interface): http://169.254.170.23/v1/credentials (InvalidConfiguration(InvalidConfiguration { source: "invalid full URI for ECS provider (URI did not refer to the loopback interface): http://169.254.170.23/v1/credentials" }))',
  ],
  [
    'pod-identity-client-timeout',
    'aws/secrets-store-csi-driver-provider-aws#465',
    '{"client-addr":"192.168.146.19:36642","cluster-name":"eks-fi-eu1-d","level":"error","msg":"Error fetching credentials: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 0, RequestID: , canceled, context canceled","operation":"AssumeRoleForPodIdentity","request-id":"","service":"EKS Auth","time":"2025-05-27T16:22:23Z"}',
  ],
  [
    'service-tag-session',
    'aws/aws-cdk-cli#762',
    'Could not assume role in target account using current credentials (which are for account <TRUSTED_ACCOUT>) User: arn:aws:sts::<TRUSTED_ACCOUT>:assumed-role/<eks-pod-role> is not authorized to perform: sts:TagSession on resource: arn:aws:iam::<TARGET_ACCOUNT>:role/cdk-hnb659fds-lookup-role-<TARGET_ACCOUNT>-us-east-1',
  ],
  ['pod-identity-agent-unreachable', 'Smana/runlore#57', 'Policy denied DROPPED 169.254.170.23:80 (host)'],
  [
    'pod-identity-sdk-too-old',
    'getsentry/vroom#661',
    '2026/02/03 16:19:21 Ignoring, HTTP credential provider invalid endpoint host, "169.254.170.23", only loopback hosts are allowed. <nil>',
  ],
  [
    'pod-identity-sdk-too-old',
    'awslabs/amazon-ecr-credential-helper#959',
    'panic: invalid endpoint host, "169.254.170.23", only loopback hosts are allowed\ngoroutine 1 [running]:\ngithub.com/awslabs/amazon-ecr-credential-helper/ecr-login/api.DefaultClientFactory.NewClientFromRegion',
  ],
  [
    'pod-identity-sdk-too-old',
    'aws-actions/configure-aws-credentials#942',
    'Error: Credentials could not be loaded, please check your action inputs: 169.254.170.23 is not a valid container metadata service hostname',
  ],
  [
    'sdk-token-unreadable',
    'fluxcd/source-controller#284',
    "cat: can't open '/var/run/secrets/eks.amazonaws.com/serviceaccount/token': Permission denied",
  ],
  [
    'sdk-token-unreadable',
    'mumoshu/aws-secret-operator#37',
    'failed to compute secret for cr: failed to get json secret as map: WebIdentityErr: failed fetching WebIdentity token: \ncaused by: WebIdentityErr: unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token\ncaused by: open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
  ],
  [
    'sdk-token-not-read',
    'amazon-archives/k8s-cloudwatch-adapter#25',
    'unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token',
  ],
  [
    'sts-expired',
    'parseablehq/parseable#604',
    'failed to sync local data with object store. UnhandledError(Error { retries: 0, message: "<ErrorResponse xmlns=\\"https://sts.amazonaws.com/doc/2011-06-15/\\">\\n  <Error>\\n    <Type>Sender</Type>\\n    <Code>ExpiredTokenException</Code>\\n    <Message>Token expired: current date/time 1704727025 must be before the expiration date/time 1704574064</Message>',
  ],
  [
    'pod-identity-token-malformed',
    'n8n-io/n8n#23584',
    'Error fetching credentials: Service account token cannot be parsed: token is malformed: could not base64 decode header: illegal base64 data at input byte 6',
  ],
  [
    'sdk-sts-global-unreachable',
    'kubernetes-sigs/aws-ebs-csi-driver#609',
    '"https://sts.amazonaws.com/": dial tcp 52.94.241.129:443: i/o timeout',
  ],
  [
    'sdk-sts-global-unreachable',
    'aws-controllers-k8s/community#1040',
    '"error": "WebIdentityErr: failed to retrieve credentials\\ncaused by: RequestError: send request failed\\ncaused by: Post \\"https://sts.amazonaws.com/\\": dial tcp 54.239.29.25:443: i/o timeout"',
  ],
  [
    'sdk-sts-unreachable',
    'aws/amazon-vpc-cni-k8s#1796',
    'Connect timeout on endpoint URL: "https://sts.us-west-2.amazonaws.com/"',
  ],
  [
    'sdk-no-credentials',
    'kubernetes/autoscaler#3592',
    'F0118 16:40:34.650058       1 aws_cloud_provider.go:369] Failed to generate AWS EC2 Instance Types: NoCredentialProviders: no valid providers in chain. Deprecated.\n\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors',
  ],
  [
    'sdk-metadata-refused',
    'aws-observability/aws-otel-collector#1202',
    'EC2MetadataError: failed to make EC2Metadata request\n\n\tstatus code: 401, request id: ',
  ],
  [
    'sdk-no-credentials',
    'aws/amazon-cloudwatch-agent-operator#119',
    'NoCredentialProviders: no valid providers in chain ... SharedCredsLoad: failed to load shared credentials file caused by: FailedRead: unable to open file caused by: open /root/.aws/credentials: no such file or directory',
  ],
  [
    'sts-no-provider',
    'terraform-aws-modules/terraform-aws-eks#965',
    'Group 0: FAILED\n arn:aws:kms:us-east-2:REDACTED:alias/sandbox-cluster-secrets: FAILED\n   - | Error decrypting key: WebIdentityErr: failed to retrieve\n     | credentials\n     | caused by: InvalidIdentityToken: No OpenIDConnect provider\n     | found in your account for\n     | https://oidc.eks.us-east-2.amazonaws.com/id/REDACTED\n     |     status code: 400, request id:',
  ],
  [
    'sts-no-provider',
    'aws-samples/aws-secret-sidecar-injector#30',
    'WebIdentityError: Failed to retrieve credentials.\ncaused by Invalid Identity token: No OpenIDConnect provider found in account',
  ],
  [
    'sts-other-region',
    'aws/aws-sdk-js-v3#5749',
    'InvalidIdentityTokenException: No OpenIDConnect provider found in your account for https://oidc.eks.us-gov-west-1.amazonaws.com/id/XXXX',
  ],
  [
    'sts-audience',
    'awslabs/amazon-eks-irsa-cfn#18',
    'An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Incorrect token audience',
  ],
  [
    'sts-audience-of-api-token',
    'external-secrets/kubernetes-external-secrets#290',
    'AWS_WEB_IDENTITY_TOKEN_FILE=/run/secrets/kubernetes.io/serviceaccount/token ... InvalidIdentityToken: Incorrect token audience',
  ],
  [
    'sts-verification-key',
    'awslabs/aws-sdk-rust#827',
    '{"message":"STS returned an error assuming web identity role","error":"service error: InvalidIdentityTokenException: Couldn\'t retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"',
  ],
  [
    'annotation-missing',
    'aws/secrets-store-csi-driver-provider-aws#276',
    'MountVolume.SetUp failed for volume "test-secret" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod default/microservice-7fdcd64949-zt5wd, err: rpc error: code = Unknown desc = sa-east-1: An IAM role must be associated with service account ',
  ],
  [
    'sdk-no-credentials',
    'nebari-dev/nebari#3213',
    'Failed health check (verify network connection and IAM credentials):\ndry-run EC2 API call failed:\noperation error EC2: DescribeAvailabilityZones,\nget identity: get credentials:\nfailed to refresh cached credentials,\nno EC2 IMDS role found',
  ],
  [
    'sts-not-authorized',
    'awslabs/data-on-eks#338',
    'botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  ],
  [
    'sts-not-authorized',
    'kubernetes-sigs/aws-ebs-csi-driver#748',
    'failed to provision volume with StorageClass "csi-sc": rpc error: code = Internal desc = WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\n          status code: 403, request id: 614c6c8f-f5eb-4f65-b21c-b3bba838c04e',
  ],
  [
    'service-self-assume',
    'aws-ia/terraform-aws-eks-blueprints-addons#267',
    'Error cleaning up challenge: error instantiating route53 challenge solver: unable to assume role: AccessDenied: User: arn:aws:sts::111122223333:assumed-role/something--cert-man--roleks/1695826447002323123 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/something--cert-man--roleks status code: 403, request id: af0000b6-0000-0000-0000-760000000002',
  ],
  [
    'service-role-chaining',
    'cert-manager/cert-manager#3079',
    '"error"="error instantiating route53 challenge solver: unable to assume role: AccessDenied: User: arn:aws:sts::XXXXXXXXXXXX:assumed-role/ajetstack-cert-manager/1594210708202645062 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::XXXXXXXXXXXX:role/jetstack-cert-manager\\n\\tstatus code: 403',
  ],
  [
    'service-self-assume',
    'aws/karpenter-provider-aws#5054',
    '"message":"Checking EC2 API connectivity, AccessDenied: User: arn:aws:sts::xxxxxxxxxx:assumed-role/karpenter-manager/1699531699176343806 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::xxxxxxxx:role/karpenter-manager\\n\\tstatus code: 403',
  ],
  [
    'iam-trust-size-at-creation',
    'kubernetes-sigs/aws-load-balancer-controller#2718',
    'Failed to create role <role name>.  Cannot exceed quota for ACLSizePerRole: 4096',
  ],
  [
    'iam-trust-size',
    'kubeflow/kubeflow#6687',
    'Failed applying plugin\t{"profile": "/testuser2", "namespace": "testuser2", "error": "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048\\n\\tstatus code: 409, request id: 822236a2-097b-40fc-ae6e-d4be18af09d3"}',
  ],
  [
    'sdk-variables-missing',
    'aws/amazon-eks-pod-identity-webhook#135',
    'Pod is missing required variables: AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE',
  ],
  ['webhook-call-failed', 'awsdocs/amazon-eks-user-guide#894', 'failed calling webhook "iam-for-pods.amazonaws.com"'],
  [
    'webhook-certificate',
    'aws/amazon-eks-pod-identity-webhook#131',
    'W1214 23:48:33.374702       1 dispatcher.go:170] Failed calling webhook, failing open pod-identity-webhook.amazonaws.com: failed calling webhook "pod-identity-webhook.amazonaws.com": Post "https://pod-identity-webhook.kube-system.svc:443/mutate?timeout=30s": x509: certificate signed by unknown authority',
  ],
  [
    'webhook-not-answering',
    'kubernetes/kops#13459',
    'Internal error occurred: failed calling webhook "pod-identity-webhook.amazonaws.com": failed to call webhook: Post "https://pod-identity-webhook.kube-system.svc:443/mutate?timeout=10s": dial tcp 100.64.59.214:443: connect: connection refused',
  ],
  [
    'sdk-node-role',
    'kubernetes/kops#13078',
    'aws sts get-caller-identity\n{ "Arn": "arn:aws:sts::xxxx:assumed-role/nodes.cluster.k8s.local/i-12345678d20aa201b" }',
  ],
  [
    'pod-identity-agent-certificate',
    'made up',
    'unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 0, RequestID: , request send failed, Post "https://eks-auth.eu-west-1.api.aws/clusters/shop/assume-role-for-pod-identity": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'pod-identity-token-file',
    'made up',
    'failed to load credentials, : open /var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token: permission denied',
  ],
  [
    'pod-identity-token-expired',
    'boto/botocore#3480',
    'Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 400 from container metadata: Service account token failed basic claim validations: token is expired',
  ],
  [
    'pod-identity-agent-cache',
    'aws/eks-pod-identity-agent#89',
    'Removing credentials from cache, got non recoverable error: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 400, RequestID: 0, ExpiredTokenException: The token included in the request is expired: current date/time 2025-07-06T07:02:09.314833331Z must be before the expiration date/time 2025-07-06T04:16:18Z.',
  ],
  [
    'pod-identity-sdk-too-old',
    'the SDK for Java',
    'software.amazon.awssdk.core.exception.SdkClientException: The full URI (http://169.254.170.23/v1/credentials) contained within environment variable AWS_CONTAINER_CREDENTIALS_FULL_URI has an invalid host. Host should resolve to a loopback address or have the full URI be HTTPS.',
  ],
  [
    'sts-other-region',
    'made up',
    'Post "https://sts.us-east-1.amazonaws.com/": api error InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.eu-central-1.amazonaws.com/id/ABCD',
  ],
  [
    'sts-no-provider',
    'made up: both name one region',
    'Post "https://sts.eu-central-1.amazonaws.com/": api error InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.eu-central-1.amazonaws.com/id/ABCD',
  ],
  [
    'sts-packed-session-tags',
    'made up',
    'operation error STS: AssumeRole, https response error StatusCode: 400, api error PackedPolicyTooLarge: Packed size of session tags consumes 104% of allotted space.',
  ],
  [
    'sdk-sts-foreign-host',
    'made up',
    'WebIdentityErr: failed to retrieve credentials caused by: RequestError: send request failed caused by: Post "https://sts.minio.example.com/": 404 Not Found',
  ],
  [
    'sdk-sts-not-resolved',
    'made up',
    'operation error STS: AssumeRoleWithWebIdentity, Post "https://sts.eu-west-9.amazonaws.com/": dial tcp: lookup sts.eu-west-9.amazonaws.com on 10.100.0.10:53: no such host',
  ],
  [
    'webhook-version',
    'made up',
    'failed calling webhook "iam-for-pods.amazonaws.com": expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got admission.k8s.io/v1beta1, Kind=AdmissionReview',
  ],
  [
    'service-role-chaining',
    'made up: the second name begins like the first',
    'User: arn:aws:sts::111122223333:assumed-role/cart/1 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/cart-reader',
  ],
];
