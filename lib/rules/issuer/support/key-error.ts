/** What STS answers if it cannot fetch or use the issuer's keys; the two blanks are AWS's (docs/facts.md §C.2). */
export const noVerificationKey =
  "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
