/** The errors that a pod logs, as AWS and the SDKs word them (docs/facts.md §C.2). */

/** The trust policy of the role does not allow the token. */
export const notAuthorized = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';

/** The account has no provider for the issuer, a URL. */
export const noProvider = (issuer: string): string =>
  `InvalidIdentityToken: No OpenIDConnect provider found in your account for ${issuer}`;

/** The audience of the token is not among those of the provider. */
export const wrongAudience = 'InvalidIdentityToken: Incorrect token audience';

/** AWS consults the thumbprints of the provider, and none matches. */
export const wrongThumbprint =
  "InvalidIdentityToken: OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint";

/** STS cannot fetch or use the issuer's keys; the two blanks are AWS's. */
export const noVerificationKey =
  "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";

/** The pod was given no role. */
export const noCredentials = 'Unable to locate credentials, or an error that names the node’s role';

/** A pod that should have a role runs as its node. */
export const nodeRoleError =
  'User: arn:<partition>:sts::<account>:assumed-role/<node role>/<instance> is not authorized to perform …';
