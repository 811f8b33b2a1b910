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

/** What is no message of AWS, though words of one are in it. */
export const notOurs: readonly (readonly [seenIn: string, text: string])[] = [
  [
    'client-go, in the log of any controller',
    'I1125 09:00:00.000000 1 request.go:690] Waited for 1.03s due to client-side throttling, not priority and fairness, request: GET:https://10.100.0.1:443/apis/apps/v1',
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
