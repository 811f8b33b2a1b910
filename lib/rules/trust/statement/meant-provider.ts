import type { EksPrincipal } from '../../../facts/eks-issuer.ts';
import type { Facts } from '../../../facts/facts.ts';
import { parseArn } from '../../../model/arn.ts';
import { cleanIssuer } from '../../../model/clean-issuer.ts';
import { valueOr } from '../../../model/collected.ts';
import { nearest } from '../../../text/nearest.ts';
import { lookUpProvider, type ProviderLookup } from '../../access/trust-context.ts';
import type { StatementView } from './statement-view.ts';

/** An ARN that IAM gives to no provider is absent, whatever was read of the account. */
export const lookUpPrincipal = (principal: EksPrincipal, facts: Facts): ProviderLookup =>
  isPossible(principal) ? lookUpProvider(principal.arn, facts) : { status: 'absent' };

/** True for an ARN that IAM may give to a provider. */
export const isPossible = ({ arn, hostPath }: EksPrincipal): boolean =>
  parseArn(arn) !== undefined && hostPath !== '' && cleanIssuer(hostPath) === hostPath;

/** The provider that is most likely meant: one whose issuer the condition keys name, else one that differs by a slip;
 *  none that the statement names beside it. */
export const nearestProvider = (view: StatementView, meant: string, facts: Facts): string | undefined => {
  const taken = view.principals.map(principal => principal.arn);
  const arns = valueOr(facts.snapshot.providers, [])
    .map(provider => provider.arn)
    .filter(arn => !taken.includes(arn));
  const named = view.statement.conditions.map(({ key }) => cleanIssuer(key.text.slice(0, key.text.lastIndexOf(':'))));
  const isNamed = (arn: string): boolean => named.some(issuer => arn.endsWith(`:oidc-provider/${issuer}`));
  return arns.find(arn => arn === meant || isNamed(arn)) ?? nearest(meant, arns);
};
