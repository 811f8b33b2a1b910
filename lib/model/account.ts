import type { Collected } from './collected.ts';

/** An IAM OpenID Connect provider. The ARN comes from the list; the rest from GetOpenIDConnectProvider. */
export interface Provider {
  readonly arn: string;
  readonly detail: Collected<ProviderDetail>;
}

/** `url` is without scheme, as IAM gives it. Thumbprints keep the case that IAM holds. */
export interface ProviderDetail {
  readonly url: string;
  readonly audiences: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdAt?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** An IAM role. */
export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly createdAt?: string;
  /** The trust policy's text, URL-decoded if it came encoded, otherwise as it is. */
  readonly trustPolicy: string;
  /** Read only with `roleDetails` (GetAccountAuthorizationDetails). */
  readonly detail: Collected<RoleDetail>;
}

/** The facts of a role in IAM beyond its trust policy. */
export interface RoleDetail {
  /** ISO 8601; absent if not used in the 400 days that IAM tracks. */
  readonly lastUsedAt?: string;
  readonly attachedPolicyArns: readonly string[];
  /** An inline or attached policy allows every action on every resource. */
  readonly isAdministrator: boolean;
  readonly tags: Readonly<Record<string, string>>;
}
