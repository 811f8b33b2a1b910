/** The default of a question, taken from the policy itself. */
import { parseArn, providerHostPath } from '../../model.ts';
import { withoutTrailingSlashes } from '../../text.ts';
import type { Policy } from '../parse/policy.ts';

/** A provider that the policy trusts, as its ARN says. */
interface TrustedProvider {
  readonly arn: string;
  /** With `https://`. */
  readonly issuer: string;
  readonly partition: string;
  readonly accountId: string;
}

/** Every OIDC provider that a policy's statements name, in order, each once. */
export const providersIn = (policy: Pick<Policy, 'statements'>): readonly TrustedProvider[] => {
  const found = new Map<string, TrustedProvider>();
  for (const { principal } of policy.statements) {
    if (principal?.kind !== 'typed') continue;
    for (const { type, value } of principal.entries) {
      const host = type === 'Federated' ? providerHostPath(value.text) : undefined;
      const arn = parseArn(value.text);
      const issuer = host === undefined ? '' : issuerOf(host);
      if (issuer === '' || !arn) continue;
      const { partition, accountId } = arn;
      found.set(value.text, { arn: value.text, issuer: `https://${issuer}`, partition, accountId });
    }
  }
  return [...found.values()];
};

/** The issuer that a provider's ARN means, where it has a scheme, a whole URL or a slash too much: tokens carry that one. */
const issuerOf = (host: string): string => withoutTrailingSlashes(host.replace(/^[^"'{}]*https?:\/\//i, ''));

/** An issuer that no cluster has: stands in where neither the question nor the policy names one. */
export const noIssuer = 'https://issuer.invalid/none';

/** The issuer and role of a question. Without issuer it is the first provider's (ask `issuersOfPolicy` first: it may be
 *  no cluster's, or one of several); without role ARN the role is taken to be
 *  in the account of the provider that serves the issuer, as IAM demands (IAM User Guide, OIDC roles). */
export const completeQuestion = (
  policy: Policy,
  given: { readonly issuer?: string | undefined; readonly roleArn?: string | undefined },
): { readonly issuer: string; readonly roleArn: string } => {
  if (given.issuer !== undefined && given.roleArn !== undefined)
    return { issuer: given.issuer, roleArn: given.roleArn };
  const providers = providersIn(policy);
  const issuer = given.issuer ?? providers[0]?.issuer ?? noIssuer;
  const home = providers.find(provider => provider.issuer === issuer) ?? providers[0];
  const role = `arn:${home?.partition ?? 'aws'}:iam::${home?.accountId ?? '000000000000'}:role/unnamed`;
  return { issuer, roleArn: given.roleArn ?? role };
};
