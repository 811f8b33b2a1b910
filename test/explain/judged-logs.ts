import type { PastedLog } from './pasted-logs.ts';

/** Messages of programs that people run on EKS, each judged by hand before it was tried: the id of the message, or
 *  `unknown` where the text is not about a role for a service account. Names, accounts and ids are made up. */
export const judgedLogs: readonly PastedLog[] = [
  [
    'sts-no-provider-of-login',
    'tedivm/action-ecr-publish#8',
    'Error: No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com.',
  ],
  [
    'sts-not-authorized',
    'Terraform provider',
    'Error: configuring Terraform AWS Provider: no valid credential sources for Terraform AWS Provider found.\n\nPlease see https://registry.terraform.io/providers/hashicorp/aws\nfor more information about providing credentials.\n\nError: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, RequestID: 0, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  ],
  [
    'sdk-token-file-unset',
    'Java v2, its chain',
    "software.amazon.awssdk.core.exception.SdkClientException: Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(credentialsProviders=[SystemPropertyCredentialsProvider(), EnvironmentVariableCredentialsProvider(), WebIdentityTokenCredentialsProvider(), ProfileCredentialsProvider(), ContainerCredentialsProvider(), InstanceProfileCredentialsProvider()]) : [SystemPropertyCredentialsProvider(): Unable to load credentials from system settings. Access key must be specified either via environment variable (AWS_ACCESS_KEY_ID) or system property (aws.accessKeyId)., WebIdentityTokenCredentialsProvider(): Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty aws.webIdentityTokenFile must be set., ProfileCredentialsProvider(profileName=default, profileFile=ProfileFile(sections=[])): Profile file contained no credentials for profile 'default': ProfileFile(sections=[]), ContainerCredentialsProvider(): Cannot fetch credentials from container - neither AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI environment variables are set., InstanceProfileCredentialsProvider(): Failed to load credentials from IMDS.]",
  ],
  [
    'sdk-sts-module-missing',
    'Java v2',
    "WebIdentityTokenCredentialsProvider(): To use web identity tokens, the 'sts' service module must be on the class path.",
  ],
  [
    'sdk-sts-module-missing',
    '.NET',
    'Amazon.Runtime.AmazonClientException: Assembly AWSSDK.SecurityToken could not be found or loaded. This assembly must be available at runtime to use Amazon.Runtime.AssumeRoleWithWebIdentityCredentials, Version=3.3.45.0.',
  ],
  [
    'sts-no-provider',
    '.NET',
    'Unhandled exception. Amazon.SecurityToken.Model.InvalidIdentityTokenException: No OpenIDConnect provider found in your account for https://oidc.eks.eu-west-1.amazonaws.com/id/AAAA\n ---> Amazon.Runtime.Internal.HttpErrorResponseException',
  ],
  [
    'sdk-no-credentials',
    'PHP',
    'PHP Fatal error:  Uncaught Aws\\Exception\\CredentialsException: Error retrieving credentials from the instance profile metadata service. (cURL error 28: Connection timed out after 1001 milliseconds (see https://curl.haxx.se/libcurl/c/libcurl-errors.html) for http://169.254.169.254/latest/meta-data/iam/security-credentials/) in /app/vendor/aws/aws-sdk-php/src/Credentials/InstanceProfileProvider.php:273',
  ],
  [
    'sdk-no-credentials',
    'Ruby',
    'Aws::Errors::MissingCredentialsError: unable to sign request without credentials set',
  ],
  [
    'sts-not-authorized',
    'Ruby',
    "/usr/local/bundle/gems/aws-sdk-core-3.190.0/lib/seahorse/client/plugins/raise_response_errors.rb:17:in `call': Not authorized to perform sts:AssumeRoleWithWebIdentity (Aws::STS::Errors::AccessDenied)",
  ],
  [
    'sdk-no-credentials',
    'JavaScript v3',
    'CredentialsProviderError: Could not load credentials from any providers\n    at /app/node_modules/@aws-sdk/credential-provider-node/dist-cjs/index.js:130:13',
  ],
  [
    'sdk-no-credentials',
    'Kotlin',
    'aws.smithy.kotlin.runtime.auth.awscredentials.CredentialsProviderException: No credentials could be loaded from the chain: CredentialsProviderChain -> EnvironmentCredentialsProvider -> ProfileCredentialsProvider -> StsWebIdentityProvider -> EcsCredentialsProvider -> ImdsCredentialsProvider',
  ],
  [
    'sdk-token-not-read',
    'Fluent Bit',
    '[2024/01/01 00:00:00] [error] [aws_credentials] Could not read web identify token file',
  ],
  [
    'service-denied',
    'Karpenter',
    '{"level":"ERROR","time":"2024-01-01T00:00:00Z","logger":"controller","message":"creating instance","error":"UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: abcdef"}',
  ],
  [
    'sdk-irsa-role-permission',
    'external-dns',
    'time="2024-01-01T00:00:00Z" level=fatal msg="failed to list hosted zones: AccessDenied: User: arn:aws:sts::111122223333:assumed-role/external-dns/1700000000000000000 is not authorized to perform: route53:ListHostedZones because no identity-based policy allows the route53:ListHostedZones action\\n\\tstatus code: 403, request id: 0"',
  ],
  [
    'sdk-node-role',
    'Cluster Autoscaler',
    'Failed to create AWS Manager: cannot autodiscover ASGs: AccessDenied: User: arn:aws:sts::111122223333:assumed-role/eksctl-x-nodegroup-ng-NodeInstanceRole-ABC123/i-0abc0123456789def is not authorized to perform: autoscaling:DescribeAutoScalingGroups because no identity-based policy allows the autoscaling:DescribeAutoScalingGroups action',
  ],
  [
    'sts-no-provider',
    'the EBS CSI driver',
    '  Warning  ProvisioningFailed  ebs.csi.aws.com_ebs-csi-controller-0  failed to provision volume with StorageClass "gp3": rpc error: code = Internal desc = Could not create volume "pvc-1": could not create volume in EC2: operation error EC2: CreateVolume, get identity: get credentials: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: 0, InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.eu-west-1.amazonaws.com/id/AAAA',
  ],
  [
    'sdk-token-unreadable',
    'Velero',
    'error="rpc error: code = Unknown desc = WebIdentityErr: failed fetching WebIdentity token: \\ncaused by: WebIdentityErr: unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token\\ncaused by: open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied"',
  ],
  [
    'sdk-no-credentials',
    'Vector',
    'ERROR vector::topology::builder: Configuration error. error=Sink "s3": an error occurred while loading credentials: the credential provider was not enabled: no providers in chain provided credentials',
  ],
  [
    'sdk-no-credentials',
    'Loki',
    'level=error ts=2024-01-01T00:00:00Z caller=flush.go:143 org_id=fake msg="failed to flush" err="failed to flush chunks: store put chunk: NoCredentialProviders: no valid providers in chain. Deprecated.\\n\\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors"',
  ],
  [
    'sdk-no-credentials',
    'the AWS CLI',
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
  ],
  [
    'sdk-partial-credentials',
    'botocore',
    'botocore.exceptions.PartialCredentialsError: Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY',
  ],
  [
    'sts-expired',
    'botocore',
    'An error occurred (ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation: Token expired: current date/time 1700000000 must be before the expiration date/time1699990000',
  ],
  [
    'sts-arn-invalid',
    'botocore',
    'An error occurred (ValidationError) when calling the AssumeRoleWithWebIdentity operation: Request ARN is invalid',
  ],
  ['sdk-profile-missing', 'the AWS CLI', 'The config profile (prod) could not be found'],
  [
    'sdk-sso-expired',
    'botocore',
    'botocore.exceptions.TokenRetrievalError: Error when retrieving token from sso: Token has expired and refresh failed',
  ],
  [
    'sdk-no-credentials',
    'Go v1',
    'EC2RoleRequestError: no EC2 instance role found\ncaused by: RequestError: send request failed\ncaused by: Get "http://169.254.169.254/latest/meta-data/iam/security-credentials/": dial tcp 169.254.169.254:80: connect: connection refused',
  ],
  [
    'sdk-sts-not-resolved',
    'Go v1',
    'Post "https://sts.eu-west-1.amazonaws.com/": dial tcp: lookup sts.eu-west-1.amazonaws.com on 172.20.0.10:53: no such host',
  ],
  [
    'sdk-sts-unreachable',
    'botocore',
    'botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "https://sts.us-east-1.amazonaws.com/"',
  ],
  [
    'sdk-sts-certificate',
    'botocore',
    'botocore.exceptions.SSLError: SSL validation failed for https://sts.eu-west-1.amazonaws.com/ [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate in certificate chain (_ssl.c:1129)',
  ],
  [
    'iam-provider-exists',
    'Terraform',
    'Error: creating IAM OIDC Provider: operation error IAM: CreateOpenIDConnectProvider, https response error StatusCode: 409, RequestID: 0, EntityAlreadyExists: Provider with url https://oidc.eks.eu-west-1.amazonaws.com/id/AAAA already exists.',
  ],
  [
    'iam-federated-principal',
    'CloudFormation',
    'Resource handler returned message: "Invalid principal in policy: "FEDERATED":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AAAA" (Service: Iam, Status Code: 400, Request ID: 0)" (RequestToken: 0, HandlerErrorCode: InvalidRequest)',
  ],
  [
    'pod-identity-role-refused',
    'EKS Auth',
    'AccessDeniedException: Unauthorized Exception! EKS does not have permissions to assume the associated role.',
  ],
  [
    'pod-identity-no-association',
    'the Pod Identity agent',
    '{"level":"error","msg":"Error fetching credentials: error getting credentials to cache: unable to fetch credentials from EKS Auth: (ResourceNotFoundException): The token included in the request has no service account role association for it., fault: client\\n"}',
  ],
  [
    'kubelet-token-refused',
    'the kubelet',
    'MountVolume.SetUp failed for volume "aws-iam-token" : failed to fetch token: serviceaccounts "cart" not found',
  ],
  [
    'webhook-not-answering',
    'kubectl',
    'Error from server (InternalError): Internal error occurred: failed calling webhook "iam-for-pods.amazonaws.com": failed to call webhook: Post "https://127.0.0.1:23443/mutate?timeout=10s": dial tcp 127.0.0.1:23443: connect: connection refused',
  ],
  ['service-denied', 'Go v1, S3', 'AccessDenied: Access Denied\n\tstatus code: 403, request id: 0A1B2C, host id: abc='],
  [
    'unknown',
    'Google',
    'oauth2: cannot fetch token: 400 Bad Request\nResponse: {"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."}',
  ],
  [
    'unknown',
    'Azure',
    "AADSTS70021: No matching federated identity record found for presented assertion. Assertion Issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/AAAA'. Assertion Subject: 'system:serviceaccount:a:b'. Assertion Audience: 'api://AzureADTokenExchange'.",
  ],
  [
    'sts-throttled',
    'botocore',
    'An error occurred (Throttling) when calling the AssumeRoleWithWebIdentity operation (reached max retries: 4): Rate exceeded',
  ],
  [
    'sdk-sts-unreachable',
    'Go v2',
    'operation error STS: AssumeRoleWithWebIdentity, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post "https://sts.eu-west-1.amazonaws.com/": context deadline exceeded',
  ],
  ['sdk-profile-missing', 'Go v2', 'failed to get shared config profile, prod'],
  [
    'sdk-irsa-role-permission',
    'Java v2, KMS',
    'software.amazon.awssdk.services.kms.model.KmsException: User: arn:aws:sts::111122223333:assumed-role/app/aws-sdk-java-1700000000000 is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:111122223333:key/0 because no resource-based policy allows the kms:Decrypt action (Service: Kms, Status Code: 400, Request ID: 0)',
  ],
  [
    'sdk-irsa-role-permission',
    'botocore, Pod Identity',
    'An error occurred (AccessDenied) when calling the ListObjectsV2 operation: User: arn:aws:sts::111122223333:assumed-role/app/eks-shop-cart-7d9f-0a1b2c3d-4e5f is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::b" because no identity-based policy allows the s3:ListBucket action',
  ],
  [
    'service-invalid-credentials',
    'an old key',
    'InvalidClientTokenId: The security token included in the request is invalid',
  ],
  ['sdk-role-arn-missing', 'Go v1', 'WebIdentityErr: role ARN is not set'],
  [
    'sts-organization-deny',
    'an organization',
    'User: arn:aws:sts::111122223333:assumed-role/x is not authorized to perform: sts:AssumeRoleWithWebIdentity on resource: arn:aws:iam::111122223333:role/app with an explicit deny in a resource control policy',
  ],
  [
    'sdk-irsa-role-permission',
    'an organization, S3',
    'An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:sts::111122223333:assumed-role/app/botocore-session-1700000000 is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" with an explicit deny in a service control policy',
  ],
  [
    'sts-endpoint-deny',
    'a VPC endpoint',
    'AccessDenied: User: anonymous is not authorized to perform: sts:AssumeRoleWithWebIdentity on resource: arn:aws:iam::111122223333:role/app because no VPC endpoint policy allows the sts:AssumeRoleWithWebIdentity action',
  ],
  ['sts-malformed-policy', 'IAM', 'MalformedPolicyDocument: Syntax errors in policy.'],
  [
    'unknown',
    'an operator outside of a cluster',
    'panic: unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined',
  ],
  [
    'sts-verification-key',
    'Java v1',
    "com.amazonaws.services.securitytoken.model.InvalidIdentityTokenException: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements (Service: AWSSecurityTokenService; Status Code: 400; Error Code: InvalidIdentityToken; Request ID: 0; Proxy: null)",
  ],
  [
    'sts-duration',
    'botocore',
    'An error occurred (ValidationError) when calling the AssumeRoleWithWebIdentity operation: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  ],
  ['sdk-region-missing', 'Go v2', 'Invalid Configuration: Missing Region'],
  ['unknown', 'another host', 'x509: certificate signed by unknown authority'],
  ['unknown', 'Helm', 'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress'],
  ['unknown', 'node-local DNS', 'dial tcp 169.254.20.10:53: i/o timeout'],
  [
    'unknown',
    'kubeconfig with aws',
    'exec: "aws": executable file not found in $PATH\nerror: You must be logged in to the server (Unauthorized)',
  ],
  [
    'login-kafka-refused',
    'Mongey/terraform-provider-kafka#586',
    'kafka server: SASL Authentication failed: [...] Access denied',
  ],
  ['sdk-imds-unreachable', 'Java v1', 'com.amazonaws.SdkClientException: Failed to connect to service endpoint: '],
  [
    'sdk-imds-unreachable',
    'C++',
    '[ERROR] 2023-01-13 EC2MetadataClient [140] Http request to retrieve credentials failed',
  ],
  [
    'sdk-token-file-unset',
    'C++',
    '[WARN] STSAssumeRoleWithWebIdentityCredentialsProvider [140] Token file must be specified to use STS AssumeRole web identity creds provider.',
  ],
  [
    'sdk-role-arn-missing',
    'C++',
    '[WARN] STSAssumeRoleWithWebIdentityCredentialsProvider [140] RoleArn must be specified to use STS AssumeRole web identity creds provider.',
  ],
  ['sdk-empty-keys', 'Go v1', 'EmptyStaticCreds: static credentials are empty'],
  [
    'sdk-empty-keys',
    'Go v2',
    'operation error STS: AssumeRole, get identity: get credentials: failed to refresh cached credentials, static credentials are empty',
  ],
  ['sdk-no-credentials', 'Go v1', 'EnvAccessKeyNotFound: AWS_ACCESS_KEY_ID or AWS_ACCESS_KEY not found in environment'],
  [
    'sdk-sts-unreachable',
    'Rust',
    'provider failed to provide credentials provider=WebIdentityToken error=an error occurred while loading credentials: dispatch failure',
  ],
  [
    'sdk-sso-expired',
    'Python',
    'botocore.exceptions.UnauthorizedSSOTokenError: The SSO session associated with this profile has expired or is otherwise invalid.',
  ],
  [
    'sdk-token-unreadable',
    '.NET',
    "System.UnauthorizedAccessException: Access to the path '/var/run/secrets/eks.amazonaws.com/serviceaccount/token' is denied.",
  ],
  [
    'sdk-token-file-unset',
    '.NET',
    'System.InvalidOperationException: The environment variables AWS_WEB_IDENTITY_TOKEN_FILE/AWS_ROLE_ARN/AWS_ROLE_SESSION_NAME were not set with AWS credentials.',
  ],
  [
    'sdk-provider-class-missing',
    'Hadoop with version 2',
    'java.lang.ClassNotFoundException: Class com.amazonaws.auth.WebIdentityTokenCredentialsProvider not found',
  ],
  [
    'sdk-provider-class-missing',
    'Hadoop with version 1',
    'java.io.IOException: Class software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider not found',
  ],
  [
    'sdk-imds-unreachable',
    'object_store (Rust)',
    'Generic S3 error: Error performing GET http://169.254.169.254/latest/api/token in 1s - HTTP error: error sending request',
  ],
  ['sdk-imds-unreachable', 'JavaScript v2', 'EC2 Metadata token request returned error: TimeoutError'],
  [
    'sdk-sts-not-resolved',
    'Java v2',
    'software.amazon.awssdk.core.exception.SdkClientException: Unable to execute HTTP request: sts.eu-west-1.amazonaws.com',
  ],
  ['service-denied', 's3fs', 'File "s3fs/core.py", line 113, in _error_wrapper raise err PermissionError: Forbidden'],
];
