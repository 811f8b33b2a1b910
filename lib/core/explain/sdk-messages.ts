import { isNotCovered, runsAsAnother, wasNotInjected } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

/** The token that the webhook mounts, whatever the path before it; that for the API of Kubernetes lies elsewhere. */
const mountedToken = '(?<!kubernetes\\.io[\\\\/])serviceaccount/token';
/** What was said of opening the token, and of no other file: `words` right after its path or right before it, or after an
 *  SDK's own name for it. */
const ofToken = (words: string): readonly RegExp[] => [
  new RegExp(`${mountedToken}[^/]{0,40}(${words})`, 'i'),
  new RegExp(`(${words})\\w{0,10}( or directory)?\\W{0,3}(open )?\\W{0,3}\\S{0,80}${mountedToken}`, 'i'),
  new RegExp(`(web ?identity ?token|jwt from provide source).{0,200}(${words})`, 'i'),
];

/** What SDKs say themselves, before or around STS (docs/facts.md §C.3), the most specific first. */
export const sdkMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-pod-identity',
    from: 'sdk',
    sample: 'Error when retrieving credentials from container-role: 169.254.170.23',
    patterns: [
      /retrieving credentials from container-role/i,
      /169\.254\.170\.23/,
      /eks-pod-identity(?!-webhook)/i,
      /\[?fd00:ec2::23\b/i,
      /AssumeRoleForPodIdentity/i,
      /EKS does not have permissions to assume the associated role/i,
      /EcsContainer.{0,200}non-success status from HTTP credential provider/i,
    ],
    says: 'This is EKS Pod Identity, not IRSA: the pod has an association, which goes before the annotation.',
    causes: [
      {
        text: 'The service account has both an annotation and a Pod Identity association.',
        rules: ['service-account-pod-identity-overrides'],
      },
      {
        text: 'The role of the association does not let pods.eks.amazonaws.com do sts:AssumeRole and sts:TagSession; one made for IRSA does not.',
        rules: [],
      },
      {
        text: 'The Pod Identity agent of the node is missing or not reached: there is none on Fargate and Windows, and a proxy or a network policy can stand before it.',
        rules: [],
      },
    ],
  },
  {
    id: 'sdk-token-unreadable',
    from: 'sdk',
    sample: 'unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
    patterns: ofToken('permission denied|errno 13|eacces|permissionerror|file\\.accessdenied'),
    says: 'The token is in the pod, but the user that the program runs as may not read it.',
    causes: [
      {
        text: 'The container does not run as root and the pod has no fsGroup: old Kubernetes versions leave the token to root.',
        rules: ['pod-token-unreadable'],
      },
    ],
  },
  {
    id: 'sdk-token-file-unset',
    from: 'sdk',
    sample:
      'WebIdentityTokenCredentialsProvider(): Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty aws.webIdentityTokenFile must be set.',
    patterns: [
      /either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty/i,
      /you must specify a value for roleArn and roleSessionName/i,
      /unable to read (web identity token )?file (at |in pod: )(caused by: )?open ?: ?no such file/i,
      /path. argument must be of type string.{0,400}TokenFileWebIdentityCredentials/i,
    ],
    says: 'AWS_WEB_IDENTITY_TOKEN_FILE, or AWS_ROLE_ARN with it, is not set in the container: there is no token to exchange.',
    causes: [
      wasNotInjected,
      runsAsAnother,
      {
        text: 'The service account has a Pod Identity association: its pods get other variables, and the program insists on these.',
        rules: ['service-account-pod-identity-overrides'],
      },
      isNotCovered,
    ],
  },
  {
    id: 'sdk-token-file-missing',
    from: 'sdk',
    sample: 'unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token: no such file or directory',
    patterns: ofToken('no ?such ?file|cannot find the file|errno 2\\b|enoent|filenotfound|could not find file'),
    says: 'The variables are set in the container, but the token is not mounted where they say.',
    causes: [
      {
        text: 'The variables were set by hand, so the webhook left the container alone.',
        rules: ['pod-container-uncovered'],
      },
      {
        text: 'The container is skipped by annotation, or was added to the pod after the webhook.',
        rules: ['pod-container-uncovered'],
      },
      {
        text: 'The pod was made while the webhook was missing or broken.',
        rules: ['pod-not-injected', 'webhook-missing', 'webhook-invalid'],
      },
    ],
  },
  {
    id: 'sdk-token-expired',
    from: 'sdk',
    sample: 'Token file expired',
    patterns: [/token file expired/i],
    says: 'The SDK holds a token that is no longer valid.',
    causes: [{ text: 'An SDK or program that reads the token file once.', rules: ['runtime-sdk-unsupported'] }],
  },
  {
    id: 'sdk-role-arn-missing',
    from: 'sdk',
    sample: 'WebIdentityErr: role ARN is not set',
    patterns: [
      /webidentityerr: role arn is not set/i,
      /configured to assume role with web identity but has no role arn/i,
      /role ?arn (is )?(missing|not set|must be set).{0,80}web ?identity/i,
      /either the environment variable AWS_ROLE_ARN or the javaproperty/i,
    ],
    says: 'AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not.',
    causes: [
      {
        text: 'One of the two variables was set by hand: the webhook then adds neither.',
        rules: ['pod-container-uncovered'],
      },
      {
        text: 'The annotation was empty when the pod was made.',
        rules: ['service-account-role-arn-malformed', 'pod-role-stale'],
      },
    ],
  },
  {
    id: 'sdk-sts-module-missing',
    from: 'sdk',
    sample: 'To use assume role profiles the aws-java-sdk-sts module must be on the class path',
    patterns: [
      /aws-java-sdk-sts module must be on the class ?path/i,
      /software\.amazon\.awssdk:sts/i,
      /sts['’]? (module|service module).{0,80}class ?path/i,
      /ClassNotFoundException: software\.amazon\.awssdk\.services\.sts\./i,
      /AWSSDK\.SecurityToken.{0,80}(could not be|not found|load)/i,
    ],
    says: 'The SDK is split into modules, and the one for STS is not part of the program.',
    causes: [
      {
        text: 'Add the module: com.amazonaws:aws-java-sdk-sts, software.amazon.awssdk:sts, or AWSSDK.SecurityToken.',
        rules: ['runtime-sdk-unsupported', 'runtime-role-never-assumed'],
      },
    ],
  },
  {
    id: 'sdk-no-credentials',
    from: 'sdk',
    sample: 'Unable to locate credentials',
    patterns: [
      /unable to locate credentials/i,
      /nocredentialproviders/i,
      /no ec2 imds role found/i,
      /could not load credentials from any providers/i,
      /unable to load (aws )?credentials from any (of the )?provider/i,
      /unable to (find|get) (iam security |aws )?credentials/i,
      /failed to resolve aws credentials/i,
      /no valid credential sources (found )?for/i,
      /missing credentials in config/i,
      /unable to sign request without credentials/i,
      /kind: MissingCredentials/,
      /provider returned no credentials, service=/i,
      /credentialsprovidererror/i,
    ],
    says: 'The SDK found no credentials anywhere: no web identity token, and no metadata service of the node.',
    causes: [
      wasNotInjected,
      runsAsAnother,
      { text: 'The SDK is too old to know web identity tokens.', rules: ['runtime-sdk-unsupported'] },
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
    ],
    says: 'The SDK tried to exchange the token of the service account at STS and failed. Why stands in the rest of the message.',
    causes: [
      { text: "Read on: the lines after 'caused by' or 'api error' say what STS answered. Paste them too.", rules: [] },
    ],
  },
];
