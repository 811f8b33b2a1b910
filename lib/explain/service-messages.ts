import { hasKeys, isNotCovered, notInjected } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';
import { byNode } from './node-identity.ts';

/** Answers of other services than STS: they show which credentials the program has (docs/facts.md §C.3). */
export const serviceMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-node-role',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role of the node>/i-0123456789abcdef0 is not authorized to perform: s3:GetObject',
    patterns: byNode,
    says: 'The program did not use IRSA: it called AWS with the role of the node.',
    causes: [
      {
        text: 'The pod is older than the annotation, or the webhook did not inject it: restart it.',
        rules: notInjected,
      },
      {
        text: 'The SDK is too old for IRSA, has no web identity provider, or lacks its module for STS. Update the program.',
        rules: ['runtime-sdk-unsupported', 'runtime-role-never-assumed'],
        tell: 'AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are set in the container, and the role was never used.',
      },
      {
        text: 'The program names a credentials provider in its code, or static credentials take precedence.',
        rules: ['pod-static-credentials'],
      },
      isNotCovered,
    ],
    unless: ['iam-provider-denied', 'image-pull-node-role', 'pod-identity-node-denied'],
  },
  {
    id: 'sdk-irsa-role-permission',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role>/botocore-session-1700000000 is not authorized to perform: s3:GetObject',
    patterns: [/assumed-role\/[^/]{1,80}\/.{1,160}is not authorized to perform/i],
    says: 'The program has credentials of a role, and a policy refuses the call. If it is the role of the annotation, IRSA works.',
    causes: [
      {
        text: 'The role has no permission for the action, or another policy denies it; the end of the message often says which. This audit reads trust policies, not permissions.',
        rules: [],
      },
      {
        text: 'It is another role than the one of the annotation: the pod has an old one, or other credentials take precedence.',
        rules: ['pod-role-stale', 'pod-static-credentials', 'service-account-pod-identity-overrides'],
      },
    ],
    unless: [
      'sdk-node-role',
      'service-self-assume',
      'service-tag-session',
      'service-role-chaining',
      'iam-provider-denied',
      'image-pull-node-role',
      'pod-identity-node-denied',
    ],
  },
  {
    id: 'service-self-assume',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role>/1700000000 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::<account>:role/<role>',
    patterns: [
      /assumed-role\/([\w+=,.@<> -]{1,80})\/.{1,160}is not authorized to perform: sts:AssumeRole on resource:? \S{0,60}:role\/([\w+=,.@-]{1,64}\/){0,9}\1(?![\w+=,.@-])/i,
    ],
    says: 'The program has credentials of the role, so IRSA works, and then asks with them for the same role again. The role does not trust itself.',
    causes: [
      {
        text: 'The program is configured to assume a role (role, roleArn, assumeRoleARN, AWS_PROFILE with role_arn), and names the role that IRSA gives it already: remove that setting.',
        rules: [],
        tell: 'Both names in the message are the same.',
      },
    ],
    unless: ['sdk-node-role'],
  },
  {
    id: 'service-tag-session',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<first role>/<session> is not authorized to perform: sts:TagSession on resource: arn:aws:iam::<account>:role/<second role>',
    patterns: [/is not authorized to perform: sts:TagSession\b/i],
    says: 'The program has credentials of the first role and asks for the second one. Its session has tags, as every session of EKS Pod Identity has, and the second role does not allow to pass them on.',
    causes: [
      {
        text: 'The trust policy of the second role allows sts:AssumeRole alone: allow sts:TagSession to the first role too. The first role needs the permission for both actions.',
        rules: [],
        tell: 'aws iam get-role of the second role shows no sts:TagSession.',
      },
      {
        text: 'Or switch the tags off, if no policy tests them: aws eks update-pod-identity-association … --disable-session-tags.',
        rules: [],
      },
    ],
    unless: ['sdk-node-role'],
  },
  {
    id: 'service-role-chaining',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<first role>/1700000000 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::<account>:role/<second role>',
    patterns: [/assumed-role\/[^/]{1,80}\/.{1,160}is not authorized to perform: sts:AssumeRole\b/i],
    says: 'The program has credentials of the first role, asked with them for the second role, and was refused. If the first is the role of the annotation, IRSA works.',
    causes: [
      {
        text: 'The trust policy of the second role does not allow sts:AssumeRole (and sts:TagSession, if tags are passed) to the first.',
        rules: [],
        tell: 'aws iam get-role of the second role does not name the first.',
      },
      { text: 'The first role has no permission for sts:AssumeRole on the second.', rules: [] },
      {
        text: 'Both names mean one role: the program is also configured to assume the role that IRSA gives it. Remove that setting.',
        rules: [],
        tell: 'aws sts get-caller-identity in the pod names the second role.',
      },
      {
        text: 'The first role is another one than the role of the annotation.',
        rules: ['pod-role-stale', 'pod-static-credentials', 'service-account-pod-identity-overrides'],
      },
    ],
    unless: ['sdk-node-role', 'service-self-assume', 'service-tag-session'],
  },
  {
    id: 'service-iam-user',
    from: 'other-service',
    sample: 'User: arn:aws:iam::<account>:user/<user> is not authorized to perform: s3:GetObject',
    patterns: [/arn:aws[a-z-]*:iam::[^:\s]{0,20}:user\/.{1,160}is not authorized to perform/i],
    says: 'The call was made with the access keys of an IAM user, not with IRSA.',
    causes: [hasKeys, { text: 'The program is configured with its own keys, from a Secret for example.', rules: [] }],
    unless: ['iam-provider-denied'],
  },
  {
    id: 'service-session-expired',
    from: 'other-service',
    sample: 'ExpiredTokenException: The security token included in the request is expired',
    patterns: [/security token included in the request is expired/i, /provided token has expired/i],
    says: 'The credentials of a session were used after they had expired. This is not about the token of the service account, and not an answer to AssumeRoleWithWebIdentity.',
    causes: [
      {
        text: 'The program keeps credentials that it got once, or its SDK does not renew them.',
        rules: ['runtime-sdk-unsupported'],
      },
      { text: 'A session token was put into the container by hand.', rules: ['pod-static-credentials'] },
    ],
  },
  {
    id: 'service-session-refused',
    from: 'other-service',
    sample: 'AccessDenied: Cannot call GetSessionToken with session credentials',
    patterns: [/cannot call Get(SessionToken|FederationToken) with session credentials/i],
    says: 'IRSA works: the program has session credentials. This call is only for the access keys of an IAM user.',
    causes: [{ text: 'Configure the program to use its credentials as they are, or to assume a role.', rules: [] }],
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
    says: 'The service does not know the credentials. AssumeRoleWithWebIdentity needs none: this is about another call.',
    causes: [
      {
        text: 'Access keys in the container are deleted, mistyped, or for another partition.',
        rules: ['pod-static-credentials'],
      },
      {
        text: 'The region is an opt-in region and the session came from the global sts.amazonaws.com: by default such sessions are not valid there. Set AWS_STS_REGIONAL_ENDPOINTS=regional.',
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
    says: 'The request was signed at another time than the time of AWS. IRSA is not the cause.',
    causes: [
      { text: 'The clock of the node is wrong.', rules: [] },
      { text: 'The request waited for minutes between signing and sending: a starved or paused program.', rules: [] },
    ],
  },
  {
    id: 'service-signature',
    from: 'other-service',
    sample: 'SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided',
    patterns: [
      /\bsignaturedoesnotmatch\b(?!.{0,200}google)/i,
      /request signature we calculated does not match(?!.{0,120}google)/i,
    ],
    says: 'A signed request was refused for its signature. AssumeRoleWithWebIdentity is not signed: this is about another call.',
    causes: [
      { text: 'A secret access key in the container is mistyped.', rules: ['pod-static-credentials'] },
      {
        text: 'A proxy changed the request, or the program signs it incorrectly: region, host, path.',
        rules: [],
      },
    ],
    unless: ['service-clock'],
  },
  {
    id: 'service-unsigned',
    from: 'other-service',
    sample: 'MissingAuthenticationTokenException: Missing Authentication Token',
    patterns: [
      /missingauthenticationtoken/i,
      /"message" ?: ?"missing authentication token"/i,
      /user: anonymous is not authorized to perform(?!: sts:AssumeRoleWithWebIdentity)/i,
    ],
    says: 'The request was not signed: the program used no credentials for it.',
    causes: [
      {
        text: 'The program or its configuration asks for anonymous access, or passes on empty credentials.',
        rules: [],
      },
      { text: 'API Gateway answers this for a path or a method that does not exist.', rules: [] },
    ],
    unless: ['sdk-wrong-endpoint'],
  },
  {
    id: 'service-denied',
    from: 'other-service',
    sample: 'UnauthorizedOperation: You are not authorized to perform this operation.',
    patterns: [
      /unauthorizedoperation\b/i,
      /\bAccessDenied(Exception)?\b[^a-z]{1,6}Access Denied\b(?!.{0,300}google)/,
      /<Code>AccessDenied<\/Code> ?<Message>Access Denied<\/Message>/,
      /\(AccessDenied(Exception)?\) when calling the (?!AssumeRoleWithWebIdentity)\w+ operation/i,
      /\bbucket\b.{0,40}\berror: access denied\b/i,
      /(access denied|forbidden) \(service: (amazon )?s3\b/i,
      /\(403\) when calling the Head\w+ operation: Forbidden/i,
      /operation error S3: Head\w+,.{0,160}api error Forbidden/i,
      /(s3 object|iter bucket|upload [\w ]{0,40}|get object|failed to (get|put) (file|directory|object)): Access Denied\b/,
      /error from \w{1,30} on \S{1,80}: Access Denied\b/,
      /permissiondenied \(permanent\).{0,400}(amazons3|amazonaws)/i,
      /\b403 Forbidden\b.{0,300}Server: AmazonS3\b/,
      /client error (\d: )?forbidden: access denied/i,
      /(?<!user: .{0,200})not authorized to perform: (?!sts:AssumeRoleWithWebId|iam:\w*OpenIDConnectProvider)[a-z0-9-]+:[A-Z]\w+/i,
    ],
    says: 'A service refused the call, and does not say which credentials it saw. It is not an answer of STS: the program has some credentials.',
    causes: [
      {
        text: 'They are the credentials of the node: run aws sts get-caller-identity in the pod, or decode the message if EC2 gave one (aws sts decode-authorization-message).',
        rules: [...notInjected, 'pod-container-uncovered', 'runtime-sdk-unsupported'],
      },
      { text: 'They are access keys that take precedence over IRSA.', rules: ['pod-static-credentials'] },
      {
        text: 'They are those of the role of the annotation: then IRSA works, and a policy of the role, the bucket or key, the organization or the endpoint refuses the call.',
        rules: [],
      },
    ],
    unless: [
      ...['sdk-node-role', 'sdk-irsa-role-permission', 'service-role-chaining', 'service-iam-user'],
      ...['service-self-assume', 'service-tag-session'],
      ...['service-unsigned', 'service-session-refused', 'iam-provider-denied'],
      ...['image-pull-node-role', 'pod-identity-node-denied'],
    ],
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
      },
      { text: 'If another service than STS says it, IRSA is not the cause.', rules: [] },
    ],
    isSymptom: true,
    transient: true,
  },
];
