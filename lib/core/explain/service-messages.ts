import { isNotCovered, notInjected } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

/** A session that is named after an instance, also where a person has made the id illegible or a terminal cut the name. */
const instanceSession =
  /assumed-role\/[^/]{1,80}\/i-([0-9a-f]{8}\b|[0-9a-f]{17}\b|[0-9x][0-9a-z]{7,18}\b|[{<][\w -]{1,20}[}>]).{0,80}is not authorized to perform/i;

/** What other services than STS answer: by it one sees which credentials the program has (docs/facts.md §C.3). */
export const serviceMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-node-role',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role of the node>/i-0123456789abcdef0 is not authorized to perform: s3:GetObject',
    patterns: [instanceSession],
    says: 'The program did not use IRSA at all: it called AWS with the role of the node.',
    causes: [
      {
        text: 'The pod was made before the annotation, or the webhook did not inject it: restart it.',
        rules: notInjected,
      },
      {
        text: 'The SDK is too old for IRSA, or lacks its STS module.',
        rules: ['runtime-sdk-unsupported', 'runtime-role-never-assumed'],
      },
      {
        text: 'The program names a credential provider in its code, or static credentials go first.',
        rules: ['pod-static-credentials'],
      },
      isNotCovered,
    ],
  },
  {
    id: 'sdk-irsa-role-permission',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role>/botocore-session-1700000000 is not authorized to perform: s3:GetObject',
    patterns: [/assumed-role\/[^/]{1,80}\/.{1,160}is not authorized to perform/i],
    says: 'The program has credentials of a role, and a policy refuses the call. If the role is the one of the annotation, IRSA works.',
    causes: [
      {
        text: 'The role lacks the permission, or another policy denies it; the end of the message often says which. This audit reads trust policies, not permissions.',
        rules: [],
      },
      {
        text: 'It is another role than the annotation names: the pod has an old one, or another credential source goes first.',
        rules: ['pod-role-stale', 'pod-static-credentials', 'service-account-pod-identity-overrides'],
      },
    ],
  },
  {
    id: 'service-role-chaining',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<first role>/1700000000 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::<account>:role/<second role>',
    patterns: [/assumed-role\/[^/]{1,80}\/.{1,160}is not authorized to perform: sts:(AssumeRole|TagSession)\b/i],
    says: 'The program has credentials of the first role, asked with them for the second, and was refused. If the first is the one of the annotation, IRSA works.',
    causes: [
      {
        text: 'Both are the same role: the program is also told to assume what IRSA gave it already. Leave that setting out.',
        rules: [],
      },
      {
        text: 'The trust policy of the second role does not name the first for sts:AssumeRole (and sts:TagSession, where tags are passed).',
        rules: [],
      },
      { text: 'The first role has no permission for sts:AssumeRole on the second.', rules: [] },
      {
        text: 'The first is another role than the annotation names.',
        rules: ['pod-role-stale', 'pod-static-credentials', 'service-account-pod-identity-overrides'],
      },
    ],
  },
  {
    id: 'service-iam-user',
    from: 'other-service',
    sample: 'User: arn:aws:iam::<account>:user/<user> is not authorized to perform: s3:GetObject',
    patterns: [/arn:aws[a-z-]*:iam::[^:\s]{0,20}:user\/.{1,160}is not authorized to perform/i],
    says: 'The call was made with the access keys of an IAM user, not with IRSA.',
    causes: [
      {
        text: 'Access keys, a profile or a credentials file are in the container: in most SDKs they go before the token.',
        rules: ['pod-static-credentials'],
      },
      { text: 'The program is configured with keys of its own, from a Secret for example.', rules: [] },
    ],
  },
  {
    id: 'service-session-expired',
    from: 'other-service',
    sample: 'ExpiredTokenException: The security token included in the request is expired',
    patterns: [/security token included in the request is expired/i, /provided token has expired/i],
    says: 'The credentials of a session were used after their end. This is not the token of the service account, and not an answer to AssumeRoleWithWebIdentity.',
    causes: [
      {
        text: 'The program keeps credentials that it got once, or its SDK does not renew them.',
        rules: ['runtime-sdk-unsupported'],
      },
      { text: 'A session token was put into the container by hand.', rules: ['pod-static-credentials'] },
    ],
  },
  {
    id: 'service-invalid-credentials',
    from: 'other-service',
    sample: 'InvalidClientTokenId: The security token included in the request is invalid',
    patterns: [
      /invalidclienttokenid\b/i,
      /unrecognizedclientexception\b/i,
      /security token included in the request is invalid/i,
      /not able to validate the provided access credentials/i,
      /access key id you provided does not exist in our records/i,
    ],
    says: 'The service does not accept the credentials at all. AssumeRoleWithWebIdentity takes none: this is about another call.',
    causes: [
      {
        text: 'Access keys in the container are deleted, mistyped, or of another partition.',
        rules: ['pod-static-credentials'],
      },
      {
        text: 'The region is an opt-in one and the session came from the global sts.amazonaws.com: unless the account is set otherwise, such sessions are not valid there. AWS_STS_REGIONAL_ENDPOINTS=regional.',
        rules: ['service-account-option-ignored'],
      },
    ],
  },
  {
    id: 'service-clock',
    from: 'other-service',
    sample:
      'SignatureDoesNotMatch: Signature expired: 20260101T060000Z is now earlier than 20260101T061000Z (20260101T061500Z - 5 min.)',
    patterns: [
      /signature expired: \d/i,
      /signature not yet current/i,
      /requesttimetooskewed/i,
      /difference between the request time and the (current|server)/i,
    ],
    says: 'The request was signed at another time than AWS has: IRSA is not at fault.',
    causes: [
      { text: 'The clock of the node is wrong.', rules: [] },
      { text: 'The request waited for minutes between signing and sending: a starved or paused program.', rules: [] },
    ],
  },
  {
    id: 'service-signature',
    from: 'other-service',
    sample: 'SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided',
    patterns: [/signaturedoesnotmatch\b/i, /request signature we calculated does not match/i],
    says: 'A signed request was refused for its signature. AssumeRoleWithWebIdentity is not signed: this is about another call.',
    causes: [
      { text: 'A secret access key in the container is mistyped.', rules: ['pod-static-credentials'] },
      { text: 'A proxy changed the request, or the program signs it wrongly: region, host, path.', rules: [] },
    ],
  },
  {
    id: 'service-unsigned',
    from: 'other-service',
    sample: 'MissingAuthenticationTokenException: Missing Authentication Token',
    patterns: [
      /missingauthenticationtoken/i,
      /missing authentication token/i,
      /user: anonymous is not authorized to perform/i,
    ],
    says: 'The request was not signed: the program used no credentials for it.',
    causes: [
      {
        text: 'The program or its configuration asks for anonymous access, or passes empty credentials on.',
        rules: [],
      },
      { text: 'API Gateway answers so for a path or a method that it does not have.', rules: [] },
    ],
  },
  {
    id: 'service-denied',
    from: 'other-service',
    sample: 'UnauthorizedOperation: You are not authorized to perform this operation.',
    patterns: [
      /unauthorizedoperation\b/i,
      /access ?denied[^a-z]{1,6}access denied/i,
      /<Code>AccessDenied<\/Code> ?<Message>Access Denied/i,
      /\(AccessDenied\) when calling the \w+ operation: Access Denied/i,
      /(access denied|forbidden) \(service: (amazon )?s3\b/i,
      /\(403\) when calling the Head\w+ operation: Forbidden/i,
      /operation error S3: Head\w+,.{0,160}api error Forbidden/i,
    ],
    says: 'A service refused the call, and does not say whose credentials it saw. It is not an answer of STS: the program has some credentials.',
    causes: [
      {
        text: 'They are those of the node: ask the pod (aws sts get-caller-identity), or decode the message if EC2 gave one (aws sts decode-authorization-message).',
        rules: [...notInjected, 'pod-container-uncovered', 'runtime-sdk-unsupported'],
      },
      { text: 'They are access keys that go before IRSA.', rules: ['pod-static-credentials'] },
      {
        text: 'They are those of the role of the annotation: then IRSA works, and a policy of the role, the bucket or key, the organization or the endpoint refuses the call.',
        rules: [],
      },
    ],
  },
  {
    id: 'sts-throttled',
    from: 'other-service',
    sample: 'Throttling: Rate exceeded',
    // not: client-go's own "client-side throttling"
    patterns: [/\bThrottling(Exception)?\b\W{0,3}:/, /<Code>Throttling/, /rate exceeded/i],
    says: 'Too many calls in a short time, to STS or to the service that the text names. It passes; SDKs retry it.',
    causes: [
      {
        text: 'Many pods started at once, or a program asks for credentials for each request instead of keeping them.',
        rules: [],
      },
      { text: 'Another service than STS says it: then it has nothing to do with IRSA.', rules: [] },
    ],
    transient: true,
  },
];
