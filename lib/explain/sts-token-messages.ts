import type { KnownMessage } from './known-message.ts';

/** Answers of STS about the token itself (docs/facts.md §C.2). */
export const stsTokenMessages: readonly KnownMessage[] = [
  {
    id: 'sts-not-a-jwt',
    from: 'sts',
    sample:
      'InvalidIdentityToken: The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    patterns: [/id token provided is not a valid JWT/i],
    says: 'The program sent something that is not a JSON Web Token.',
    causes: [
      {
        text: 'AWS_WEB_IDENTITY_TOKEN_FILE names an empty file or another file.',
        rules: ['pod-container-uncovered', 'pod-not-injected'],
        tell: "kubectl exec <pod> -- sh -c 'wc -c $AWS_WEB_IDENTITY_TOKEN_FILE' prints 0, or the path is not under eks.amazonaws.com.",
      },
      {
        text: 'The program sends its own token instead of the projected one.',
        rules: [],
        tell: 'AWS_WEB_IDENTITY_TOKEN_FILE names the projected token, and cat of the file prints three parts with dots between them.',
      },
    ],
  },
  {
    id: 'sts-token-empty',
    from: 'sts',
    sample:
      "ValidationError: 1 validation error detected: Value '' at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4",
    patterns: [
      /at 'webIdentityToken' failed to satisfy constraint/i,
      /\[WebIdentityToken\] must be a string/i,
      /minimum field size of 4, \w{1,40}Input\.WebIdentityToken/i,
    ],
    says: 'The file that AWS_WEB_IDENTITY_TOKEN_FILE names is empty, far too long, or could not be read.',
    causes: [
      {
        text: 'AWS_WEB_IDENTITY_TOKEN_FILE names an empty file or another file.',
        rules: ['pod-container-uncovered', 'pod-not-injected'],
        tell: "kubectl exec <pod> -- sh -c 'wc -c $AWS_WEB_IDENTITY_TOKEN_FILE' prints 0, or the path is not under eks.amazonaws.com.",
      },
      {
        text: 'The program read the file while it was replaced: a retry helps.',
        rules: [],
        tell: 'It happens once in hours, and cat of the file prints a token.',
      },
    ],
  },
  {
    id: 'sts-missing-aud',
    from: 'sts',
    sample: 'InvalidIdentityToken: Missing a required claim: aud',
    patterns: [/missing a required claim:? ?aud/i],
    says: 'The token has no audience: it is the legacy token of the service account, not the projected one.',
    causes: [
      {
        text: 'AWS_WEB_IDENTITY_TOKEN_FILE was set by hand to /var/run/secrets/kubernetes.io/serviceaccount/token.',
        rules: ['pod-container-uncovered', 'pod-not-injected'],
      },
    ],
  },
  {
    id: 'sts-missing-claim',
    from: 'sts',
    sample: 'InvalidIdentityToken: Missing a required claim',
    patterns: [/missing a required claim/i],
    says: 'A claim that STS requires is not in the token: it is not a token that EKS projects into pods.',
    causes: [
      {
        text: 'The program sends another token than the projected one.',
        rules: ['pod-container-uncovered'],
        tell: 'kubectl exec <pod> -- env shows another path than eks.amazonaws.com/serviceaccount/token.',
      },
    ],
    unless: ['sts-missing-aud'],
  },
  {
    id: 'sts-roles-claim',
    from: 'sts',
    sample: 'InvalidIdentityToken: The target role ARN is not present in the roles claim of the identity token',
    patterns: [/target role arn is not present in the roles claim/i],
    says: 'The token lists the roles that it may be used for, and this role is not in the list. Tokens of EKS have no such claim.',
    causes: [{ text: 'The token is from another identity provider.', rules: [] }],
  },
  {
    id: 'sts-login-with-amazon',
    from: 'sts',
    sample: 'InvalidIdentityToken: Provided Token is not a Login With Amazon token',
    patterns: [/provided token is not a login with amazon token/i],
    says: 'The call has a ProviderId, which is for OAuth tokens. With the token of a service account it must be left out.',
    causes: [{ text: 'The program calls AssumeRoleWithWebIdentity itself and sets ProviderId.', rules: [] }],
  },
  {
    id: 'cognito-identity-pool',
    from: 'other-service',
    sample: 'Token is not from a supported provider of this identity pool',
    patterns: [/token is not from a supported provider of this identity pool/i],
    says: 'Cognito Identity answered, not STS: the program does not use IRSA for this call.',
    causes: [{ text: 'The program gets its credentials from a Cognito identity pool.', rules: [] }],
    unconfirmed: 'Whether STS ever uses this wording is not documented.',
  },
  {
    id: 'sts-expired',
    from: 'sts',
    sample:
      'ExpiredTokenException: Token expired: current date/time 1700000000 must be before the expiration date/time1699990000',
    patterns: [
      /token expired: current date\/time/i,
      /expiredtokenexception\b.{0,80}token too old/i,
      /\(ExpiredToken(Exception)?\) when calling the AssumeRoleWithWebIdentity operation/i,
      /expiredtoken(exception)?\b(?!.{0,160}(security token included|provided token has)).{0,400}(assumerolewithwebidentity|web ?identity|token expired)/i,
    ],
    says: 'The token had expired when STS received it. The kubelet renews the file; a program that read it once has an old token.',
    causes: [
      {
        text: 'The program or its SDK read the token file once and kept it.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'The error begins a day or less after the start of the pod, and a restart ends it.',
      },
      {
        text: 'The clock of the node is wrong by more than five minutes.',
        rules: [],
        tell: 'date on the node differs from the time in the message.',
      },
    ],
  },
  {
    id: 'sts-token-invalid',
    from: 'sts',
    sample: 'InvalidIdentityToken: The web identity token provided could not be validated',
    patterns: [/\binvalididentitytoken(exception)?\b/i],
    says: 'STS does not accept the token. The text does not say why; a token that the trust policy does not match gives AccessDenied instead.',
    causes: [
      {
        text: 'The AWS account of the role has no OIDC provider for the issuer of this cluster, or one with another URL.',
        rules: ['cluster-provider-missing', 'service-account-role-account-lacks-provider', 'provider-url-mismatch'],
        tell: 'aws iam list-open-id-connect-providers in the account of the role does not list the issuer of aws eks describe-cluster.',
      },
      {
        text: 'The audience of the token is not in the client ID list of the provider.',
        rules: ['provider-audience-missing', 'service-account-audience-refused'],
        tell: 'aws iam get-open-id-connect-provider shows a ClientIDList without sts.amazonaws.com.',
      },
      {
        text: 'STS could not read the keys of the issuer, or the cluster was recreated.',
        rules: ['issuer-unreachable', 'issuer-discovery-invalid', 'provider-orphaned'],
        tell: 'curl <issuer>/.well-known/openid-configuration fails.',
      },
      {
        text: 'The program sends another token than the projected one.',
        rules: ['pod-container-uncovered'],
        tell: 'kubectl exec <pod> -- env shows another path than eks.amazonaws.com/serviceaccount/token.',
      },
    ],
    unless: [
      'sts-no-provider',
      'sts-audience',
      'sts-thumbprint',
      'sts-verification-key',
      'sts-not-a-jwt',
      'sts-missing-aud',
      'sts-missing-claim',
      'sts-roles-claim',
      'sts-login-with-amazon',
      'sts-expired',
      'cognito-identity-pool',
    ],
  },
];
