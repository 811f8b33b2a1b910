import type { KnownMessage } from './known-message.ts';

/** Answers of STS to a request that it does not take: the token itself, its time, the ARN, the session. */
export const stsRequestMessages: readonly KnownMessage[] = [
  {
    id: 'sts-not-a-jwt',
    by: 'STS',
    sample:
      'InvalidIdentityToken: The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    texts: ['id token provided is not a valid JWT'],
    says: 'The program sent something that is not a JSON Web Token.',
    causes: ['variables-by-hand', 'token-of-another'],
  },
  {
    id: 'sts-token-empty',
    by: 'STS, AWS SDKs',
    sample:
      "ValidationError: 1 validation error detected: Value '' at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4",
    texts: [
      ...["at 'webIdentityToken' failed to satisfy constraint", '[WebIdentityToken] must be a string'],
      'minimum field size of 4, *Input.WebIdentityToken',
    ],
    says: 'The file that AWS_WEB_IDENTITY_TOKEN_FILE names is empty, far too long, or could not be read.',
    causes: ['variables-by-hand', 'passing-fault', 'token-of-another'],
  },
  {
    id: 'sts-missing-claim',
    by: 'STS',
    sample: 'InvalidIdentityToken: Missing a required claim: aud',
    texts: ['missing a required claim'],
    says: 'A claim that STS requires is not in the token: no audience means the legacy token of the service account; another one, no token that EKS projects into pods.',
    causes: ['token-of-another'],
  },
  {
    id: 'sts-token-of-another',
    by: 'STS, Amazon Cognito',
    sample: 'InvalidIdentityToken: Provided Token is not a Login With Amazon token',
    texts: [
      ...['provided token is not a login with amazon token', 'target role arn is not present in the roles claim'],
      'token is not from a supported provider of this identity pool',
    ],
    says: 'The token or the call is of another kind than that of a service account: a ProviderId (for OAuth tokens), a claim of roles, or an identity pool of Cognito.',
    causes: ['token-of-another'],
  },
  {
    id: 'sts-expired',
    by: 'STS, AWS SDK for Ruby',
    sample:
      'ExpiredTokenException: Token expired: current date/time 1700000000 must be before the expiration date/time1699990000',
    texts: [
      ...['token expired: current date/time', 'expiredtokenexception*token too old'],
      '(ExpiredToken) when calling the AssumeRoleWithWebIdentity operation',
      '(ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation',
      ...['AssumeRoleWithWebIdentity, *ExpiredToken', 'token file expired'],
    ],
    says: 'The token had expired when it was used. The kubelet renews the file; a program that read it once has an old token.',
    causes: ['credentials-kept', 'clock'],
  },
  {
    id: 'sts-token-invalid',
    by: 'STS',
    sample: 'InvalidIdentityToken: The web identity token provided could not be validated',
    texts: ['invalididentitytoken'],
    says: 'STS does not accept the token. The text does not say why; a token that the trust policy does not match gives AccessDenied instead.',
    causes: [
      ...(['provider-missing', 'provider-audience', 'issuer-gone', 'token-of-another', 'issuer-not-public'] as const),
      'provider-url',
    ],
    unless: [
      ...['sts-no-provider', 'sts-no-provider-of-login', 'sts-audience', 'sts-thumbprint', 'sts-verification-key'],
      ...['sts-not-a-jwt', 'sts-missing-claim', 'sts-token-of-another', 'sts-expired'],
      ...['sts-audience-of-api-token', 'sts-audience-of-pod-identity-token'],
      'sts-audience-of-login',
    ],
  },
  {
    id: 'sts-arn-invalid',
    by: 'STS',
    sample: 'ValidationError: Request ARN is invalid',
    texts: ['request arn is invalid'],
    says: 'AWS_ROLE_ARN in the pod is not a valid role ARN. The webhook injects the annotation without checking it.',
    causes: ['role-arn-malformed', 'variables-by-hand'],
  },
  {
    id: 'sts-arn-too-short',
    by: 'STS, AWS SDKs',
    sample:
      "ValidationError: 1 validation error detected: Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
    texts: ["at 'roleArn' failed to satisfy constraint", 'minimum field size of 20, AssumeRole*Input.RoleArn'],
    says: 'AWS_ROLE_ARN is empty or far too short.',
    causes: ['role-arn-malformed', 'variables-by-hand'],
  },
  {
    id: 'sts-session-name',
    by: 'STS, AWS SDKs',
    sample:
      "ValidationError: 1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    texts: [
      "at 'roleSessionName' failed to satisfy constraint",
      'minimum field size of 2, AssumeRole*Input.RoleSessionName',
    ],
    says: 'The program gave the session a name that STS does not allow: 2 to 64 letters, digits and _+=,.@-.',
    causes: ['session-name'],
  },
  {
    id: 'sts-duration',
    by: 'STS',
    sample: 'ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    texts: ['durationseconds exceeds the maxsessionduration', 'durationseconds exceeds the 1 hour session limit'],
    says: 'The program asked for a longer session than the role allows.',
    causes: ['session-duration'],
  },
  {
    id: 'sts-region-disabled',
    by: 'STS',
    sample: 'RegionDisabledException: STS is not activated in this region for account:<account>',
    texts: ['sts is not activated in this region', 'regiondisabledexception'],
    says: 'The AWS account of the role has not activated STS in the region that was called.',
    causes: ['sts-region-disabled'],
  },
  {
    id: 'sts-packed-policy',
    by: 'STS',
    sample:
      'operation error STS: AssumeRole, PackedPolicyTooLarge: Packed size of session tags consumes 104% of allotted space.',
    texts: [
      ...['packed policy too large', 'packedpolicytoolarge', 'packed size of session tags'],
      'packed size of the session policies',
    ],
    says: 'The session policy or the tags of the call are too large. EKS Pod Identity adds six tags to each session; SDKs send none for IRSA.',
    causes: ['session-tags-size'],
  },
  {
    id: 'sts-throttled',
    by: 'STS and other services',
    sample: 'Throttling: Rate exceeded',
    texts: [
      ...['throttling: rate exceeded', 'throttlingexception: rate exceeded', '<code>throttling'],
      ...['api error throttling', '(Throttling) when calling the', '(ThrottlingException) when calling the'],
      ...['(RequestLimitExceeded) when calling the', 'rate exceeded*throttling'],
    ],
    says: 'Too many calls in a short time, to STS or to the service that the text names. It passes; SDKs retry it.',
    causes: ['too-many-requests'],
    unless: ['pod-identity-throttled'],
    isSymptom: true,
    transient: true,
  },
  {
    id: 'sts-answer-hidden',
    by: 'programs that read the answer of STS themselves',
    sample: "FormatError: unable to find child 'AssumeRoleWithWebIdentityResult':0 in node 'ErrorResponse'",
    texts: [
      ...["unable to find child 'AssumeRoleWithWebIdentityRes", 'expected*AssumeRoleWithWebIdentityRes'],
      ...['missing*AssumeRoleWithWebIdentityRes', 'find*AssumeRoleWithWebIdentityRes'],
    ],
    says: 'STS answered AssumeRoleWithWebIdentity with an error, and the program does not show which. In the pod, aws sts assume-role-with-web-identity --role-arn $AWS_ROLE_ARN --role-session-name try --web-identity-token file://$AWS_WEB_IDENTITY_TOKEN_FILE does.',
    causes: ['trust-subject', 'trust-provider', 'provider-missing', 'foreign-endpoint'],
  },
];
