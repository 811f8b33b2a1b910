import type { PastedLog } from './pasted-logs.ts';

const { raw } = String;
const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const role = 'arn:aws:iam::111122223333:role/checkout-cart';
const session = 'arn:aws:sts::111122223333:assumed-role';

/** Logs of controllers, operators and drivers, each with the repository or the program that prints it. Names are made up. */
export const byTools: readonly PastedLog[] = [
  [
    'sts-not-authorized',
    'grafana/loki#20429',
    raw`init compactor: failed to init delete store: operation error S3: DeleteObject, get identity: get credentials: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, RequestID: 6590368e-e19b-44a0-8e88-60e474f044d0, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity`,
  ],
  [
    'service-denied',
    'grafana/loki#3718',
    raw`level=error ts=2021-05-12T14:22:26.123689666Z caller=compactor.go:83 msg="failed to run compaction" err="AccessDenied: Access Denied\n\tstatus code: 403, request id: 4668X6ZVNE5AK5TK, host id: abc="`,
  ],
  [
    'sdk-sts-global-unreachable',
    'grafana/loki#4264',
    raw`WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post \"https://sts.amazonaws.com/\": dial tcp 203.0.113.5:443: connect: connection refused`,
  ],
  [
    'sdk-wrong-endpoint',
    'grafana/loki#12095',
    raw`level=error caller=reporter.go:203 msg="failed to delete corrupted cluster seed file" err="WebIdentityErr: failed to retrieve credentials\ncaused by: SerializationError: failed to unmarshal error message\n\tstatus code: 405, request id: \ncaused by: UnmarshalError: failed to unmarshal error message"`,
  ],
  [
    'service-denied',
    'thanos-io/thanos#7157',
    'level=error ts=2024-02-22T09:00:00Z caller=main.go:135 err="bucket store initial sync: sync block: BaseFetcher: iter bucket: Access Denied" msg="store command failed"',
  ],
  [
    'service-denied',
    'thanos-io/thanos#394',
    'level=error ts=2018-06-28T14:56:39.4122846Z caller=shipper.go:165 msg="shipping failed" block=01CH0N8K0M9HAZ3DKN60Z8RR7G err="check exists: stat s3 object: Access Denied."',
  ],
  [
    'sdk-no-credentials',
    'velero-io/velero#6439',
    raw`time="2023-06-29T16:49:55Z" level=error msg="Current BackupStorageLocations available/unavailable/unknown: 0/1/0, BackupStorageLocation \"default\" is unavailable: rpc error: code = Unknown desc = NoCredentialProviders: no valid providers in chain. Deprecated.\n\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors)" controller=backup-storage-location`,
  ],
  [
    'service-denied',
    'velero-io/velero#3044',
    raw`time="2020-11-02T03:12:38Z" level=error msg="Current backup storage locations available/unavailable/unknown: 0/1/0, Backup location \"default\" is unavailable: rpc error: code = Unknown desc = AccessDenied: Access Denied\n\tstatus code: 403, request id: 9c4453ac, host id: )"`,
  ],
  [
    'service-invalid-credentials',
    'trueforge-org/truecharts#17080',
    raw`level=error msg="BackupStorageLocation \"velero-default\" is unavailable: rpc error: code = Unknown desc = InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.\n\tstatus code: 403"`,
  ],
  [
    'object-storage-failed',
    'Velero, cut off after the store',
    'BackupStorageLocation "default" is unavailable: rpc error: code = Unknown desc = operation error S3: ListObjectsV2, https response',
  ],
  [
    'annotation-missing',
    'external-secrets/external-secrets#816',
    'Warning  InvalidProviderConfig  2s (x14 over 43s)  secret-store  unable to create session: an IAM role must be associated with service account frontend (namespace: demo)',
  ],
  [
    'sts-token-invalid',
    'external-secrets/external-secrets#6648',
    'could not get provider client: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: 0f3c, InvalidIdentityToken: The web identity token provided could not be validated',
  ],
  [
    'sdk-no-credentials',
    'external-secrets/external-secrets#4012',
    raw`{"level":"error","ts":1729011908.5027807,"logger":"controllers.ClusterSecretStore","msg":"unable to validate store","clustersecretstore":{"name":"cluster-secrets-store"},"error":"could not validate provider: NoCredentialProviders: no valid providers in chain. Deprecated.\n\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors"}`,
  ],
  [
    'service-session-refused',
    'external-secrets/external-secrets#4679',
    raw`{"level":"error","ts":1744835217.812459,"msg":"Reconciler error","error":"error processing spec.dataFrom[0].sourceRef.generatorRef, err: error using generator: unable to get session token: AccessDenied: Cannot call GetSessionToken with session credentials\n\tstatus code: 403"}`,
  ],
  [
    'sdk-irsa-role-permission',
    'External Secrets',
    `error processing spec.data[0] (key: app/db), err: AccessDeniedException: User: ${session}/eso/1720000000000000000 is not authorized to perform: secretsmanager:GetSecretValue on resource: app/db because no identity-based policy allows the secretsmanager:GetSecretValue action`,
  ],
  [
    'external-secrets-failed',
    'External Secrets, as kubectl describe shows it',
    'Warning  SecretSyncedError  external-secrets  could not get secret data from provider aws',
  ],
  [
    'service-self-assume',
    'external-secrets/kubernetes-external-secrets#791',
    `{"level":50,"payload":{"message":"Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1","code":"CredentialsError","originalError":{"message":"Could not load credentials from ChainableTemporaryCredentials","code":"CredentialsError","originalError":{"message":"User: ${session}/external-secrets/token-file-web-identity is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/external-secrets","code":"AccessDenied"}}}}`,
  ],
  [
    'sdk-no-credentials',
    'external-secrets/kubernetes-external-secrets#599',
    'status: ERROR, Missing credentials in config',
  ],
  [
    'sts-not-authorized',
    'aws/secrets-store-csi-driver-provider-aws#17',
    'Warning  FailedMount  41m  kubelet  MountVolume.SetUp failed for volume "secrets-store-inline" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod default/nginx-74d68b559b-lsfr9, err: rpc error: code = Unknown desc = Failed fetching parameters: WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\n           status code: 403, request id: 74069505',
  ],
  [
    'csi-secret-failed',
    'aws/secrets-store-csi-driver-provider-aws',
    'MountVolume.SetUp failed for volume "secrets" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod shop/web-0, err: rpc error: code = Unknown desc = Failed to fetch secret from all regions. Verify secret exists and required permissions are granted for: app/db',
  ],
  [
    'csi-aws-provider-missing',
    'aws/secrets-store-csi-driver-provider-aws#91',
    raw`E0515 13:21:11.025544       1 nodeserver.go:235] "failed to mount secrets store object content" err="error connecting to provider \"aws\": provider not found: provider \"aws\"" pod="shop/web-0"`,
  ],
  [
    'sts-no-provider',
    'aws/karpenter-provider-aws#4035',
    `ERROR\tcontroller.aws.pricing\tupdating spot pricing, WebIdentityErr: failed to retrieve credentials\ncaused by: InvalidIdentityToken: No OpenIDConnect provider found in your account for ${issuer}\n\tstatus code: 400`,
  ],
  [
    'sts-thumbprint',
    'aws/karpenter-provider-aws#1893',
    raw`2022-06-03T09:12:13.000Z ERROR controller.provisioning Could not launch node, "error": "fetching instance types, WebIdentityErr: failed to retrieve credentials\ncaused by: InvalidIdentityToken: OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint\n\tstatus code: 400"`,
  ],
  [
    'sdk-sts-dns-silent',
    'aws/karpenter-provider-aws#920',
    raw`2021-12-05T14:21:22.474Z ERROR controller.metrics Reconciler error {"commit": "84b683b", "error": "fetching instance types using ec2.DescribeInstanceTypes, WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post \"https://sts.eu-west-1.amazonaws.com/\": dial tcp: i/o timeout"}`,
  ],
  [
    'sdk-no-credentials',
    'terraform-aws-modules/terraform-aws-eks#3085',
    raw`{"level":"ERROR","time":"2024-07-01T10:00:00.000Z","logger":"controller","message":"ec2 api connectivity check failed","error":"NoCredentialProviders: no valid providers in chain. Deprecated.\n\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors"}`,
  ],
  [
    'sts-not-authorized',
    'Karpenter, JSON over several lines',
    '{\n  "level": "ERROR",\n  "message": "ec2 api connectivity check failed",\n  "error": "operation error EC2: DescribeInstanceTypes,\n    get identity: get credentials: failed to refresh cached credentials,\n    operation error STS: AssumeRoleWithWebIdentity,\n    api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"\n}',
  ],
  [
    'service-denied',
    'Karpenter, a permission of its role',
    'creating instance profile, AccessDenied: not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/nodes',
  ],
  [
    'sts-not-authorized',
    'kubernetes-sigs/aws-efs-csi-driver#359',
    'failed to provision volume with StorageClass "efs-sc": rpc error: code = Internal desc = Failed to fetch Access Points or Describe File System: operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, RequestID: xxx, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  ],
  [
    'sdk-no-credentials',
    'aws/efs-utils',
    'Could not start amazon-efs-mount-watchdog. AWS Access Key ID and Secret Access Key are not found in AWS credentials file (/root/.aws/credentials), config file (/root/.aws/config), from ECS credentials relative uri, or from the instance security credentials service',
  ],
  [
    'sts-not-authorized',
    'kubernetes-sigs/aws-ebs-csi-driver#1010',
    'could not create volume in EC2: WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\n          status code: 403, request id: 2550e4a3',
  ],
  [
    'imds-metadata',
    'kubernetes-sigs/aws-ebs-csi-driver, install guide',
    'E0901 10:00:00.000000 1 metadata.go:71] "Retrieving IMDS metadata failed, falling back to Kubernetes metadata" err="could not get EC2 instance identity metadata: operation error ec2imds: GetInstanceIdentityDocument, canceled, context deadline exceeded"',
  ],
  [
    'imds-metadata',
    'kubernetes-sigs/aws-load-balancer-controller',
    '{"level":"error","ts":"2025-01-07T10:00:00Z","logger":"setup","msg":"unable to initialize AWS cloud","error":"failed to introspect vpcID from EC2Metadata or Node name, specify --aws-vpc-id instead if EC2Metadata is unavailable: failed to fetch VPC ID from instance metadata: error in fetching vpc id through ec2 metadata: get mac metadata: operation error ec2imds: GetMetadata, canceled, context deadline exceeded"}',
  ],
  [
    'mountpoint-no-credentials',
    'awslabs/mountpoint-s3-csi-driver#276',
    'Mount failed: Failed to start service output: Error: Failed to create S3 client  Caused by:     0: initial ListObjectsV2 failed for bucket data in region eu-west-1     1: Client error     2: No signing credentials available, see CRT debug logs Error: Failed to create mount process',
  ],
  [
    'mountpoint-no-credentials',
    'awslabs/mountpoint-s3#1008',
    'Error: Failed to create S3 client\n\nCaused by:\n    0: initial ListObjectsV2 failed for bucket data in region eu-central-1\n    1: Client error\n    2: No signing credentials found',
  ],
  [
    'sdk-node-role',
    'awslabs/mountpoint-s3-csi-driver#586',
    `E0921 06:47:54.186584       1 driver.go:181] GRPC error: rpc error: code = Internal desc = Could not mount "data": Mount failed: Error: Failed to create S3 client  Caused by:     0: initial ListObjectsV2 failed for bucket data in region us-east-1     1: Client error     2: Forbidden: User: ${session}/AmazonEKSAutoNodeRole/i-0471c9c18272a3ec2 is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::data" because no identity-based policy allows the s3:ListBucket action Error: Failed to create mount process`,
  ],
  [
    'service-denied',
    'awslabs/mountpoint-s3#675',
    'Error: Failed to create S3 client\n\nCaused by:\n    0: initial ListObjectsV2 failed for bucket data in region eu-central-1\n    1: Client error\n    2: Forbidden: Access Denied\nError: Failed to create mount process',
  ],
  [
    'sts-not-authorized',
    'kubeflow/spark-operator#1129',
    'Caused by: org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException: No AWS Credentials provided by WebIdentityTokenCredentialsProvider : com.amazonaws.services.securitytoken.model.AWSSecurityTokenServiceException: Not authorized to perform sts:AssumeRoleWithWebIdentity (Service: AWSSecurityTokenService; Status Code: 403; Error Code: AccessDenied; Request ID: ID; Proxy: null)\n\tat org.apache.hadoop.fs.s3a.AWSCredentialProviderList.getCredentials(AWSCredentialProviderList.java:159)',
  ],
  [
    's3a-no-web-identity',
    'apache/hadoop#4539',
    'Caused by: org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException: No AWS Credentials provided by TemporaryAWSCredentialsProvider SimpleAWSCredentialsProvider EnvironmentVariableCredentialsProvider IAMInstanceCredentialsProvider : com.amazonaws.SdkClientException: Unable to load AWS credentials from environment variables (AWS_ACCESS_KEY_ID (or AWS_ACCESS_KEY) and AWS_SECRET_KEY (or AWS_SECRET_ACCESS_KEY))',
  ],
  [
    's3a-no-web-identity',
    'Hive',
    'java.net.SocketTimeoutException: doesBucketExist on tpcds: com.amazonaws.AmazonClientException: No AWS Credentials provided by BasicAWSCredentialsProvider EnvironmentVariableCredentialsProvider InstanceProfileCredentialsProvider : com.amazonaws.SdkClientException: Unable to load credentials from service endpoint',
  ],
  [
    's3a-no-credentials',
    'Spark with the default chain',
    'NoAuthWithAWSException: No AWS Credentials provided by DefaultAWSCredentialsProviderChain',
  ],
];

/** Logs of SDKs in other languages, of Terraform, Pulumi and eksctl. */
export const bySetup: readonly PastedLog[] = [
  [
    'sts-no-provider',
    'a traceback of Python',
    `Traceback (most recent call last):\n  File "/app/main.py", line 7, in <module>\n    sts_client.get_caller_identity()\nbotocore.errorfactory.InvalidIdentityTokenException: An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: No OpenIDConnect provider found in your account for ${issuer}`,
  ],
  [
    'sts-not-authorized',
    'the example of this README',
    'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: …',
  ],
  [
    'sts-organization-deny',
    'an organization with a resource control policy',
    `An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: User: anonymous is not authorized to perform: sts:AssumeRoleWithWebIdentity on resource: ${role} with an explicit deny in a resource control policy`,
  ],
  [
    'sts-endpoint-deny',
    'a VPC endpoint with a policy',
    'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity with an explicit deny in a VPC endpoint policy',
  ],
  [
    'sdk-no-credentials',
    'TraceMachina/nativelink#428, Rust',
    'HeadObjectError: dispatch failure: other: an error occurred while loading credentials: the credential provider was not enabled: no providers in chain provided credentials',
  ],
  [
    'sdk-token-file-unset',
    'the Rust SDK',
    'Error: the credential provider was not enabled: $AWS_WEB_IDENTITY_TOKEN_FILE was not set (CredentialsNotLoaded(CredentialsNotLoaded { source: "$AWS_WEB_IDENTITY_TOKEN_FILE was not set" }))',
  ],
  [
    'sdk-no-credentials',
    'Terraform with a frame',
    '╷\n│ Error: No valid credential sources found\n│ \n│   with provider["registry.terraform.io/hashicorp/aws"],\n│   on main.tf line 12, in provider "aws":\n│   12: provider "aws" {\n│ \n│ Error: failed to refresh cached credentials, no EC2 IMDS role found,\n│ operation error ec2imds: GetMetadata, request canceled, context deadline\n│ exceeded\n╵',
  ],
  [
    'sdk-no-credentials',
    'Terraform with the Go SDK v1',
    '│ Error: NoCredentialProviders: no valid providers in chain\n│ caused by: EnvAccessKeyNotFound: failed to find credentials in the environment.\n│ SharedCredsLoad: failed to load profile, .\n│ EC2RoleRequestError: no EC2 instance role found\n│ caused by: RequestError: send request failed\n│ caused by: Get "http://169.254.169.254/latest/meta-data/iam/security-credentials/": dial tcp 169.254.169.254:80: connect: no route to host',
  ],
  [
    'sts-no-provider',
    'Terraform in a pod',
    `Error: Cannot assume IAM Role with web identity\n\nIAM Role (${role}) cannot be assumed with web identity token.\n\nError: operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: 0f3c, InvalidIdentityToken: No OpenIDConnect provider found in your account for ${issuer}`,
  ],
  [
    'sdk-imds-unreachable',
    'the Go SDK v2',
    'get identity: get credentials: failed to refresh cached credentials, failed to load, operation error ec2imds: GetMetadata, exceeded maximum number of attempts, 3, request send failed, Get "http://169.254.169.254/latest/meta-data/iam/security-credentials/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  [
    'iam-provider-exists',
    'Terraform',
    `Error: creating IAM OIDC Provider: operation error IAM: CreateOpenIDConnectProvider, https response error StatusCode: 409, RequestID: 18807438, EntityAlreadyExists: Provider with url ${issuer} already exists.`,
  ],
  [
    'iam-provider-exists',
    'Pulumi',
    `aws:iam/openIdConnectProvider:OpenIdConnectProvider (eks): error: api error EntityAlreadyExists: Provider with url ${issuer} already exists: provider=aws@7.23.0`,
  ],
  [
    'iam-provider-denied',
    'Terraform',
    `Error: creating IAM OIDC Provider: operation error IAM: CreateOpenIDConnectProvider, https response error StatusCode: 403, RequestID: 0f3c, api error AccessDenied: User: ${session}/deploy/session is not authorized to perform: iam:CreateOpenIDConnectProvider on resource: arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com because no identity-based policy allows the iam:CreateOpenIDConnectProvider action`,
  ],
  [
    'iam-provider-unreachable',
    'IAM API Reference, CreateOpenIDConnectProvider',
    'An error occurred (OpenIdIdpCommunicationError) when calling the CreateOpenIDConnectProvider operation: The request failed because IAM cannot connect to the OpenID Connect identity provider URL.',
  ],
  [
    'iam-provider-unreachable',
    'the SDK for JavaScript',
    'OpenIdIdpCommunicationErrorException: UnknownError\n    at throwDefaultError (/app/node_modules/@smithy/smithy-client/dist-cjs/index.js:388:20)',
  ],
  [
    'iam-provider-gone',
    'Terraform',
    'Error: reading IAM OIDC Provider: NoSuchEntity: OpenIDConnect Provider not found for arn arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F',
  ],
  [
    'iam-provider-input',
    'Terraform',
    'Error: error creating IAM OIDC Provider: InvalidInput: Thumbprint list must contain fewer than 5 entries.',
  ],
  [
    'iam-federated-principal',
    'Terraform',
    'Error: creating IAM Role (cart): operation error IAM: CreateRole, https response error StatusCode: 400, RequestID: ddda99ea, MalformedPolicyDocument: Federated principals must be valid domain names or SAML metadata ARNs',
  ],
  [
    'eksctl-no-provider',
    'eksctl',
    "2026-06-04 11:18:45 [!]  no IAM OIDC provider associated with cluster, try 'eksctl utils associate-iam-oidc-provider --region=us-east-1 --cluster=my-eks-cluster'\nError: unable to create iamserviceaccount(s) without IAM OIDC provider enabled",
  ],
  [
    'eksctl-no-provider',
    'eksctl, an addon',
    '2024-01-28 14:12:44 [!]  no IAM OIDC provider associated with cluster, try \'eksctl utils associate-iam-oidc-provider --region=us-east-1 --cluster=eks-cluster\'\n2024-01-28 14:12:44 [ℹ]  Kubernetes version "1.28" in use by cluster "eks-cluster"\n2024-01-28 14:12:44 [!]  OIDC is disabled but policies are required/specified for this addon',
  ],
  [
    'sdk-no-credentials',
    'the SDK for PHP',
    String.raw`report.CRITICAL: Aws\Exception\CredentialsException: Error retrieving credentials from the instance profile metadata service. (cURL error 28: Connection timed out after 1001 milliseconds)`,
  ],
  [
    'sts-token-invalid',
    'the SDK for PHP',
    String.raw`PHP Fatal error: Uncaught Aws\Exception\CredentialsException: Error retrieving web identity credentials: InvalidIdentityToken, retries exhausted (0)`,
  ],
  [
    'sdk-wrapper',
    'the SDK for PHP, without its cause',
    String.raw`Aws\Exception\CredentialsException: Error assuming role from web identity credentials in /app/vendor/aws/aws-sdk-php/src/Credentials/AssumeRoleWithWebIdentityCredentialProvider.php:131`,
  ],
  [
    'sdk-token-file-unset',
    'the SDK for Ruby',
    'Aws::Errors::MissingWebIdentityTokenFile: Missing :web_identity_token_file parameter or invalid file path provided for Aws::AssumeRoleWebIdentityCredentials provider',
  ],
  [
    'sts-not-authorized',
    'the SDK for Ruby',
    'Aws::STS::Errors::AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  ],
  [
    'sdk-token-file-unset',
    'the SDK for .NET, version 4',
    'Amazon.Runtime.AmazonClientException: Failed to resolve AWS credentials. The credential providers used to search for credentials returned the following errors:\n\nException 1 of 4: The environment variables AWS_ACCESS_KEY_ID/ AWS_SECRET_ACCESS_KEY / AWS_SESSION_TOKEN were not set with AWS credentials.\nException 2 of 4: The webIdentityTokenFile must be an absolute path. (Parameter \'webIdentityTokenFile\')\nException 3 of 4: Unable to find the "default" profile.\nException 4 of 4: Unable to get IAM security credentials from EC2 Instance Metadata Service.',
  ],
  [
    'sdk-sts-module-missing',
    'the SDK for .NET',
    'System.InvalidOperationException: Assembly AWSSDK.SecurityToken could not be found or loaded. This assembly must be available at runtime to use Amazon.Runtime.AssumeRoleAWSCredentials.',
  ],
  [
    'sts-audience',
    'the SDK for .NET, inner exceptions last',
    `Amazon.Runtime.AmazonClientException: Error calling AssumeRole for role ${role}\n ---> Amazon.SecurityToken.Model.InvalidIdentityTokenException: Incorrect token audience\n ---> Amazon.Runtime.Internal.HttpErrorResponseException: Exception of type 'Amazon.Runtime.Internal.HttpErrorResponseException' was thrown.`,
  ],
  [
    'sdk-no-credentials',
    'the SDK for Kotlin',
    'aws.smithy.kotlin.runtime.identity.IdentityProviderException: No identity could be resolved from the chain: CredentialsProviderChain -> SystemPropertyCredentialsProvider -> EnvironmentCredentialsProvider -> StsWebIdentityProvider',
  ],
  [
    'sdk-token-file-unset',
    'the SDK for JavaScript',
    'CredentialsProviderError: Web identity configuration not specified\n    at fromTokenFile (/app/node_modules/@aws-sdk/credential-provider-web-identity/dist-cjs/fromTokenFile.js:18:15)',
  ],
  [
    'sdk-wrapper',
    'the common runtime (C)',
    'AWS_AUTH: Valid credentials could not be sourced by the sts web identity provider',
  ],
  [
    'sdk-no-credentials',
    'aws-msk-iam-auth',
    'org.apache.kafka.common.errors.SaslAuthenticationException: An error: (java.security.PrivilegedActionException: javax.security.sasl.SaslException: Failed to find AWS IAM Credentials [Caused by com.amazonaws.SdkClientException: Unable to load AWS credentials from any provider in the chain])',
  ],
  [
    'sdk-no-credentials',
    'the SDK for Java, version 1',
    'com.amazonaws.SdkClientException: Unable to load credentials from service endpoint\n\tat com.amazonaws.auth.EC2CredentialsFetcher.handleError(EC2CredentialsFetcher.java:183)\nCaused by: java.net.SocketTimeoutException: connect timed out',
  ],
  [
    'sts-not-authorized',
    'a chain of the SDK for Java, version 2',
    'software.amazon.awssdk.core.exception.SdkClientException: Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(credentialsProviders=[SystemPropertyCredentialsProvider(), WebIdentityTokenCredentialsProvider()]) : [SystemPropertyCredentialsProvider(): Unable to load credentials from system settings., WebIdentityTokenCredentialsProvider(): Not authorized to perform sts:AssumeRoleWithWebIdentity (Service: Sts, Status Code: 403, Request ID: 0f3c), InstanceProfileCredentialsProvider(): Failed to load credentials from IMDS.]',
  ],
  [
    'sdk-sts-module-missing',
    'a chain of the SDK for Java, version 2',
    "SdkClientException: Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(credentialsProviders=[WebIdentityTokenCredentialsProvider()]) : [WebIdentityTokenCredentialsProvider(): To use web identity tokens, the 'sts' service module must be on the class path., ContainerCredentialsProvider(): Cannot fetch credentials from container - neither AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI environment variables are set.]",
  ],
  [
    'sts-not-authorized-of-login',
    'GitHub Actions',
    'Error: Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  ],
  [
    'sts-audience-of-login',
    'GitHub Actions, another audience',
    'Run aws-actions/configure-aws-credentials@v4\nError: Could not assume role with OIDC: Incorrect token audience',
  ],
  [
    'sts-token-invalid',
    'Vault',
    'error authenticating: error looking up service account: Unable to assume role: InvalidIdentityToken',
  ],
  [
    'sdk-sso-expired',
    'the AWS CLI on a laptop',
    "Error when retrieving token from sso: Token has expired and refresh failed\nCredentialsProviderError: Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
  ],
  [
    'pod-identity-no-association',
    'Pod Identity without an association',
    'Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 400 from container metadata: [41b2]: (ResourceNotFoundException): No pod identity association found',
  ],
  [
    'pod-identity-agent-unreachable',
    'the SDK for JavaScript, the agent is down',
    'Error: connect ECONNREFUSED 169.254.170.23:80\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)',
  ],
  [
    'sdk-profile-missing',
    'botocore',
    'botocore.exceptions.ProfileNotFound: The config profile (prod) could not be found',
  ],
  ['sdk-profile-missing', 'the Go SDK v2', 'failed to load config: failed to get shared config profile, prod'],
  [
    'service-account-not-found',
    'the controller of ReplicaSets',
    'Error creating: pods "cart-7d9f6c5b8-" is forbidden: error looking up service account checkout/cart: serviceaccount "cart" not found',
  ],
  [
    'issuer-not-reached',
    'Terraform, tls_certificate',
    'Error: failed to read data: Get "https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F": dial tcp: lookup oidc.eks.eu-west-1.amazonaws.com: no such host',
  ],
  [
    'sdk-sts-unreachable',
    'botocore',
    'botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "https://sts.eu-west-1.amazonaws.com/"',
  ],
  [
    'sdk-sts-unreachable',
    'urllib3',
    "HTTPSConnectionPool(host='sts.amazonaws.com', port=443): Max retries exceeded with url: / (Caused by NewConnectionError(': Failed to establish a new connection: [Errno 110] Connection timed out'))",
  ],
  [
    'sts-verification-key',
    'the Go SDK v2 after its retries',
    "operation error STS: AssumeRoleWithWebIdentity, exceeded maximum number of attempts, 3, https response error StatusCode: 400, RequestID: 0f3c, InvalidIdentityToken: Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
  ],
  [
    'fluent-bit-sts',
    'fluent/fluent-bit#11255',
    '[2025/11/01 10:00:00] [error] [aws_credentials] STS assume role request failed',
  ],
  [
    'service-denied',
    'kubeflow/pipelines#11729',
    'F0306 08:19:04.525174       7 client_manager.go:502] Failed to check if object store bucket exists. Error: Access Denied.',
  ],
  ['service-denied', 'botocore, cut off', 'An error occurred (AccessDenied) when calling the GetObject operation'],
  [
    'sdk-token-unreadable',
    'argoproj/argo-workflows#6406',
    'failed to create new S3 client: WebIdentityErr: failed fetching WebIdentity token: \ncaused by: WebIdentityErr: unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token\ncaused by: open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
  ],
  [
    'sdk-no-credentials',
    'argoproj/argo-workflows#7513',
    'failed to create new S3 client: NoCredentialProviders: no valid providers in chain. Deprecated.\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors',
  ],
];
