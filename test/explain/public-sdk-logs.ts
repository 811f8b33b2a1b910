import type { PastedLog } from './pasted-logs.ts';

const { raw } = String;
const token = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';

/** Texts of the SDKs, as public threads and the SDKs themselves have them; each was judged by the cause that the thread
 *  established before it was tried. Names, accounts and ids are made up. */
export const publicSdkLogs: readonly PastedLog[] = [
  [
    'sdk-profile-missing',
    'aws/aws-sdk-php#1840',
    'Fatal error: Uncaught Aws\\Exception\\CredentialsException: Cannot read credentials from /usr/share/httpd/.aws/credentials in /var/www/html/vendor/aws/aws-sdk-php/src/Credentials/CredentialProvider.php:611',
  ],
  [
    'sdk-profile-missing',
    'aws/aws-sdk-php#1782',
    'PHP message: Aws\\Exception\\CredentialsException: Cannot read credentials from /.aws/credentials',
  ],
  [
    'sdk-node-role',
    'aws/aws-sdk-php#2565',
    'AccessDeniedException (client): User: arn:aws:sts::xxxxxxxxxx:assumed-role/eks-nodes-sandbox/i-076b0f0634dsabdbf is not authorized to perform: secretsmanager:GetSecretValue on resource: sandbox/app1 because no identity-based policy allows the secretsmanager:GetSecretValue action -',
  ],
  [
    'sdk-token-unreadable',
    'aws/aws-sdk-php#2097',
    '<b>Warning</b>:  file_get_contents(/var/run/secrets/eks.amazonaws.com/serviceaccount/token): failed to open stream: Permission denied in <b>/usr/local/backend/vendor/aws/aws-sdk-php/src/Credentials/AssumeRoleWithWebIdentityCredentialProvider.php</b> on line <b>97</b><br />',
  ],
  [
    'sdk-token-not-read',
    'the SDK for PHP, AssumeRoleWithWebIdentityCredentialProvider',
    `PHP Fatal error: Uncaught Aws\\Exception\\CredentialsException: Error reading WebIdentityTokenFile from ${token}`,
  ],
  [
    'pod-identity-token-empty',
    'aws/aws-sdk-php#3188',
    'Error retrieving credential from ECS (Client error: `GET http://169.254.170.23/v1/credentials` resulted in a `400 Bad Request` response:\nService account token cannot be empty',
  ],
  [
    'sdk-token-file-missing',
    'the SDK for Rust',
    'WARN provide_credentials{provider=default_chain}: aws_config::meta::credentials::chain: provider failed to provide credentials provider=WebIdentityToken error=an error occurred while loading credentials: No such file or directory (os error 2) (ProviderError(ProviderError { source: Os { code: 2, kind: NotFound, message: "No such file or directory" } }))',
  ],
  [
    'sdk-token-unreadable',
    'the SDK for Rust, not readable',
    'provider failed to provide credentials provider=WebIdentityToken error=an error occurred while loading credentials: ProviderError(ProviderError { source: Os { code: 13, kind: PermissionDenied, message: "Permission denied" } })',
  ],
  [
    'sdk-no-credentials',
    'awslabs/aws-sdk-rust#760',
    'ConstructionFailure(ConstructionFailure { source: SigningStageError { kind: MissingCredentials } })',
  ],
  [
    'sdk-token-not-read',
    'object_store (Rust)',
    `Generic S3 error: Error after 0 retries in 12us: Failed to read token file '${token}'`,
  ],
  [
    'service-denied',
    'risingwavelabs/risingwave#20305',
    'called `Result::unwrap()` on an `Err` value: ObjectStore(PermissionDenied (permanent) at stat, context: { uri: https://bucket.s3.us-east-2.amazonaws.com/hummock/cluster_id/0, response: Parts { status: 403, version: HTTP/1.1, headers: {"x-amz-request-id": "04M7", "server": "AmazonS3"} }, service: s3, path: hummock/cluster_id/0 })',
  ],
  [
    'sts-not-authorized',
    'aws/aws-sdk-net#1522',
    'Unhandled exception. Amazon.Runtime.AmazonClientException: Error calling AssumeRole for role arn:aws:iam::xxxx:role/xxx\n ---> Amazon.SecurityToken.AmazonSecurityTokenServiceException: Not authorized to perform sts:AssumeRoleWithWebIdentity ---> Amazon.Runtime.Internal.HttpErrorResponseException: Exception of type was thrown.\n   at Amazon.Runtime.HttpWebRequestMessage.GetResponse()',
  ],
  [
    'service-invalid-credentials',
    'aws/aws-sdk-net#1920',
    'Amazon.SQS.AmazonSQSException: The security token included in the request is invalid.\n ---> Amazon.Runtime.Internal.HttpErrorResponseException',
  ],
  [
    'sdk-sts-module-missing',
    'aws/aws-dotnet-extensions-configuration#61',
    "mysampleapp ---> System.IO.FileNotFoundException: Could not load file or assembly 'AWSSDK.SecurityToken, Culture=neutral, PublicKeyToken=null'. The system cannot find the file specified.",
  ],
  [
    'sdk-http-client',
    'the SDK for Java, version 2',
    'SdkClientException: Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(credentialsProviders=[WebIdentityTokenCredentialsProvider()]) : [EnvironmentVariableCredentialsProvider(): Unable to load credentials from system settings., WebIdentityTokenCredentialsProvider(): Multiple HTTP implementations were found on the classpath. To avoid non-deterministic loading implementations, please explicitly provide an HTTP client via the client builders]',
  ],
  [
    'sts-not-authorized',
    'aws/aws-sdk-java-v2#1470',
    'software.amazon.awssdk.services.sts.model.StsException: Not authorized to perform sts:AssumeRoleWithWebIdentity (Service: Sts, Status Code: 403, Request ID: d8ee3773, Extended Request ID: null)\n        at software.amazon.awssdk.core.internal.http.CombinedResponseHandler.handleErrorResponse(CombinedResponseHandler.java:123)',
  ],
  [
    'sdk-no-credentials',
    'the SDK for Java, version 1, at DEBUG',
    '{"@timestamp":"2019-11-14T10:47:56.466+00:00","message":"Unable to load credentials from EnvironmentVariableCredentialsProvider: Unable to load AWS credentials from environment variables (AWS_ACCESS_KEY_ID (or AWS_ACCESS_KEY) and AWS_SECRET_KEY (or AWS_SECRET_ACCESS_KEY))","level":"DEBUG"}\n{"@timestamp":"2019-11-14T10:47:56.466+00:00","message":"Unable to load credentials from com.amazonaws.auth.profile.ProfileCredentialsProvider@4287d447: profile file cannot be null","level":"DEBUG"}\n{"@timestamp":"2019-11-14T10:47:56.466+00:00","message":"Unable to load credentials from com.amazonaws.auth.EC2ContainerCredentialsProviderWrapper@1: Failed to connect to service endpoint: ","level":"DEBUG"}',
  ],
  [
    'sdk-no-credentials',
    'a container provider of the SDK for Java, version 2',
    'ContainerCredentialsProvider(): Cannot fetch credentials from container - neither AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI environment variables are set.',
  ],
  [
    'sdk-token-unreadable',
    'the SDK for Java, version 2, a token that is not readable',
    `WebIdentityTokenCredentialsProvider(): java.io.UncheckedIOException: java.nio.file.AccessDeniedException: ${token}`,
  ],
  [
    'sdk-token-file-missing',
    'the SDK for Java, version 2, no token',
    `Caused by: java.io.UncheckedIOException: java.nio.file.NoSuchFileException: ${token}`,
  ],
  [
    'sts-missing-aud',
    'aws/aws-sdk-ruby#2698',
    'Aws::STS::Errors::InvalidIdentityToken "Missing a required claim: aud"',
  ],
  [
    'sdk-profile-missing',
    'the SDK for Ruby',
    "Aws::Errors::NoSuchProfileError: Profile `shop' not found in /root/.aws/credentials",
  ],
  [
    'sdk-no-credentials',
    'bitnami/charts#14246',
    '2023-01-10 05:47:40 +0000 [error]: #0 unexpected error error_class=RuntimeError error="No valid AWS credentials found."\n  2023-01-10 05:47:40 +0000 [error]: #0 /opt/bitnami/fluentd/gems/fluent-plugin-aws-elasticsearch-service-2.4.1/lib/fluent/plugin/out_aws-elasticsearch-service.rb:110:in `block',
  ],
  [
    'sdk-sts-unreachable',
    'aws/aws-sdk-kotlin#1180',
    'aws.sdk.kotlin.runtime.auth.credentials.ProviderConfigurationException: STS failed to assume role from web identity: Unexpected response code for CONNECT: 403',
  ],
  [
    'sdk-no-credentials',
    'aws/aws-sdk-js#3090',
    "{ Error: connect ETIMEDOUT 169.254.169.254:80\n    at TCPConnectWrap.afterConnect [as oncomplete] (net.js:1097:14)\n  message: 'Missing credentials in config',\n  errno: 'ETIMEDOUT',\n  code: 'CredentialsError',\n  syscall: 'connect',",
  ],
  [
    'sdk-no-credentials',
    'aws/aws-sdk-js#2848',
    raw`{"level":50,"type":"Error","stack":"CredentialsError: Missing credentials in config\n    at IncomingMessage.<anonymous> (/app/node_modules/aws-sdk/lib/util.js:895:34)","code":"CredentialsError","originalError":{"message":"Could not load credentials from any providers"}}`,
  ],
  [
    'sdk-no-credentials',
    'aws/aws-sdk-js-v3#2137',
    'ProviderError: Unable to connect to instance metadata service\n    at fromInstanceMetadata (/app/node_modules/@aws-sdk/credential-provider-imds/dist/cjs/fromInstanceMetadata.js:20:13)',
  ],
  [
    'sdk-imds-unreachable',
    'aws/aws-sdk-js-v3#2137 (time-out)',
    'Error: TimeoutError\n    at ClientRequest.<anonymous> (/code/api/node_modules/@aws-sdk/credential-provider-imds/dist/cjs/remoteProvider/httpRequest.js:17:20)',
  ],
  [
    'sdk-profile-missing',
    'the SDK for JavaScript, version 3',
    'CredentialsProviderError: Profile shop could not be found or parsed in shared credentials file.',
  ],
  [
    'sdk-profile-unusable',
    'botocore',
    'botocore.exceptions.InvalidConfigError: The source profile "default" must have credentials.',
  ],
  [
    'sdk-profile-unusable',
    'Go v1',
    'SharedConfigAssumeRoleError: failed to load assume role for arn:aws:iam::111122223333:role/shop, source profile has no shared credentials',
  ],
  [
    'sts-arn-too-short',
    'Go v1, an empty role',
    'InvalidParameter: 1 validation error(s) found.\n- minimum field size of 20, AssumeRoleWithWebIdentityInput.RoleArn.',
  ],
  [
    'sts-token-empty',
    'Go v1, an empty token',
    'InvalidParameter: 1 validation error(s) found.\n- minimum field size of 4, AssumeRoleWithWebIdentityInput.WebIdentityToken.',
  ],
  [
    'sts-expired',
    'awslabs/aws-orbit-workbench#708',
    'WARNING:botocore.credentials:Refreshing temporary credentials failed during mandatory refresh period.\nTraceback (most recent call last):\n  File "/opt/conda/lib/python3.8/site-packages/botocore/client.py", line 676, in _make_api_call\n    raise error_class(parsed_response, operation_name)\nbotocore.errorfactory.ExpiredTokenException: An error occurred (ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation: Token expired: current date/time 1624483774 must be before the expiration date/time1624292956',
  ],
  [
    'pod-identity-token-expired',
    'boto/botocore#3117',
    'Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 400 from container metadata: [18b9740f]: (ExpiredTokenException): The token included in the request is expired: current date/time 2024-02-10T08:38:55.284028Z must be before the expiration date/time 2024-02-09T10:47:44Z., fault: client',
  ],
  [
    'sdk-wrong-endpoint',
    'minio/minio-go#1263',
    'Post sts.ap-northeast-1.amazonaws.com?Action=AssumeRoleWithWebIdentity&RoleSessionName=1: unsupported protocol scheme ""',
  ],
  [
    'sdk-sts-dns-silent',
    'a DNS server that does not answer',
    'Post "https://sts.us-east-1.amazonaws.com/": dial tcp: lookup sts.us-east-1.amazonaws.com on 172.20.0.10:53: read udp 10.0.1.5:42424->172.20.0.10:53: i/o timeout',
  ],
  [
    'sdk-sts-unreachable',
    'a connection that is closed',
    'failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post "https://sts.eu-west-1.amazonaws.com/": EOF',
  ],
  [
    'imds-metadata',
    'the identity of the instance, which is no credential',
    'Get "http://169.254.169.254/latest/dynamic/instance-identity/document": dial tcp 169.254.169.254:80: connect: no route to host',
  ],
  ['sdk-pod-identity', 'Go v1, without the address', 'CredentialsEndpointError: failed to load credentials'],
];

/** Texts that were judged before any of them was tried, after those above were known. */
export const furtherPublicLogs: readonly PastedLog[] = [
  [
    'registry-anonymous',
    'GoogleContainerTools/kaniko#2088',
    'error checking push permissions -- make sure you entered the correct tag name, and that you are authenticated correctly, and try again: checking push permission for "111122223333.dkr.ecr.us-east-2.amazonaws.com/cs/svc:master": POST https://111122223333.dkr.ecr.us-east-2.amazonaws.com/v2/cs/svc/blobs/uploads/: unexpected status code 401 Unauthorized: Not Authorized',
  ],
  [
    'registry-anonymous',
    'fluxcd/image-reflector-controller#139',
    raw`{"level":"error","ts":"2021-04-27T14:55:40.005Z","logger":"controller-runtime.manager.controller.imagerepository","msg":"Reconciler error","reconciler kind":"ImageRepository","error":"GET https://111122223333.dkr.ecr.us-east-1.amazonaws.com/v2/shop/cart/tags/list?n=1000: unexpected status code 401 Unauthorized: Not Authorized\n"}`,
  ],
  [
    'registry-anonymous',
    'GoogleContainerTools/kaniko#290',
    'ERRO[0022] Failed to push to destination 111122223333.dkr.ecr.us-east-1.amazonaws.com/svc:1: unsupported status code 401; body: Not Authorized',
  ],
  [
    'sdk-sts-certificate',
    'aws/containers-roadmap#586',
    `botocore.exceptions.SSLError: SSL validation failed for https://sts.amazonaws.com/ ("hostname 'sts.amazonaws.com' doesn't match either of 'sts.eu-west-1.amazonaws.com', '*.sts.eu-west-1.vpce.amazonaws.com'",)`,
  ],
  [
    'sdk-sts-global-unreachable',
    'aws/aws-cdk#11875',
    'Failed to create resource. Error: Connection was closed before we received a valid response from endpoint URL: "https://sts.amazonaws.com/".',
  ],
  [
    'sdk-sts-dns-silent',
    'external-secrets/external-secrets#651',
    'Message:               could not get secret data from provider: key "secret1" from ExternalSecret "example2": WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post "https://sts.amazonaws.com/": dial tcp: i/o timeout\n    Reason:  SecretSyncedError',
  ],
  [
    'sdk-sts-unreachable',
    'kubernetes-sigs/aws-load-balancer-controller#2477',
    raw`{"level":"error","ts":1643192131.4378264,"msg":"Reconciler error","error":"WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post \"https://sts.ap-southeast-1.amazonaws.com/\": dial tcp 103.246.148.245:443: i/o timeout"}`,
  ],
  [
    'aws-endpoint-unreachable',
    'aws/amazon-vpc-cni-k8s#2912',
    raw`send request failed\ncaused by: Post \"https://dynamodb.us-east-1.amazonaws.com/\": dial tcp 3.218.181.176:443: i/o timeout"}`,
  ],
  [
    'aws-endpoint-unreachable',
    'aws-quickstart/quickstart-amazon-eks#450',
    'Connect timeout on endpoint URL: "https://eks.ap-southeast-1.amazonaws.com/clusters/test-eks-cluster"',
  ],
  [
    'aws-endpoint-unreachable',
    'kubernetes-sigs/aws-load-balancer-controller#1085',
    'RequestError: send request failed caused by: Post https://tagging.eu-west-1.amazonaws.com/: dial tcp 203.0.113.5:443: i/o timeout',
  ],
  [
    'sdk-wrong-endpoint',
    'grafana/grafana#32531',
    'WebIdentityErr: failed to retrieve credentials caused by: SerializationError: failed to unmarshal error message status code: 403, request id: XG4T caused by: UnmarshalError: failed to unmarshal error message 00000000 3c 4d 69 73 73 |<MissingAuthenti| caused by: unknown error response tag, {{ MissingAuthenticationTokenException} []}',
  ],
  [
    'sts-not-authorized',
    'grafana/grafana#95577',
    raw`logger=tsdb.cloudwatch endpoint=callResource pluginId=cloudwatch t=2024-10-21T15:23:24.335618333Z level=error msg="Error handling resource request" error="error getting accounts for current user or role: ListSinks error: WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\n\tstatus code: 403, request id: 77b679a2"`,
  ],
  [
    'sdk-no-credentials',
    'external-secrets/kubernetes-external-secrets#506',
    '{“level”:50,“time”:1602036267400,“pid”:17,“message”:“Missing credentials in config”,“errno”:“ETIMEDOUT”,“code”:“CredentialsError”“originalError”:{“message”:“Could not load credentials from any providers”,“errno”:“ETIMEDOUT”',
  ],
  [
    'sdk-node-role',
    'awslabs/mountpoint-s3-csi-driver#586',
    'E0921 06:47:54.186584       1 driver.go:181] GRPC error: rpc error: code = Internal desc = Could not mount "b" at "/var/lib/kubelet/pods/x/mount": Mount failed: Failed to start service output: Error: Failed to create S3 client  Caused by:     0: initial ListObjectsV2 failed for bucket b in region us-east-1     1: Client error     2: Forbidden: User: arn:aws:sts::ACCOUNT_ID:assumed-role/AmazonEKSAutoNodeRole/i-0471c9c18272a3ec2 is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::b" because no identity-based policy allows the s3:ListBucket action Error: Failed to create mount process',
  ],
  [
    'mountpoint-no-credentials',
    'awslabs/mountpoint-s3-csi-driver#293',
    'Warning  FailedMount       37s (x12 over 9m13s)  kubelet            MountVolume.SetUp failed for volume "s3-pv" : rpc error: code = Internal desc = Could not mount "b" at "/var/lib/kubelet/pods/x/mount": Mount failed: Failed to start service output: Error: Failed to create S3 client  Caused by:     0: initial ListObjectsV2 failed for bucket b in region us-east-1     1: Client error     2: No signing credentials available, see CRT debug logs Error: Failed to create mount process',
  ],
  [
    'sdk-no-credentials',
    'fluxcd/flux2#3150',
    '    message: "NoCredentialProviders: no valid providers in chain. Deprecated.\n\tFor\n      verbose messaging see aws.Config.CredentialsChainVerboseErrors"\n    reason: ReconciliationFailed',
  ],
  [
    'sdk-sts-unreachable',
    'external-secrets/external-secrets#3305',
    'Post "https://sts.eu-west-1.amazonaws.com/": net/http: TLS handshake timeout',
  ],
  [
    'unknown',
    'aws-actions/amazon-ecr-login#147',
    'Error saving credentials: error storing credentials - err: exit status 1, out: not implemented',
  ],
];
