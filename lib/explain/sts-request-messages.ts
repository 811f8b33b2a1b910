import type { Cause, KnownMessage } from './known-message.ts';

const setByHand: Cause = {
  text: 'AWS_ROLE_ARN is set by hand in the pod.',
  rules: ['pod-role-stale', 'pod-container-uncovered'],
  tell: 'kubectl get deployment <name> --output yaml has AWS_ROLE_ARN in its template.',
};

/** Answers of STS about the call itself: its role, its session, its region, its size (docs/facts.md §C.1, §C.2). */
export const stsRequestMessages: readonly KnownMessage[] = [
  {
    id: 'sts-arn-invalid',
    from: 'sts',
    sample: 'ValidationError: Request ARN is invalid',
    patterns: [/request arn is invalid/i],
    says: 'AWS_ROLE_ARN in the pod is not a valid role ARN. The webhook injects the annotation without checking it.',
    causes: [
      {
        text: 'The annotation eks.amazonaws.com/role-arn has white space, quotes, a missing colon, a wrong partition, or an ARN of something else.',
        rules: ['service-account-role-arn-malformed'],
        tell: 'kubectl get serviceaccount <name> --output yaml shows the annotation; compare it with aws iam get-role --query Role.Arn.',
      },
      setByHand,
    ],
  },
  {
    id: 'sts-arn-too-short',
    from: 'sts',
    sample:
      "ValidationError: 1 validation error detected: Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
    patterns: [
      /at 'roleArn' failed to satisfy constraint/i,
      /minimum field size of 20, AssumeRole\w{0,20}Input\.RoleArn/i,
    ],
    says: 'AWS_ROLE_ARN is empty or far too short.',
    causes: [
      {
        text: 'The annotation is empty, or a template was not filled in.',
        rules: ['service-account-role-arn-malformed'],
        tell: 'kubectl get serviceaccount <name> --output yaml shows the annotation without a value, or with the text of a template.',
      },
      setByHand,
    ],
  },
  {
    id: 'sts-session-name',
    from: 'sts',
    sample:
      "ValidationError: 1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    patterns: [
      /at 'roleSessionName' failed to satisfy constraint/i,
      /minimum field size of 2, AssumeRole\w{0,20}Input\.RoleSessionName/i,
    ],
    says: 'The program gave the session a name that STS does not allow: 2 to 64 letters, digits and _+=,.@-.',
    causes: [
      {
        text: 'AWS_ROLE_SESSION_NAME, or the name that the program gives, is empty or not valid. SDKs make a valid name by themselves; a program that makes the call itself may want AWS_ROLE_SESSION_NAME set: set it, or update the program.',
        rules: [],
      },
    ],
  },
  {
    id: 'sts-duration',
    from: 'sts',
    sample: 'ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    patterns: [/durationseconds exceeds the (maxsessionduration|1 hour session limit)/i],
    says: 'The program asked for a longer session than the role allows.',
    causes: [
      {
        text: 'The program or its profile sets a duration (AWS_ROLE_DURATION, duration_seconds). SDKs ask for one hour by default; a role that is assumed with the session of another one has one hour at most. Remove the setting, or raise MaxSessionDuration of the role.',
        rules: [],
      },
    ],
  },
  {
    id: 'sts-region-disabled',
    from: 'sts',
    sample: 'RegionDisabledException: STS is not activated in this region for account:<account>',
    patterns: [/sts is not activated in this region/i, /regiondisabledexception/i],
    says: 'The AWS account of the role has not activated STS in the region that was called.',
    causes: [
      { text: 'An opt-in region, or a region whose STS endpoint was deactivated in the account settings.', rules: [] },
    ],
  },
  {
    id: 'sts-packed-session-tags',
    from: 'sts',
    sample:
      'operation error STS: AssumeRole, PackedPolicyTooLarge: Packed size of session tags consumes 104% of allotted space.',
    patterns: [
      /(AssumeRoleForPodIdentity|169\.254\.170\.23|pods\.eks\.amazonaws\.com).{0,400}(packed ?policy ?too ?large|packed size of session)/i,
      /packed size of session tags consumes/i,
      /(packed ?policy ?too ?large).{0,300}(AssumeRoleForPodIdentity|169\.254\.170\.23|kubernetes-(pod|namespace|service-account)|eks-cluster)/i,
    ],
    says: 'The session tags of the call are too large. EKS Pod Identity adds six tags to each session (cluster ARN and name, namespace, service account, pod name and id), and a second role gets them too.',
    causes: [
      {
        text: 'Long names of cluster, namespace, service account and pod, beside a session policy or tags of the program. Switch the tags off: aws eks update-pod-identity-association … --disable-session-tags, if no policy tests aws:PrincipalTag.',
        rules: [],
        tell: 'The service account has a Pod Identity association whose disableSessionTags is false.',
      },
      {
        text: 'The program passes session policies or tags itself.',
        rules: [],
        tell: 'The service account has no association, or its names are short.',
      },
    ],
  },
  {
    id: 'sts-packed-policy',
    from: 'sts',
    sample: 'PackedPolicyTooLarge: The total packed size of the session policies and tags is too large',
    patterns: [/packed ?policy ?too ?large|packed size of (the )?session (policies|tags)/i],
    unless: ['sts-packed-session-tags'],
    says: 'The session policy or the tags of the call are too large. SDKs send none for IRSA.',
    causes: [{ text: 'The program passes session policies or tags itself.', rules: [] }],
  },
  {
    id: 'sts-throttled',
    from: 'other-service',
    sample: 'Throttling: Rate exceeded',
    // not: client-go's own "client-side throttling"
    patterns: [
      /\bThrottling(Exception)?\b\W{0,3}:/,
      /<Code>Throttling/,
      /\bthrottling(exception)?\b.{0,60}rate exceeded|\brate exceeded\b.{0,200}\b(throttling|service: )/i,
      /api error \w*throttl\w*/i,
      /\((Throttling|ThrottlingException|RequestLimitExceeded)\) when calling the/,
    ],
    says: 'Too many calls in a short time, to STS or to the service that the text names. It passes; SDKs retry it.',
    causes: [
      {
        text: 'Many pods started at once, or a program asks for credentials for each request instead of keeping them.',
        rules: [],
        tell: 'The call in the message is one of STS.',
      },
      {
        text: 'If another service than STS says it, IRSA is not the cause.',
        rules: [],
        tell: 'The message names another operation than AssumeRoleWithWebIdentity.',
      },
    ],
    isSymptom: true,
    transient: true,
  },
];
