/** One cause in the words of other SDKs: the message that a text is taken for, and its first cause. */
export const otherWords: readonly (readonly [id: string, cause: RegExp, text: string])[] = [
  [
    'pod-identity-sdk-too-old',
    /^Update the SDK/,
    'Error: Unsupported hostname: AWS.RemoteCredentials only supports 169.254.170.2,localhost,127.0.0.1 for http:; http://169.254.170.23 requested.',
  ],
  [
    'pod-identity-sdk-too-old',
    /^Update the SDK/,
    "InvalidArgumentException: Uri 'http://169.254.170.23/v1/credentials' contains an unsupported host.",
  ],
  [
    'pod-identity-sdk-too-old',
    /^Update the SDK/,
    'ArgumentError: AWS_CONTAINER_CREDENTIALS_FULL_URI must use a loopback address when using the http scheme.',
  ],
  [
    'pod-identity-token-expired',
    /once/,
    'Error retrieving credentials from http://169.254.170.23/v1/credentials: [c7a1]: (ExpiredTokenException): The token included in the request is expired, fault: client',
  ],
  [
    'pod-identity-agent-unreachable',
    /NO_PROXY/,
    'botocore.exceptions.ProxyConnectionError: Failed to connect to proxy URL: "http://proxy.example.com:3128" for http://169.254.170.23/v1/credentials',
  ],
  [
    'sdk-sts-foreign-host',
    /MinIO/,
    'AssumeRoleWithWebIdentity: dial tcp: lookup sts.minio.svc.cluster.local on 10.100.0.10:53: no such host',
  ],
  [
    'sdk-sts-not-resolved',
    /CoreDNS/,
    'com.amazonaws.SdkClientException: Unable to execute HTTP request: sts.us-west-2.amazonaws.com: Name or service not known',
  ],
  [
    'sdk-sts-not-resolved',
    /^The region/,
    'dial tcp: lookup sts.eu-west-9.amazonaws.com on 10.100.0.10:53: no such host',
  ],
  [
    'sdk-sts-not-resolved',
    /^The region/,
    'dial tcp: lookup sts.cn-north-1.amazonaws.com on 10.100.0.10:53: no such host',
  ],
  [
    'sdk-sts-not-resolved',
    /CoreDNS/,
    'dial tcp: lookup sts.cn-north-1.amazonaws.com.cn on 10.100.0.10:53: no such host',
  ],
  [
    'sdk-imds-unreachable',
    /webhook/,
    '[ERROR] EC2MetadataClient Can not retrive resource from http://169.254.169.254/latest/meta-data/iam/security-credentials',
  ],
  [
    'sdk-no-credentials',
    /^The service account/,
    'EC2MetadataError: failed to make EC2Metadata request\n<title>404 - Not Found</title>\n\tstatus code: 404, request id: ',
  ],
  [
    'sdk-partial-credentials',
    /without AWS_SECRET_ACCESS_KEY/,
    'SharedCredsSecret: shared credentials default in /root/.aws/credentials did not contain aws_secret_access_key',
  ],
  [
    'sdk-partial-credentials',
    /without AWS_SECRET_ACCESS_KEY/,
    'SdkClientException: Unable to load credentials into profile [default]: AWS Secret Access Key is not specified.',
  ],
  [
    'iam-trust-is-permissions',
    /permission policy/,
    'An error occurred (MalformedPolicyDocument) when calling the CreateRole operation: Has prohibited field Resource',
  ],
  [
    'iam-trust-is-permissions',
    /permission policy/,
    'Error: creating IAM Role (app): MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.',
  ],
  [
    'text-is-permission-policy',
    /permission policy/,
    '{\n  "Version": "2012-10-17",\n  "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*"}]\n}\n',
  ],
  [
    'text-is-trust-policy',
    /lint/,
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}',
  ],
  [
    'pod-identity-sdk-too-old',
    /^Update the SDK/,
    'ProviderConfigurationException: The container credentials full URI (http://169.254.170.23/v1/credentials) has an invalid host; Host can only be one of [127.0.0.1, [::1]].',
  ],
  [
    'pod-identity-not-injected',
    /^The pod is older/,
    'We created a pod identity association for our service account, but the pod has no AWS_CONTAINER_CREDENTIALS_FULL_URI environment variable.',
  ],
  [
    'sdk-no-credentials',
    /Fargate/,
    'Pod Identity on Fargate: get credentials: failed to refresh cached credentials, no EC2 IMDS role found',
  ],
  [
    'pod-identity-agent-unreachable',
    /NO_PROXY/,
    'HTTP_PROXY=http://proxy.example.com:3128; CredentialsEndpointError: failed to load credentials, StatusCode: 403 from http://169.254.170.23/v1/credentials',
  ],
  [
    'sdk-sts-global-unreachable',
    /AWS_STS_REGIONAL_ENDPOINTS=regional/,
    'com.amazonaws.SdkClientException: Unable to execute HTTP request: Connect to sts.amazonaws.com:443 [sts.amazonaws.com/209.54.177.164] failed: connect timed out',
  ],
  [
    'sdk-sts-unreachable',
    /no route to STS/,
    'cURL error 28: Connection timed out after 5001 milliseconds (see https://curl.haxx.se/libcurl/c/libcurl-errors.html) for https://sts.eu-west-1.amazonaws.com',
  ],
  [
    'sdk-sts-dns-silent',
    /CoreDNS/,
    'the credentials provider returned an error: dispatch failure: io error: error trying to connect: dns error: failed to lookup address information: Temporary failure in name resolution',
  ],
];
