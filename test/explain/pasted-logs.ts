/** A log as people paste it: the message that it holds, and where such a one was seen. */
export type PastedLog = readonly [id: string, seenIn: string, text: string];

const { raw } = String;

/** Shapes that terminals, log collectors and windows give to a message. Names and numbers are made up. */
export const shapes: readonly PastedLog[] = [
  [
    'sts-not-authorized',
    'a terminal that cut the lines in the middle of words',
    'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity oper\nation: Not authorized to perform sts:AssumeRoleWithWebIden\ntity',
  ],
  [
    'sdk-no-credentials',
    'awslabs/amazon-kinesis-client-net#185',
    'SdkClientException: Unable to load AWS credentials from any provide\nr in the chain: [EnvironmentVariableCredentialsProvider: Unable to load AWS credentials from environment varia\nbles',
  ],
  [
    'sts-not-authorized',
    'a line whose end is missing',
    raw`aws_manager.go:264] Failed to regenerate ASG cache: WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebId`,
  ],
  [
    'sts-thumbprint',
    'JSON in JSON',
    raw`{"log":"{\"level\":\"error\",\"msg\":\"caused by: InvalidIdentityToken: OpenIDConnect provider's HTTPS certificate doesn't match\\nconfigured thumbprint\"}\n","stream":"stderr"}`,
  ],
  [
    'sdk-token-file-missing',
    'Windows',
    raw`WebIdentityErr: unable to read file at C:\var\run\secrets\eks.amazonaws.com\serviceaccount\token caused by: open C:\var\run\secrets\eks.amazonaws.com\serviceaccount\token: The system cannot find the file specified.`,
  ],
  [
    'sts-not-authorized',
    'an event of CloudTrail',
    raw`{"userIdentity":{"type":"WebIdentityUser","userName":"system:serviceaccount:argo:argo"},"eventSource":"sts.amazonaws.com","eventName":"AssumeRoleWithWebIdentity","awsRegion":"us-west-2","userAgent":"aws-sdk-go/1.44.0 (go1.19; linux; amd64)","errorCode":"AccessDenied","errorMessage":"An unknown error occurred"}`,
  ],
];

/** Where the SDK had no answer of STS. */
export const beforeSts: readonly PastedLog[] = [
  [
    'sdk-sts-global-unreachable',
    'kubernetes-sigs/external-dns#2230',
    raw`time="2021-08-18T10:30:02Z" level=error msg="records retrieval failed: WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post \"https://sts.amazonaws.com/\": dial tcp 203.0.113.5:443: i/o timeout"`,
  ],
  [
    'sdk-sts-unreachable',
    'kubernetes-sigs/aws-load-balancer-controller#2901',
    raw`{"level":"error","msg":"Reconciler error","error":"WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post \"https://sts.us-west-2.amazonaws.com/\": net/http: TLS handshake timeout"}`,
  ],
  [
    'sts-without-tls',
    'grafana/loki#5214',
    'WebIdentityErr: failed to retrieve credentials caused by: RequestError: send request failed caused by: Post "http://sts.cn-northwest-1.amazonaws.com.cn/": dial tcp 203.0.113.5:80: connect: connection refused',
  ],
  [
    'sdk-sts-unreachable',
    'aws/aws-sdk-kotlin#1180',
    'CredentialsProviderException: STS failed to assume role from web identity: Unexpected response code for CONNECT: 403',
  ],
  [
    'sdk-sts-unreachable',
    'botocore',
    'botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "https://sts.eu-west-1.amazonaws.com/"',
  ],
  [
    'sdk-sts-not-resolved',
    'the SDK for JavaScript',
    'Error: getaddrinfo ENOTFOUND sts.eu-west-1.amazonaws.com\n    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:120:26)',
  ],
  [
    'sdk-sts-certificate',
    'doitintl/secrets-init#26',
    raw`error="WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post \"https://sts.amazonaws.com/\": x509: certificate signed by unknown authority"`,
  ],
  [
    'sdk-region-missing',
    'cert-manager/cert-manager#7102',
    '│ err="operation error Route 53: ListHostedZonesByName, get identity: get credentials: failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, failed to resolve service endpoint, endpoint rule  │\n│ error, Invalid Configuration: Missing Region" logger="cert-manager.controller"',
  ],
  [
    'sdk-region-missing',
    'kubernetes/autoscaler#2429',
    'Failed to create AWS Manager: cannot autodiscover ASGs: MissingRegion: could not find region configuration',
  ],
  [
    'sdk-region-missing',
    'crossplane-contrib/provider-upjet-aws#1308',
    'operation error STS: AssumeRoleWithWebIdentity, request send failed, Post "https://sts..amazonaws.com/": dial tcp: lookup sts..amazonaws.com: no such host',
  ],
  [
    'sdk-region-missing',
    'crossplane-contrib/provider-jet-aws#176',
    'failed to use pod service\n   account: unknown endpoint, could not resolve endpoint, partition: "aws",\n   service: "sts", region: "", known: [us-gov-west-1]',
  ],
  [
    'sdk-region-missing',
    'nginx/nginx-s3-gateway#116',
    'js: Could not assume role using web identity: "Missing required AWS_REGION env variable"',
  ],
  [
    'sdk-wrong-endpoint',
    'cortexproject/cortex#1950',
    raw`err="WebIdentityErr: failed to retrieve credentials\ncaused by: InvalidAction: Could not find operation AssumeRoleWithWebIdentity for version 2011-06-15\n\tstatus code: 400"`,
  ],
  [
    'sdk-wrong-endpoint',
    'grafana/loki#5941',
    raw`err="WebIdentityErr: failed to retrieve credentials\ncaused by: SerializationError: failed to unmarshal error message\n\tstatus code: 405, request id: "`,
  ],
  [
    'sdk-credentials-canceled',
    'kubernetes-sigs/aws-ebs-csi-driver#2421',
    raw`err="rpc error: code = Internal desc = Could not create volume \"pvc-1\": operation error EC2: CreateVolume, get identity: get credentials: request canceled, context canceled"`,
  ],
  [
    'sdk-token-file-unset',
    'aws/aws-msk-iam-auth#195',
    'SdkClientException: Unable to load credentials from any of the providers in the chain [WebIdentityTokenCredentialsProvider(): Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty aws.webIdentityTokenFile must be set., InstanceProfileCredentialsProvider(): Failed to load credentials from IMDS.]',
  ],
  [
    'sdk-token-file-unset',
    'crossplane-contrib/provider-aws#2127',
    'WebIdentityErr: failed fetching WebIdentity token: \ncaused by: WebIdentityErr: unable to read file at \ncaused by: open : no such file or directory',
  ],
  [
    'sdk-token-file-unset',
    'aws/aws-sdk-js#3800',
    'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string or an instance of Buffer or URL. Received undefined\n    at Object.readFileSync (fs.js:364:35)\n    at TokenFileWebIdentityCredentials.load (/node_modules/aws-sdk/lib/credentials/token_file_web_identity_credentials.js:163:28)',
  ],
  [
    'sdk-token-file-unset',
    'aws-samples/amazon-eks-apache-spark-etl-sample#2',
    'Caused by: java.lang.NullPointerException: You must specify a value for roleArn and roleSessionName',
  ],
  [
    'sdk-token-file-missing',
    'the SDK for Java',
    'java.io.UncheckedIOException: java.nio.file.NoSuchFileException: /var/run/secrets/eks.amazonaws.com/serviceaccount/token',
  ],
  [
    'sdk-token-unreadable',
    'the SDK for Java',
    'java.io.UncheckedIOException: java.nio.file.AccessDeniedException: /var/run/secrets/eks.amazonaws.com/serviceaccount/token',
  ],
  [
    'sdk-token-unreadable',
    'velero-io/velero#2981',
    raw`error="rpc error: code = Unknown desc = WebIdentityErr: failed fetching WebIdentity token: \ncaused by: WebIdentityErr: unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token\ncaused by: open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied"`,
  ],
  [
    'sdk-sts-module-missing',
    'atleon/atleon#382',
    'Caused by: java.lang.ClassNotFoundException: software.amazon.awssdk.services.sts.internal.StsWebIdentityCredentialsProviderFactory',
  ],
  [
    'fluent-bit-sts',
    'fluent/fluent-bit#2714',
    '[error] [aws_credentials] STS assume role request failed\n[error] [signv4] Provider returned no credentials, service=es\n[error] [output:es:es.0] could not sign request with sigv4',
  ],
  [
    'sdk-no-credentials',
    'awslabs/aws-sdk-rust#760',
    'ConstructionFailure(ConstructionFailure { source: SigningStageError { kind: MissingCredentials } })',
  ],
  [
    'sdk-no-credentials',
    'runatlantis/atlantis',
    'Error configuring the backend "s3": No valid credential sources found for AWS Provider.',
  ],
  [
    'sdk-wrapper',
    'external-secrets/kubernetes-external-secrets#866',
    '"code":"CredentialsError","host":"sts.amazonaws.com","port":443,"retryable":true,"originalError":{"message":"Could not load credentials from TokenFileWebIdentityCredentials","code":"CredentialsError"',
  ],
  [
    'pod-identity-role-refused',
    'aws-controllers-k8s/community#2678',
    'operation error STS: GetCallerIdentity, get identity: get credentials: failed to refresh cached credentials, failed to load credentials, : [43250e5c]: (AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the associated role., fault: client',
  ],
  [
    'pod-identity-token-expired',
    'boto/botocore#3117',
    'Error when retrieving credentials from container-role: Error retrieving metadata: (ExpiredTokenException): The token included in the request is expired: current date/time 2024-02-10T08:38:55Z must be before the expiration date/time 2024-02-09T10:47:44Z., fault: client',
  ],
  [
    'sdk-pod-identity',
    'a chain of the SDK for Java that lacks the variables of IRSA rightly',
    '[WebIdentityTokenCredentialsProvider(): Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty aws.webIdentityTokenFile must be set., ContainerCredentialsProvider(): Failed to load credentials from metadata service http://169.254.170.23/v1/credentials]',
  ],
  [
    'sdk-pod-identity',
    'restatedev/restate#3363',
    '"message":"provider failed to provide credentials","provider":"EcsContainer","error":"an error occurred while loading credentials: Non-success status from HTTP credential provider: StatusCode(400)"',
  ],
];

/** Rarer answers of STS. */
export const rareAnswers: readonly PastedLog[] = [
  [
    'sts-token-empty',
    'aws/aws-sdk-php#2164',
    '[WebIdentityToken] must be a string or an object that implements __toString(). Found bool(false) (0)',
  ],
  [
    'sts-session-name',
    'a setting of the program',
    "ValidationError: 1 validation error detected: Value 'my app' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern",
  ],
  [
    'sts-expired',
    'mozilla-iam/mozilla-aws-cli#146',
    '<Type>Sender</Type>\n<Code>ExpiredTokenException</Code>\n<Message>Token too old: 441398</Message>',
  ],
];

/** What is no message of AWS, though words of one are in it. */
export const notOurs: readonly (readonly [seenIn: string, text: string])[] = [
  [
    'client-go, in the log of any controller',
    'I1125 09:00:00.000000 1 request.go:690] Waited for 1.03s due to client-side throttling, not priority and fairness, request: GET:https://10.100.0.1:443/apis/apps/v1',
  ],
  [
    'a token for STS, and something else that is not reached',
    'signing tokens for audience sts.amazonaws.com; dial tcp 10.100.0.7:5432: connect: connection refused',
  ],
  [
    'the variables of a pod, and another file that is missing',
    'AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/secrets/eks.amazonaws.com/serviceaccount/token AWS_REGION=eu-west-1; panic: open /etc/app/config.yaml: no such file or directory',
  ],
  [
    'the mounts of a pod, and another file that may not be read',
    'Mounts: /var/run/secrets/eks.amazonaws.com/serviceaccount/token Warning BackOff open /data/lock: permission denied',
  ],
  [
    'another webhook',
    'Internal error occurred: failed calling webhook "mpod.elbv2.k8s.aws": failed to call webhook: context deadline exceeded',
  ],
  [
    'a login at Vault',
    'Error authenticating: error logging in with JWT: URL: PUT https://vault:8200/v1/auth/kubernetes/login Code: 403. Errors: * permission denied',
  ],
  [
    'a healthy webhook',
    'Created pod kube-system/eks-pod-identity-webhook-5d7f image amazon/amazon-eks-pod-identity-webhook:v0.4.0',
  ],
];
