import { byBroker, hasNoRole, isNotCovered, leftOut, setByHand, wasNotInjected } from './common-causes.ts';
import type { Cause, KnownMessage } from './known-message.ts';

const ownFolder: Cause = {
  text: 'The program may read files of its own folder alone (Elasticsearch, OpenSearch, a sandbox, a security policy): link the token into its configuration folder.',
  rules: [],
  tell: 'cat of the token succeeds in the container as the user of the program.',
  decisive: ['security-manager'],
};

/** The token that the webhook mounts, with any path before it; the token for the Kubernetes API has another path. */
const mountedToken = '(?<!kubernetes\\.io[\\\\/])serviceaccount/token';
/** `words` about opening the token and no other file: right after its path, right before it, or after an SDK's own name
 *  for it. */
const ofToken = (words: string): readonly RegExp[] => [
  new RegExp(`${mountedToken}[^/]{0,40}(${words})`, 'i'),
  new RegExp(
    `(${words})\\w{0,10}( or directory)?\\W{0,3}((when )?(accessing|opening|reading|open) )?\\W{0,3}\\S{0,80}${mountedToken}`,
    'i',
  ),
  new RegExp(`(web ?identity ?token|jwt from provide source).{0,200}(${words})`, 'i'),
];

/** Messages of SDKs before or around STS (docs/facts.md §C.3). */
export const sdkMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-token-unreadable',
    from: 'sdk',
    sample: 'unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
    patterns: [
      ...ofToken('permission denied|errno 13|os error 13|eacces|permissionerror|permissiondenied|file\\.accessdenied'),
      // .NET
      /(no|n.t have|not have|without|lacks?) (read )?(access|permissions?) (to|for) (read )?(the )?(\w+ )?token\b/i,
      /\bpermissions?\b.{0,40}(n.t|\bnot) (grant|allow|give) (\w+ )?access to (the )?(\w+ ){0,2}token\b/i,
      new RegExp(`java\\.io\\.FilePermission\\W{1,8}\\S{0,80}${mountedToken}`, 'i'),
      new RegExp(`access to the path \\W?\\S{0,80}${mountedToken}\\W? is denied`, 'i'),
      /\btoken files?\b.{0,160}\bowned by root\b/i,
      /\bfsGroup\b.{0,60}\b(file|token)s?\b.{0,24}\breadable\b/i,
    ],
    says: 'The token is in the pod, but the user of the program may not read it.',
    causes: [
      {
        text: 'The container does not run as root and the pod has no fsGroup: with old Kubernetes versions only root can read the token.',
        rules: ['pod-token-unreadable'],
        sign: 'token-of-root',
        tell: 'ls -l on the token in the container shows a file of root alone.',
      },
      ownFolder,
    ],
  },
  {
    id: 'sdk-token-file-unset',
    from: 'sdk',
    everywhere: true,
    sample:
      'WebIdentityTokenCredentialsProvider(): Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty aws.webIdentityTokenFile must be set.',
    patterns: [
      /either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty/i,
      /you must specify a value for roleArn and roleSessionName/i,
      /unable to read (web identity token )?file (at |in pod: )(caused by: )?open ?: ?no such file/i,
      /path. argument must be of type string.{0,400}TokenFileWebIdentityCredentials/i,
      /web identity configuration not specified/i,
      /environment variables AWS_WEB_IDENTITY_TOKEN_FILE\/.{0,60}were not set/i,
      /token file must be specified to use STS AssumeRole web identity/i,
      /webIdentityTokenFile must be an absolute path/i,
      /missingwebidentitytokenfile|missing :web_identity_token_file parameter/i,
      /(?<!did not provide credentials.{0,200})\$AWS_WEB_IDENTITY_TOKEN_FILE was not set/i,
    ],
    says: 'AWS_WEB_IDENTITY_TOKEN_FILE, or AWS_ROLE_ARN with it, is not set in the container: the program has no token to exchange.',
    causes: [
      hasNoRole,
      wasNotInjected,
      {
        text: 'The service account has a Pod Identity association: its pods get other variables, and the program requires these.',
        rules: ['service-account-pod-identity-overrides'],
        tell: 'kubectl exec <pod> -- env shows AWS_CONTAINER_CREDENTIALS_FULL_URI.',
      },
      isNotCovered,
      {
        text: 'A container of Windows: the path in the variable has no drive, and the SDK takes it for a relative one. Set nodeSelector kubernetes.io/os: windows, for which the webhook writes C:\\, or update the SDK.',
        rules: [],
        tell: 'The variable is set in the container, and the node is one of Windows.',
        decisive: ['windows'],
      },
      {
        text: 'The pod is to have no role by IRSA, and the configuration of the program, or this version of its SDK, asks for a token all the same: let it use the default chain, or change the version.',
        rules: [],
        tell: 'The pod is meant to use its node, keys or Pod Identity.',
      },
      { ...byBroker, decisive: ['broker-fails'] },
    ],
    unless: [
      'sdk-pod-identity',
      'pod-identity-sdk-too-old',
      'pod-identity-agent-unreachable',
      'sdk-sts-module-missing',
    ],
  },
  {
    id: 'sdk-token-file-missing',
    from: 'sdk',
    sample: 'unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token: no such file or directory',
    patterns: ofToken(
      'no ?such ?file|cannot find the file|errno 2\\b|os error 2\\b|kind: NotFound|enoent|filenotfound|could not find file',
    ),
    says: 'The variables are set in the container, but the token is not mounted at their path.',
    causes: [
      {
        text: 'The variables were set by hand, so the webhook did not change the container.',
        rules: ['pod-container-uncovered'],
        messages: { 'pod-container-uncovered': setByHand },
        tell: 'kubectl get pod <pod> --output yaml has AWS_WEB_IDENTITY_TOKEN_FILE and no volume aws-iam-token.',
      },
      {
        text: 'An annotation skips the container, or it was added to the pod after the webhook.',
        rules: ['pod-container-uncovered'],
        messages: { 'pod-container-uncovered': leftOut },
        tell: 'The volume aws-iam-token is in the pod, and this container does not mount it.',
      },
      {
        text: 'The pod was created while the webhook was missing or broken.',
        rules: ['pod-not-injected', 'webhook-missing', 'webhook-invalid'],
        tell: 'Other pods of the service account have no volume aws-iam-token either; kubectl get mutatingwebhookconfiguration pod-identity-webhook fails or is younger than the pod.',
      },
      {
        text: 'The program that reads the token does not run in the pod: the variables were passed on to another machine or container (a workspace of Terraform Cloud, docker build or docker run, a build agent, a laptop), and the file was not. Give that machine credentials of its own.',
        rules: [],
        tell: 'cat of the token in the pod prints it; the message is from elsewhere.',
        decisive: ['other-machine'],
      },
      {
        text: 'PHP keeps the path behind the link of the token (realpath cache), and the kubelet has replaced the file: it fails now and then, when the token is renewed. Update the SDK, which clears the cache, or set realpath_cache_size=0.',
        rules: [],
        tell: 'It fails for some minutes about once a day, and cat of the token in the pod prints it.',
        decisive: ['php-file'],
      },
    ],
    unless: ['sdk-token-file-unset'],
  },
  {
    id: 'sdk-token-is-directory',
    from: 'sdk',
    sample: "Is a directory: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token'",
    patterns: ofToken('is a directory|eisdir'),
    says: 'There is a directory where the program looks for its token.',
    causes: [
      {
        text: 'The program runs in a container that Docker starts (a job container of a pipeline, docker run, docker in docker), with the token as a volume: the daemon mounts the path of its own file system, finds no file there, and makes a directory. Take the credentials in the pod and pass them on, or mount the directory of the token from a place that the daemon has.',
        rules: [],
        tell: 'cat of the token in the pod prints it; the message is from the other container.',
      },
      {
        text: 'AWS_WEB_IDENTITY_TOKEN_FILE names the directory of the token: name the file.',
        rules: ['pod-container-uncovered'],
        tell: 'kubectl exec <pod> -- env shows a path that does not end with /token.',
      },
    ],
  },
  {
    id: 'sdk-token-not-read',
    from: 'sdk',
    sample: '[aws_credentials] Could not read web identify token file',
    patterns: [
      /could not read web identi(ty|fy) token file/i,
      /error reading webidentitytokenfile/i,
      /failed to read token file(?! (of|for) )\b/i,
      /(fail\w{0,6}|unable|not able|can.?t|cannot|could not|couldn.t) (to )?read (the )?(aws )?(web ?identity|injected|projected|mounted) (service ?account )?token( file)?/i,
      new RegExp(`can'?t open token file: ?\\S{0,80}${mountedToken}`, 'i'),
      new RegExp(`unable to read file (at )?\\S{0,80}${mountedToken}`, 'i'),
    ],
    says: 'The program could not read the token at its path, and does not tell whether it is missing or not readable.',
    causes: [
      {
        text: 'The user of the program may not read it: the container does not run as root and the pod has no fsGroup. Set securityContext.fsGroup.',
        rules: ['pod-token-unreadable'],
        tell: 'kubectl exec <pod> -- ls -l /var/run/secrets/eks.amazonaws.com/serviceaccount/ says permission denied, or shows a file of root alone.',
      },
      {
        text: 'The token is not mounted there: the variables were set by hand, or an annotation skips the container.',
        rules: ['pod-container-uncovered', 'pod-not-injected'],
        tell: 'kubectl exec <pod> -- ls /var/run/secrets/eks.amazonaws.com/serviceaccount/ says no such file or directory.',
      },
      ownFolder,
    ],
    unless: ['sdk-token-unreadable', 'sdk-token-file-missing'],
  },
  {
    id: 'sdk-token-expired',
    from: 'sdk',
    sample: 'Token file expired',
    patterns: [/token file expired/i],
    says: 'The SDK holds a token that has expired.',
    causes: [{ text: 'An SDK or program that reads the token file once.', rules: ['runtime-sdk-unsupported'] }],
  },
  {
    id: 'sdk-role-arn-missing',
    from: 'sdk',
    sample: 'WebIdentityErr: role ARN is not set',
    patterns: [
      /webidentityerr: role arn is not set/i,
      /role ?arn must be specified to use STS AssumeRole web identity/i,
      /configured to assume role with web identity but has no role arn/i,
      /role ?arn (is )?(missing|not set|must be set).{0,80}web ?identity/i,
      /either the environment variable AWS_ROLE_ARN or the javaproperty/i,
    ],
    says: 'AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not.',
    causes: [
      {
        text: 'One of the two variables was set by hand: the webhook then adds neither.',
        rules: ['pod-container-uncovered'],
        tell: 'kubectl get deployment <name> --output yaml has AWS_WEB_IDENTITY_TOKEN_FILE in its template.',
      },
      {
        text: 'The annotation was empty when the pod was created.',
        rules: ['service-account-role-arn-malformed', 'pod-role-stale'],
        tell: 'kubectl exec <pod> -- env shows AWS_ROLE_ARN with no value.',
      },
    ],
  },
  {
    id: 'sdk-wrapper',
    from: 'wrapper',
    sample: 'WebIdentityErr: failed to retrieve credentials',
    patterns: [
      /webidentityerr: failed to retrieve credentials/i,
      /operation error sts: assumerolewithwebidentity/i,
      /when calling the assumerolewithwebidentity operation/i,
      /failed to retrieve jwt from provide source/i,
      /webidentityerr: failed fetching webidentity token/i,
      /could not (load credentials from TokenFileWebIdentityCredentials|assume role using web identity)/i,
      /assumerolewithwebidentitycommand|StsAssumeRoleWithWebIdentityCredentialsProvider|assumerolewithwebidentitycredentials/i,
      /could not be sourced by the sts web identity provider/i,
      /error (assuming role from|retrieving) web identity credentials/i,
      /cannot (be assumed|assume (iam )?role) with web identity/i,
      /error calling AssumeRole for role arn/i,
      /\bsts assume role request failed/i,
      /could not assume role with oidc/i,
    ],
    says: 'The SDK tried to exchange the token of the service account at STS and failed. The reason is in the rest of the message.',
    causes: [
      {
        text: "The trust policy of the role does not match the service account: the most frequent answer of STS. The lines after 'caused by' or 'api error' say whether it is this one.",
        rules: ['service-account-role-not-trusting', 'trust-subject-literal-wildcard', 'trust-provider-missing'],
        tell: 'They say AccessDenied, Not authorized to perform sts:AssumeRoleWithWebIdentity.',
      },
      {
        text: 'The AWS account of the role has no OIDC provider for the issuer of the cluster, or STS of another region or partition was called.',
        rules: ['cluster-provider-missing', 'service-account-role-account-lacks-provider'],
        tell: 'They say InvalidIdentityToken.',
      },
      {
        text: 'STS was not reached: a route, a VPC endpoint, DNS, a proxy.',
        rules: ['cluster-sts-unreachable', 'pod-egress-closed'],
        tell: 'They say timeout, no such host, connection refused, or a certificate that is not trusted.',
      },
      {
        text: 'The token could not be read, or has expired.',
        rules: ['pod-token-unreadable', 'pod-container-uncovered'],
        tell: 'They name the file, or ExpiredToken.',
      },
      {
        text: 'The request did not go to STS: to the endpoint of another service that the program sets, or to a proxy.',
        rules: [],
        tell: 'The code of the answer is not one of STS, or its body is not XML.',
      },
      {
        text: 'The call never ends: this version of the SDK waits for credentials with which to ask STS for credentials, or for a proxy. Update the SDK.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'There are no lines after it, and CloudTrail has no AssumeRoleWithWebIdentity of this role.',
        decisive: ['never-answers'],
      },
    ],
  },
];
