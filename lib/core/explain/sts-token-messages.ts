import type { KnownMessage } from './known-message.ts';

/** What STS answers where the token itself is at fault (docs/facts.md §C.2). */
export const stsTokenMessages: readonly KnownMessage[] = [
  {
    id: 'sts-not-a-jwt',
    from: 'sts',
    sample:
      'InvalidIdentityToken: The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    patterns: [/id token provided is not a valid JWT/i],
    says: 'What was sent as the token is no JSON Web Token.',
    causes: [
      {
        text: 'AWS_WEB_IDENTITY_TOKEN_FILE names an empty or another file.',
        rules: ['pod-container-uncovered', 'pod-not-injected'],
      },
      { text: 'The program sends its own token instead of the projected one.', rules: [] },
    ],
  },
  {
    id: 'sts-token-empty',
    from: 'sts',
    sample:
      "ValidationError: 1 validation error detected: Value '' at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4",
    patterns: [/at 'webIdentityToken' failed to satisfy constraint/i, /\[WebIdentityToken\] must be a string/i],
    says: 'There was nothing, or far too much, in the file that AWS_WEB_IDENTITY_TOKEN_FILE names, or it could not be read.',
    causes: [
      {
        text: 'AWS_WEB_IDENTITY_TOKEN_FILE names an empty or another file.',
        rules: ['pod-container-uncovered', 'pod-not-injected'],
      },
      { text: 'The program read the file just while it was replaced: it goes away with a retry.', rules: [] },
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
    says: 'The token lacks a claim that STS needs: it is not one that EKS projects into pods.',
    causes: [{ text: 'The program sends another token than the projected one.', rules: ['pod-container-uncovered'] }],
  },
  {
    id: 'sts-roles-claim',
    from: 'sts',
    sample: 'InvalidIdentityToken: The target role ARN is not present in the roles claim of the identity token',
    patterns: [/target role arn is not present in the roles claim/i],
    says: 'The token lists the roles that it may be used for, and this one is not among them. Tokens of EKS have no such claim.',
    causes: [{ text: 'The token is of another identity provider.', rules: [] }],
  },
  {
    id: 'sts-login-with-amazon',
    from: 'sts',
    sample: 'InvalidIdentityToken: Provided Token is not a Login With Amazon token',
    patterns: [/provided token is not a login with amazon token/i],
    says: 'The call named a ProviderId, which is for OAuth tokens; with the token of a service account it must be left out.',
    causes: [{ text: 'The program calls AssumeRoleWithWebIdentity itself and sets ProviderId.', rules: [] }],
  },
  {
    id: 'cognito-identity-pool',
    from: 'other-service',
    sample: 'Token is not from a supported provider of this identity pool',
    patterns: [/token is not from a supported provider of this identity pool/i],
    says: 'This is Cognito Identity speaking, not STS: the program does not use IRSA for this call.',
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
      /expiredtoken(exception)?\b(?!.{0,160}(security token included|provided token has)).{0,400}(assumerolewithwebidentity|web ?identity|token expired)/i,
    ],
    says: 'The token was no longer valid when STS got it. The kubelet renews the file; whoever read it once has an old one.',
    causes: [
      { text: 'The program or its SDK read the token file once and kept it.', rules: ['runtime-sdk-unsupported'] },
      { text: 'The clock of the node is wrong by more than five minutes.', rules: [] },
    ],
  },
];
