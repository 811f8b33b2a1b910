/** An AssumeRoleWithWebIdentity request, as far as a trust policy can see it (docs/facts.md §A.1, §A.6). */
export interface WebIdentityRequest {
  readonly roleArn: string;
  /** The token's `iss`, with `https://`, exact case. */
  readonly issuer: string;
  /** The token's `sub`: `system:serviceaccount:<namespace>:<name>`. */
  readonly subject: string;
  readonly audience: string;
  /** The role's tags, where known: `aws:ResourceTag/*` is unknowable without. */
  readonly roleTags?: Readonly<Record<string, string>>;
  /** The instant of the request, ISO 8601: `aws:CurrentTime` and `aws:EpochTime` are unknowable without. */
  readonly now?: string;
}

/** The subject of a service account's token. */
export const subjectOf = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

/** The audience that the webhook asks for by default, in every partition (§A.8). */
export const defaultAudience = 'sts.amazonaws.com';
