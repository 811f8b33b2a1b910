import type { KnownMessage } from './known-message.ts';

/** Answers of other services, and of programs that ask them: STS is not the one that refused. */
export const serviceMessages: readonly KnownMessage[] = [
  {
    id: 'service-tag-session',
    by: 'STS',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<first role>/<session> is not authorized to perform: sts:TagSession on resource: arn:aws:iam::<account>:role/<second role>',
    texts: ['is not authorized to perform: sts:TagSession'],
    says: 'The program has credentials of the first role and asks for the second one. Its session has tags, as every session of EKS Pod Identity has, and the second role does not allow to pass them on.',
    causes: ['tag-session', 'second-role-refuses'],
  },
  {
    id: 'node-assumes-role',
    by: 'STS',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role of the node>/i-0123456789abcdef0 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::<account>:role/<role>',
    texts: ['{node-caller}*is not authorized to perform: sts:AssumeRole on'],
    says: 'The program is configured with a role, and asked for it with the role of the node: the pod has no role of its own, or the program does not use it.',
    causes: [
      ...(['no-role', 'pods-as-other-account', 'pod-not-injected', 'program-ignores-role'] as const),
      ...(['went-on-to-node', 'token-unreadable', 'variables-not-passed', 'self-assume', 'node-permission'] as const),
      ...(['broker', 'addon-role', 'sts-module-missing', 'sdk-before-pod-identity', 'second-role-refuses'] as const),
    ],
    unless: ['broker-kube2iam'],
  },
  {
    id: 'service-role-chaining',
    by: 'STS',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<first role>/1700000000 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::<account>:role/<second role>',
    texts: [
      '{role}*is not authorized to perform: sts:AssumeRole on',
      '(AccessDenied) when calling the AssumeRole operation',
    ],
    says: 'The program has credentials of the first role, asked with them for the second role, and was refused. If the first is the role of the annotation, IRSA works.',
    causes: [
      ...(['second-role-refuses', 'self-assume', 'pod-role-stale', 'node-permission', 'no-role'] as const),
      ...(['program-ignores-role', 'tag-session', 'login-role'] as const),
    ],
    unless: ['node-assumes-role', 'service-tag-session', 'broker-kube2iam'],
  },
  {
    id: 'sdk-node-role',
    by: 'services of AWS',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role of the node>/i-0123456789abcdef0 is not authorized to perform: s3:GetObject',
    texts: ['{node-caller}*is not authorized to perform', 'arn*{node-caller}', 'auth provider used: *EC2RoleProvider'],
    says: 'The program did not use the role of its pod: it called AWS with the role of the node. kubectl exec <pod> -- env shows the way: with AWS_ROLE_ARN the program is the cause, without it the pod.',
    causes: [
      ...(['program-ignores-role', 'no-role', 'pods-as-other-account', 'went-on-to-node', 'node-permission'] as const),
      ...(['pod-not-injected', 'token-unreadable', 'keys-first', 'variables-not-passed', 'broker'] as const),
      ...(['addon-role', 'node-role-reachable', 'sdk-before-pod-identity', 'sts-module-missing'] as const),
      ...(['chart-annotation', 'sandboxed-path', 'container-skipped'] as const),
      ...(['annotation-mistyped', 'account-gone', 'association-missing', 'pod-older-than-association'] as const),
      ...(['metadata-closed', 'trust-subject', 'trust-provider'] as const),
    ],
    unless: [
      ...['iam-provider-denied', 'image-pull-node-role', 'pod-identity-node-denied', 'node-assumes-role'],
      'broker-kube2iam',
    ],
  },
  {
    id: 'service-iam-user',
    by: 'services of AWS',
    sample: 'User: arn:aws:iam::<account>:user/<user> is not authorized to perform: s3:GetObject',
    texts: ['arn:aws*:iam::*:user/*is not authorized to perform'],
    says: 'The call was made with the access keys of an IAM user, not with the role of a pod.',
    causes: [
      ...(['keys-first', 'caller-denied', 'other-person', 'other-pipeline'] as const),
      ...(['other-function', 'login-role'] as const),
    ],
    unless: ['iam-provider-denied'],
  },
  {
    id: 'sdk-irsa-role-permission',
    by: 'services of AWS',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role>/botocore-session-1700000000 is not authorized to perform: s3:GetObject',
    texts: ['{role}*is not authorized to perform'],
    says: 'The program has credentials of a role, and a policy refuses the call. If it is the role of the annotation, IRSA works.',
    causes: [
      ...(['role-permission', 'pod-role-stale', 'no-role', 'second-role-not-taken', 'control-policy'] as const),
      ...(['node-permission', 'program-ignores-role', 'keys-first', 'addon-role', 'pods-as-other-account'] as const),
      ...(['other-person', 'other-function', 'other-control-plane', 'other-ecs-task', 'pod-not-injected'] as const),
    ],
    unless: [
      ...['sdk-node-role', 'node-assumes-role', 'service-tag-session', 'service-role-chaining', 'iam-provider-denied'],
      ...['image-pull-node-role', 'pod-identity-node-denied'],
    ],
  },
  {
    id: 'service-session-expired',
    by: 'services of AWS',
    sample: 'ExpiredTokenException: The security token included in the request is expired',
    texts: [
      ...['security token included in the request is expired', 'provided token has expired', 'code: ExpiredToken'],
      ...['<code>ExpiredToken', 'ExpiredToken: ', 'the retrieved credentials have already expired'],
      'ExpiredTokenException',
    ],
    says: 'The credentials of a session were used after they had expired. This is not an answer to AssumeRoleWithWebIdentity.',
    causes: ['credentials-kept', 'keys-first', 'broker', 'agent-session-ended', 'other-person'],
    unless: ['sts-expired', 'pod-identity-token-expired', 'pod-identity-agent-cache'],
  },
  {
    id: 'service-session-malformed',
    by: 'Amazon S3',
    sample: 'InvalidToken: The provided token is malformed or otherwise invalid.',
    texts: ['the provided token is malformed or otherwise invalid'],
    says: 'The service does not know the session token of the credentials. STS took the token of the service account and gave credentials.',
    causes: ['session-of-global-sts', 'keys-first', 'program-fault', 'role-recreated'],
  },
  {
    id: 'service-session-refused',
    by: 'STS',
    sample: 'AccessDenied: Cannot call GetSessionToken with session credentials',
    texts: [
      'cannot call GetSessionToken with session credentials',
      'cannot call GetFederationToken with session credentials',
    ],
    says: 'The role works: the program has session credentials. This call is only for the access keys of an IAM user.',
    causes: ['second-role-not-taken'],
  },
  {
    id: 'service-invalid-credentials',
    by: 'services of AWS',
    sample: 'InvalidClientTokenId: The security token included in the request is invalid',
    texts: [
      ...['invalidclienttokenid', 'unrecognizedclientexception', 'security token included in the request is invalid'],
      'not able to validate the provided access credentials',
      ...['access key id you provided does not exist in our records', 'InvalidAccessKeyId'],
    ],
    says: 'The service does not know the credentials. AssumeRoleWithWebIdentity needs none: this is about another call.',
    causes: [
      ...(['keys-first', 'session-of-global-sts', 'sts-other-region', 'role-recreated'] as const),
      ...(['program-ignores-role', 'other-person', 'other-store', 'keys-empty'] as const),
      ...(['credentials-kept', 'region-wrong'] as const),
    ],
  },
  {
    id: 'service-clock',
    by: 'services of AWS',
    sample:
      'SignatureDoesNotMatch: Signature expired: 20260101T060000Z is now earlier than 20260101T061000Z (20260101T061500Z - 5 min.)',
    texts: [
      ...['signature expired: ', 'signature not yet current', 'requesttimetooskewed'],
      'difference between the request time and the',
    ],
    says: 'The request was signed at another time than the time of AWS.',
    causes: ['clock'],
  },
  {
    id: 'service-signature',
    by: 'services of AWS',
    sample: 'SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided',
    texts: ['signaturedoesnotmatch', 'request signature we calculated does not match'],
    says: 'A signed request was refused for its signature. AssumeRoleWithWebIdentity is not signed: this is about another call.',
    causes: ['keys-first', 'program-fault', 'keys-empty', 'proxy', 'other-person', 'other-store', 'other-google'],
    unless: ['service-clock'],
  },
  {
    id: 'service-unsigned',
    by: 'services of AWS',
    sample: 'MissingAuthenticationTokenException: Missing Authentication Token',
    texts: [
      ...['missingauthenticationtoken', '"missing authentication token"'],
      'user: anonymous is not authorized to perform',
    ],
    says: 'The request was not signed: the program used no credentials for it.',
    causes: ['keys-empty', 'program-ignores-role', 'role-permission'],
    unless: ['sts-organization-deny'],
  },
  {
    id: 'service-key-not-allowed',
    by: 'AWS KMS',
    sample:
      'AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    texts: [
      'ciphertext refers to a customer master key that does not exist',
      ...['ciphertext refers to a kms key that does not exist', 'access to kms is not allowed'],
    ],
    says: 'AWS KMS refused to decrypt, and does not say whether the key is absent or forbidden. The program has credentials.',
    causes: ['role-permission', 'pod-not-injected', 'region-wrong', 'no-role', 'program-ignores-role'],
  },
  {
    id: 'service-denied',
    by: 'services of AWS',
    sample: 'UnauthorizedOperation: You are not authorized to perform this operation.',
    texts: [
      ...['PermissionError: Forbidden', 'AmazonS3Exception: Forbidden', '403 Forbidden*AmazonS3'],
      ...['Forbidden: Access Denied', 'AccessDenied: not authorized to perform', 'bucket: access denied'],
      ...['s3 object: access denied', 'ListObjects*Access Denied', 'put file: Access Denied', 'unauthorizedoperation'],
      ...['you are not authorized to perform this operation', 'AccessDenied: Access Denied'],
      ...['AccessDeniedException: Access Denied', '<code>AccessDenied</code>', '(AccessDenied) when calling the'],
      ...['(AccessDeniedException) when calling the', 'api error AccessDenied', 'Stat: Access Denied'],
      ...['(403) when calling the', 'error: access denied'],
    ],
    says: 'A service refused the call, and does not say which credentials it saw. It is not an answer of STS: the program has some credentials.',
    causes: [
      ...(['program-ignores-role', 'role-permission', 'no-role', 'pods-as-other-account'] as const),
      ...(['pod-not-injected', 'went-on-to-node', 'keys-first', 'token-unreadable', 'variables-not-passed'] as const),
      ...(['sandboxed-path', 'chart-annotation', 'sdk-before-pod-identity', 'sts-module-missing'] as const),
      ...(['node-permission', 'provider-missing', 'trust-subject', 'trust-provider'] as const),
      ...(['second-role-not-taken', 'control-policy', 'addon-role', 'keys-empty', 'other-person'] as const),
      ...(['other-function', 'other-control-plane', 'other-ecs-task', 'other-instance', 'broker'] as const),
    ],
    isSymptom: true,
    unless: [
      ...['sdk-node-role', 'node-assumes-role', 'sdk-irsa-role-permission', 'service-role-chaining'],
      ...['service-iam-user', 'service-tag-session', 'service-unsigned', 'service-session-refused'],
      ...['iam-provider-denied', 'image-pull-node-role', 'pod-identity-node-denied', 'sts-not-authorized'],
      ...['snapshot-repository-refused', 'service-key-not-allowed'],
    ],
  },
];
