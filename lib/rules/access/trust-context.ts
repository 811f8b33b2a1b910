/** The parts of a question to a trust policy: the provider, the issuer, the audience. */
import type { Facts } from '../../facts.ts';
import { type Provider, type Role, readFailuresOf, valueOr } from '../../model.ts';
import type { TrustContext } from '../../policy.ts';
import { given } from '../../text.ts';

/** The provider in the role's account: the provider, its absence, or that it was not read. */
export type ProviderLookup =
  | { readonly status: 'found'; readonly provider: Provider }
  | { readonly status: 'absent' }
  | { readonly status: 'unread'; readonly why: string };

/** Looks a provider up by its exact ARN in the account that is audited. */
export const lookUpProvider = (arn: string, { snapshot }: Facts): ProviderLookup => {
  const provider = valueOr(snapshot.providers, []).find(one => one.arn === arn);
  if (provider) return { status: 'found', provider };
  const [unread] = readFailuresOf(snapshot.providers);
  return unread ? { status: 'unread', why: `${unread.operation}: ${unread.message}` } : { status: 'absent' };
};

/** Everything of a request but its subject: tokens of an issuer (without scheme) with an audience, at the run's instant. */
export const trustContextFor = (
  { role }: { readonly role: Role },
  { now }: { readonly now: string | undefined },
  issuer: string,
  audience: string,
): TrustContext => ({
  roleArn: role.arn,
  issuer: `https://${issuer}`,
  audience,
  ...given({ now }),
  ...(role.detail.status === 'complete' ? { roleTags: role.detail.value.tags } : {}),
});
