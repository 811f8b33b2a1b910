import type { Facts } from '../../../evaluate/facts.ts';
import { parseArn, providerHostPath } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import { nearest } from '../../../text/nearest.ts';
import type { EksPrincipal } from '../../../trust/eks-issuer.ts';
import { cleanIssuer, lookUpProvider, type ProviderLookup, type StatementView } from './statement-view.ts';

/** An ARN that IAM gives to no provider is absent, whatever was read of the account. */
export const lookUpPrincipal = (principal: EksPrincipal, facts: Facts): ProviderLookup =>
  isPossible(principal) ? lookUpProvider(principal.arn, facts) : { status: 'absent' };

/** True for an ARN that IAM may give to a provider. */
export const isPossible = ({ arn, hostPath }: EksPrincipal): boolean =>
  parseArn(arn) !== undefined && cleanIssuer(hostPath) === hostPath;

/** The provider that is most likely meant: one whose issuer the condition keys name, else one that differs by a slip. */
export const nearestProvider = (view: StatementView, meant: string, facts: Facts): string | undefined => {
  const arns = valueOr(facts.snapshot.providers, []).map(provider => provider.arn);
  const named = view.statement.conditions.map(({ key }) => cleanIssuer(key.text.slice(0, key.text.lastIndexOf(':'))));
  return arns.find(arn => arn === meant || named.includes(providerHostPath(arn) ?? '')) ?? nearest(meant, arns);
};
