import type { PastedLog } from './pasted-logs.ts';

/** Further logs of reported issues, each judged by hand before it was tried: the id of the message, or `unknown` where the
 *  text is not about a role for a service account. Names, accounts and ids are made up. */
export const furtherLogs: readonly PastedLog[] = [
  [
    'sts-not-authorized',
    'aws-samples/aws-cdk-for-emr-on-eks#2',
    'ClientError: An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  ],
  [
    'sts-not-authorized',
    'aws/aws-node-termination-handler#373',
    String.raw`2021/02/24 18:21:12 ??? There was a problem monitoring for events error="WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\n\tstatus code: 403, request id: 00000000-0000-0000-0000-000000000000" event_type=SQS_TERMINATE`,
  ],
  [
    'node-assumes-role',
    'external-secrets/kubernetes-external-secrets#368',
    'User: arn:aws:sts::111122223333:assumed-role/eksctl-shop-nodegroup-m-NodeInstanceRole-1UU8XUZSIV6RZ/i-0123456789abcdef0 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/eks-secretsmanager',
  ],
  [
    'sts-audience',
    'kubernetes-sigs/aws-load-balancer-controller#3410',
    '  Warning  FailedBuildModel  2m53s  ingress  Failed build model due to WebIdentityErr: failed to retrieve credentials\ncaused by: InvalidIdentityToken: Incorrect token audience\n  status code: 400',
  ],
  [
    'sts-no-provider',
    'aws-samples/aws-secret-sidecar-injector#30',
    'WebIdentityError: Failed to retrieve credentials.\ncaused by Invalid Identity token: No OpenIDConnect provider found in account',
  ],
  [
    'sts-audience',
    'aws/amazon-eks-pod-identity-webhook#232',
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  <Error>\n    <Type>Sender</Type>\n    <Code>InvalidIdentityToken</Code>\n    <Message>Incorrect token audience</Message>\n  </Error>\n  <RequestId>00000000-0000-0000-0000-000000000000</RequestId>\n</ErrorResponse>',
  ],
  [
    'sts-no-provider',
    'kubernetes-sigs/aws-load-balancer-controller#1226',
    'E0416 12:40:46.016106       1 healthcheck.go:38] Controller health check failed: [ec2.DescribeTagsWithContext]: WebIdentityErr: failed to retrieve credentials\ncaused by: InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.eu-west-1.amazonaws.com/id/xxxx',
  ],
  [
    'sts-no-provider',
    'namespacelabs/foundation#801',
    '2022/07/25 13:14:05.131213 failed to retrieve credentials: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, exceeded maximum number of attempts, 3, https response error StatusCode: 400, RequestID: 00000000-0000-0000-0000-000000000000, InvalidIdentityToken: No OpenIDConnect provider found in your account for {redacted}',
  ],
  [
    'sts-verification-key',
    'awslabs/aws-sdk-rust#827',
    `clusterd {"timestamp":"2023-06-13T20:09:04.291272Z","level":"WARN","fields":{"message":"provider failed to provide credentials","provider":"WebIdentityToken","error":"an error occurred while loading credentials: service error: InvalidIdentityTokenException: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"}}`,
  ],
  [
    'pod-identity-agent-unreachable',
    'aws-samples/containers-blog-maelstrom#123',
    'botocore.exceptions.CredentialRetrievalError: Error when retrieving credentials from container-role: Error retrieving metadata: Received error when attempting to retrieve container metadata: Connect timeout on endpoint URL: "http://169.254.170.23/v1/credentials"',
  ],
  [
    'pod-identity-sdk-too-old',
    'smithy-lang/smithy-typescript#1143',
    '[Nest] 22  - 01/14/2024, 5:21:05 AM   ERROR [ExceptionsHandler] 169.254.170.23 is not a valid container metadata service hostname\nCredentialsProviderError: 169.254.170.23 is not a valid container metadata service hostname\n    at getCmdsUri (/app/node_modules/@smithy/credential-provider-imds/dist-cjs/fromContainerMetadata.js:57:19)',
  ],
  [
    'pod-identity-sdk-too-old',
    'runatlantis/helm-charts#349',
    'Error: error configuring Terraform AWS Provider: loading configuration: invalid endpoint host, "169.254.170.23", only loopback hosts are allowed',
  ],
  [
    'pod-identity-client-timeout',
    'aws/secrets-store-csi-driver-provider-aws#465',
    `eks-pod-identity-agent {"client-addr":"192.0.2.19:36642","cluster-name":"shop","level":"error","msg":"Error fetching credentials: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 0, RequestID: , canceled, context canceled","operation":"AssumeRoleForPodIdentity","service":"EKS Auth"}`,
  ],
  [
    'pod-identity-client-timeout',
    'aws/secrets-store-csi-driver-provider-aws#465 (driver)',
    'W0527 16:24:25.831530       1 pod_identity_credential_provider.go:142] IPv4 endpoint attempt failed: HTTP request to pod identity agent failed: Get "http://169.254.170.23/v1/credentials": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  [
    'sdk-no-credentials',
    'ElementTech/kube-arch-scheduler#5',
    'time="2024-05-04T08:04:25Z" level=error msg="Error retrieving credentials" error="ecr: Failed to get authorization token: operation error ECR: GetAuthorizationToken, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled, context deadline exceeded"',
  ],
  [
    'sdk-no-credentials',
    'aws/aws-sdk-go-v2#2708',
    '"error": "operation error Secrets Manager: GetSecretValue, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, exceeded maximum number of attempts, 3, http response error StatusCode: 503, request to EC2 IMDS failed"',
  ],
  [
    'sdk-node-role',
    'external-secrets/kubernetes-external-secrets#419',
    String.raw`"stack": "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/eksctl-shop-nodegroup-24b3-NodeInstanceRole-ABCDEF/i-0cee646fefe9d6da9 is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:x-nzYAC0\\n    at Request.extractError (/app/node_modules/aws-sdk/lib/protocol/json.js:51:27)"`,
  ],
  [
    'sdk-no-credentials',
    'awslabs/amazon-ecr-credential-helper#234',
    String.raw`time="2020-08-09T10:58:07-07:00" level=error msg="Error retrieving credentials" error="ecr: Failed to get authorization token: NoCredentialProviders: no valid providers in chain. Deprecated.\n\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors"`,
  ],
  [
    'sdk-imds-unreachable',
    'aws/amazon-cloudwatch-agent#1101',
    'D! should retry true for imds error : RequestError: send request failed\ncaused by: Put "http://169.254.169.254/latest/api/token": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  [
    'sdk-no-credentials',
    'aws/aws-sdk-java-v2#5294',
    'software.amazon.awssdk.core.exception.SdkClientException: Unable to load credentials from any of the providers in the chain.',
  ],
  ['sdk-no-credentials', 'aws/aws-sdk-js#3672', 'Error: Could not load credentials from any providers'],
  [
    'service-invalid-credentials',
    'aws-samples/aws-fault-injection-simulator-workshop#194',
    'An error occurred (InvalidClientTokenId) when calling the AssumeRole operation: The security token included in the request is invalid',
  ],
  [
    'pod-identity-role-refused',
    'aws/eks-pod-identity-agent#139',
    ' failed to refresh cached credentials, failed to load credentials,\nUnauthorized Exception! EKS does not have permissions to assume the associated role., fault: client',
  ],
  [
    'unknown',
    'concourse/docker-image-resource#340',
    '...credentials not found in native keychain...\n...401 not authorized...',
  ],
  [
    'unknown',
    'sassoftware/viya4-iac-aws#441',
    'Error: Post "https://0EF1F4F04C6CDC5255512CD2EB9B1B40.gr7.us-east-1.eks.amazonaws.com/api/v1/namespaces/kube-system/serviceaccounts": getting credentials: exec: executable aws failed with exit code 253',
  ],
  [
    'unknown',
    'kubernetes/kubernetes#135318',
    'UnmountVolume.TearDown failed for volume "kube-api-access-7rkpb" pod "f2fe09d1" (UID: "f2fe09d1-92e6-44d7-b2fb-b2edd2b6477d") : unmount failed: exit status 32',
  ],
  [
    'unknown',
    'kubernetes/kubernetes#83189',
    'Unable to mount volumes for pod "sa-token-test_default(0789a7b8)": timeout expired waiting for volumes to attach or mount for pod "default"/"sa-token-test". list of unmounted volumes=[token-vol]. list of unattached volumes=[token-vol default-token-h96g2]; skipping pod',
  ],
  [
    'sdk-token-not-read',
    'the SDK for C++',
    "[ERROR] 2024-01-01 00:00:00.000 STSAssumeRoleWithWebIdentityCredentialsProvider [140245] Can't open token file: /var/run/secrets/eks.amazonaws.com/serviceaccount/token",
  ],
  [
    'sdk-imds-unreachable',
    'the SDK for Rust',
    'WARN aws_config::imds::region: failed to load region from IMDS err=FailedToLoadToken(FailedToLoadToken { source: DispatchFailure(DispatchFailure { source: ConnectorError { kind: Timeout, source: HttpTimeoutError { kind: "HTTP connect", duration: 1s } } }) })',
  ],
];
