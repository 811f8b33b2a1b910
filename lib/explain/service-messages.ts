import {
  cannotReadToken,
  hasKeys,
  hasNoRole,
  isNotCovered,
  notInjected,
  roleLacksPermission,
  sdkIsOld,
  wasNotInjected,
  wentOnToNode,
} from './common-causes.ts';
import type { Cause, KnownMessage } from './known-message.ts';

/** The three ways in which a program calls as its node. */
const actsAsNode: Cause = {
  ...hasNoRole,
  text: 'The pod has no role of its own and calls as its node: its service account has neither the annotation eks.amazonaws.com/role-arn (a mistyped one is none) nor a Pod Identity association, or the pod runs as another one, often default. Annotate it (the role of an EKS add-on is set with aws eks update-addon), or set serviceAccountName.',
  tell: 'kubectl exec <pod> -- aws sts get-caller-identity ends in /i-…, and env in the pod shows no AWS_ROLE_ARN. kubectl get serviceaccount <name> --output yaml of its account has no eks.amazonaws.com/role-arn.',
};
const doesNotUseRole: Cause = {
  ...sdkIsOld,
  text: 'The program has no web identity provider, and asks as the node or anonymously: an old SDK, no module for STS (Java), a client or a list of providers of its own (old minio-go and restic, DuckDB, s3a). Update it, add the module, or name the provider in its configuration.',
  tell: 'AWS_ROLE_ARN is set in the container, and CloudTrail has no AssumeRoleWithWebIdentity of it.',
  decisive: ['own-client'],
};
const isOlder: Cause = {
  ...wasNotInjected,
  text: 'The pod is older than the annotation of its service account, or the webhook did not inject it, and it calls as its node: restart it.',
  likelier: ['controller', 'variables-unset', 'now-and-then'],
};

/** Answers of other services than STS that name no caller (docs/facts.md §C.3). */
export const serviceMessages: readonly KnownMessage[] = [
  {
    id: 'service-session-expired',
    from: 'other-service',
    everywhere: true,
    sample: 'ExpiredTokenException: The security token included in the request is expired',
    patterns: [
      /security token included in the request is expired/i,
      /provided token has expired/i,
      /\bExpiredToken\b(?!.{0,400}(AssumeRole|token expired))/,
      /the retrieved credentials have already expired/i,
    ],
    says: 'The credentials of a session were used after they had expired. This is not about the token of the service account, and not an answer to AssumeRoleWithWebIdentity.',
    causes: [
      {
        text: 'The program keeps credentials that it got once, or its SDK does not renew them.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'The error begins some hours after the start of the pod, and a restart ends it.',
      },
      {
        text: 'A session token was put into the container by hand.',
        rules: ['pod-static-credentials'],
        tell: 'kubectl exec <pod> -- env shows AWS_SESSION_TOKEN.',
      },
      {
        text: 'The credentials come from kube2iam or kiam, which gives out a session shortly before it ends.',
        rules: [],
        tell: 'kubectl get pod <pod> --output yaml has iam.amazonaws.com/role, and the error lasts some minutes.',
      },
      {
        text: 'What gives the credentials out (the Pod Identity agent, ECS) gave a session that had ended: the node or the agent was stopped for some time. Restart the agent, then the pod.',
        decisive: ['already-expired'],
        rules: [],
        tell: 'curl of AWS_CONTAINER_CREDENTIALS_FULL_URI with the token of the pod shows an Expiration that is over.',
      },
    ],
  },
  {
    id: 'service-session-malformed',
    from: 'other-service',
    everywhere: true,
    sample: 'InvalidToken: The provided token is malformed or otherwise invalid.',
    patterns: [/the provided token is malformed or otherwise invalid/i],
    says: 'The service does not know the session token of the credentials. It is not about the token of the service account: STS took that one and gave credentials.',
    causes: [
      {
        text: 'The credentials come from the global endpoint sts.amazonaws.com, and the region of the call is one that is opted in: such regions take sessions of regional endpoints alone. Set AWS_STS_REGIONAL_ENDPOINTS=regional, or let the client of STS have the region.',
        rules: ['runtime-sts-region'],
        tell: 'The same call succeeds in us-east-1.',
      },
      {
        text: 'The program puts parts of several credentials together: the key of one session and the token of another, or a token that was cut.',
        rules: ['pod-static-credentials'],
        tell: 'kubectl exec <pod> -- env shows AWS_ACCESS_KEY_ID or AWS_SESSION_TOKEN.',
      },
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
    everywhere: true,
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
        text: 'Access keys in the container or in the configuration of the program are deleted, mistyped, or for another partition, or are those of a session, which the program sends without its session token. Remove them, so that the SDK takes the role.',
        rules: ['pod-static-credentials'],
        tell: 'kubectl exec <pod> -- env, or the configuration of the program, shows AWS_ACCESS_KEY_ID. Keys that begin with ASIA need AWS_SESSION_TOKEN.',
      },
      {
        text: 'The session is of another STS: of the global sts.amazonaws.com in a region that is opted in, or of another partition, because the SDK called STS of the commercial regions from GovCloud or China. Set AWS_STS_REGIONAL_ENDPOINTS=regional, and give the region to the client for STS where the program makes one.',
        rules: ['service-account-option-ignored'],
        tell: 'No keys are set in the container, and the same call succeeds in us-east-1.',
        likelier: ['other-partition'],
      },
      {
        text: 'The role was deleted and made again, replaced in the annotation, or its sessions were revoked, and the program keeps a session of the old role: restart the pod.',
        rules: ['pod-role-stale', 'service-account-role-missing'],
        tell: 'No keys are set in the container, and kubectl exec <pod> -- env shows another AWS_ROLE_ARN than the annotation, or aws iam get-role --query Role.CreateDate is later than the start of the pod.',
      },
      { ...doesNotUseRole, likelier: ['variables-set'], decisive: [] },
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
      {
        text: 'The clock of the node is wrong.',
        rules: [],
        tell: 'date on the node differs from the second time in the message.',
      },
      {
        text: 'The request waited for minutes between signing and sending: a starved or paused program.',
        rules: [],
        tell: 'Both clocks agree, and the container is throttled or was paused.',
      },
    ],
  },
  {
    id: 'service-signature',
    from: 'other-service',
    everywhere: true,
    sample: 'SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided',
    patterns: [
      /\bsignaturedoesnotmatch\b(?!.{0,200}google)/i,
      /request signature we calculated does not match(?!.{0,120}google)/i,
    ],
    says: 'A signed request was refused for its signature. AssumeRoleWithWebIdentity is not signed: this is about another call.',
    causes: [
      {
        text: 'Access keys in the container or in the configuration of the program are mistyped, or empty, or in quotes, and take precedence over the role.',
        rules: ['pod-static-credentials'],
        tell: 'kubectl exec <pod> -- env, or the configuration of the program, shows AWS_SECRET_ACCESS_KEY or a setting for keys.',
      },
      {
        text: 'A proxy changed the request, or the program signs it incorrectly: region, host, path.',
        rules: [],
        tell: 'The same keys work with the AWS CLI.',
      },
    ],
    unless: ['service-clock'],
  },
  {
    id: 'service-unsigned',
    from: 'other-service',
    everywhere: true,
    sample: 'MissingAuthenticationTokenException: Missing Authentication Token',
    patterns: [
      /missingauthenticationtoken/i,
      /"message" ?: ?"missing authentication token"/i,
      /user: anonymous is not authorized to perform(?!: sts:AssumeRoleWithWebIdentity)/i,
    ],
    says: 'The request was not signed: the program used no credentials for it.',
    causes: [
      {
        text: 'The configuration of the program does not let it sign: it asks for anonymous access, passes on empty credentials, or has its setting for signatures (sigv4, aws_auth) at a place or under a name that it does not read.',
        rules: [],
        tell: 'Its configuration says anonymous, no-sign-request or empty keys, or the configuration that it loaded has no such setting.',
      },
      {
        text: 'The program makes its client without the default chain of its SDK, or its version does not know the role of a pod: update it.',
        rules: ['runtime-role-never-assumed', 'runtime-sdk-unsupported'],
        tell: 'AWS_ROLE_ARN is set in the container, and its role was never used.',
        likelier: ['variables-set', 'role-set-up', 'after-update'],
      },
      {
        text: 'API Gateway answers this for a path or a method that does not exist.',
        rules: [],
        tell: 'The host of the call is execute-api.',
      },
    ],
    unless: ['sdk-wrong-endpoint'],
  },
  {
    id: 'service-denied',
    from: 'other-service',
    everywhere: true,
    sample: 'UnauthorizedOperation: You are not authorized to perform this operation.',
    patterns: [
      /unauthorizedoperation\b|\byou are not authorized to perform this operation\b/i,
      /\bAccessDenied(Exception)?\b[^a-z]{1,6}Access Denied\b(?!.{0,300}google)/,
      /<Code>AccessDenied<\/Code> ?<Message>Access Denied<\/Message>/,
      /\(AccessDenied(Exception)?\) when calling the (?!AssumeRoleWithWebIdentity)\w+ operation/i,
      /\bbucket\b.{0,40}\berror: access denied\b/i,
      /\bs3:\S{0,120}.{0,200}\bStat: Access Denied\b|\bStat: Access Denied\b.{0,200}\bs3:/,
      /(access denied|forbidden) \(service: (amazon )?s3\b/i,
      /\(403\) when calling the Head\w+ operation: Forbidden/i,
      /operation error S3: Head\w+,.{0,160}api error Forbidden/i,
      /(s3 object|iter bucket|upload [\w ]{0,40}|get object|failed to (get|put) (file|directory|object)): Access Denied\b/,
      /error from \w{1,30} on \S{1,80}: Access Denied\b/,
      /permissiondenied \(permanent\).{0,400}(amazons3|amazonaws)/i,
      /\b403 Forbidden\b.{0,300}Server: AmazonS3\b/,
      /client error (\d: )?forbidden: access denied/i,
      // the caller is redacted
      /user: (?!arn:|anonymous)\S{1,60} is not authorized to perform:? (?!sts:)[a-z0-9-]+:[A-Z]\w+/i,
      /access to the resource https:\/\/\S{1,100}\.amazonaws\.com\S{0,80} is denied/i,
      // engines with their own client, and the SDK for C++ in Arrow
      /HTTP (GET|HEAD|POST|PUT) error on '.{1,400}' \(HTTP 403\)/i,
      /\baws error \w{1,40} (\(HTTP status 403\) )?during \w{1,40} operation(?<=(access_denied|status 403).{0,80})/i,
      /unauthorized to perform operation Describe\w+/i,
      // s3fs (Python)
      /(\bs3fs\b|s3:\/\/).{0,600}permissionerror: (forbidden|access denied)\b/i,
      /https?:\/\/\S{0,100}\bs3[.-]\S{0,300}\.amazonaws\.com\S{0,400}.{0,20}\(HTTP 403\)/i,
      /(?<!user: .{0,200})not authorized to perform: (?!sts:AssumeRoleWithWebId|iam:\w*OpenIDConnectProvider)[a-z0-9-]+:[A-Z]\w+/i,
    ],
    says: 'A service refused the call, and does not say which credentials it saw. It is not an answer of STS: the program has some credentials.',
    causes: [
      ...[doesNotUseRole, roleLacksPermission, actsAsNode, isOlder, wentOnToNode],
      ...[hasKeys, cannotReadToken, isNotCovered],
    ],
    unless: [
      ...[
        'sdk-node-role',
        'node-assumes-role',
        'sdk-irsa-role-permission',
        'service-role-chaining',
        'service-iam-user',
      ],
      ...['service-self-assume', 'service-tag-session'],
      ...['service-unsigned', 'service-session-refused', 'iam-provider-denied', 'snapshot-repository-refused'],
      ...['image-pull-node-role', 'pod-identity-node-denied'],
    ],
  },
  {
    id: 'service-key-not-allowed',
    from: 'other-service',
    sample:
      'AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    patterns: [/ciphertext refers to a (customer master|kms) key that does not exist|\baccess to kms is not allowed/i],
    says: 'AWS KMS refused to decrypt, and does not say whether the key is absent or forbidden. The program has credentials.',
    causes: [
      {
        text: 'The role has no kms:Decrypt for the key, or the policy of the key does not allow the role. For a key of another account both must.',
        rules: [],
        tell: 'aws sts get-caller-identity in the pod names the role of the annotation.',
      },
      {
        text: 'The program has the credentials of the node, or of another role.',
        rules: [...notInjected, 'pod-role-stale', 'runtime-role-never-assumed'],
        tell: 'aws sts get-caller-identity in the pod names another role.',
      },
      {
        text: 'The key is in another region than the one that the program asks.',
        rules: [],
        tell: 'The ARN of the key in the file has another region than AWS_REGION of the container.',
      },
    ],
  },
];
