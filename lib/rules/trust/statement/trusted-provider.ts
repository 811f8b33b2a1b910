import { clustersWithIssuer, type EksPrincipal, type Facts, type StatementSubject } from '../../../facts.ts';
import { cleanIssuer, parseArn, providerHostPath, valueOr } from '../../../model.ts';
import { given, nearest } from '../../../text.ts';
import { lookUpProvider, type ProviderLookup } from '../../access/trust-context.ts';
import { likenessOf } from '../../oidc/issuer-likeness.ts';
import { type Life, lifeOf } from '../../oidc/issuer-liveness.ts';
import { trustedEksPrincipals } from './role-trust.ts';
import type { StatementView } from './statement-view.ts';

/** Whether a principal is what a cluster left in a role that serves a living one: it is gone for good, and so is its
 *  provider. No token asks for the role through it any more. Or why that is not known. */
type Leftover = 'left' | 'needed' | { readonly why: string };

/** Looks at one principal of a role. */
export const leftoverOf = (subject: StatementSubject, principal: EksPrincipal, facts: Facts): Leftover => {
  const { arn } = principal;
  const own = lookUpProvider(arn, facts);
  if (parseArn(arn) === undefined || own.status === 'found') return 'needed';
  const life = lifeIn(facts, principal);
  if (life.status === 'elsewhere') return 'needed';
  const others = trustedEksPrincipals(subject, facts)
    .filter(other => other.arn !== arn)
    .map(other => servesNow(facts, other));
  if (others.every(({ status }) => status === 'gone')) return 'needed';
  const beside = others.some(({ status }) => status === 'elsewhere') ? [] : others;
  const [doubt] = [own, life, ...beside].flatMap(each => (each.status === 'unread' ? [each] : []));
  return doubt === undefined ? 'left' : { why: doubt.why };
};

/** The life of a principal's issuer; `elsewhere` also where a cluster that was read has it. */
const lifeIn = (facts: Facts, { arn, hostPath }: EksPrincipal): Life => {
  const issuer = cleanIssuer(hostPath);
  return clustersWithIssuer(facts.fleet, issuer).length > 0
    ? { status: 'elsewhere', why: 'its cluster was read' }
    : lifeOf(`https://${issuer}`, arn, facts);
};

/** As `lifeIn`, and `gone` without the provider. */
const servesNow = (facts: Facts, principal: EksPrincipal): Life => {
  const provider = lookUpProvider(principal.arn, facts);
  if (provider.status === 'absent') return { status: 'gone' };
  const life = lifeIn(facts, principal);
  return provider.status === 'found' || life.status === 'gone' ? life : { status: 'unread', why: provider.why };
};

/** An ARN that IAM gives to no provider is absent, whatever was read of the account. */
export const lookUpPrincipal = (principal: EksPrincipal, facts: Facts): ProviderLookup =>
  isPossible(principal) ? lookUpProvider(principal.arn, facts) : { status: 'absent' };

/** True for an ARN that IAM may give to a provider. */
export const isPossible = ({ arn, hostPath }: EksPrincipal): boolean =>
  parseArn(arn) !== undefined && hostPath !== '' && cleanIssuer(hostPath) === hostPath;

/** The provider that a statement means by one that does not exist; none that it names beside it. `certain`: the condition keys
 *  name its issuer, or it is of the same cluster by the id in its issuer. `alike`: it differs by a slip, as that of another
 *  cluster may. */
export interface ProviderMeant {
  readonly certain?: string;
  readonly alike?: string;
}

/** The provider that is meant. */
export const providerMeant = (view: StatementView, meant: string, facts: Facts): ProviderMeant => {
  const taken = view.principals.map(principal => principal.arn);
  const arns = valueOr(facts.snapshot.providers, [])
    .map(provider => provider.arn)
    .filter(arn => !taken.includes(arn));
  const named = view.statement.conditions.map(({ key }) => cleanIssuer(key.text.slice(0, key.text.lastIndexOf(':'))));
  const isNamed = (arn: string): boolean => named.some(issuer => arn.endsWith(`:oidc-provider/${issuer}`));
  const issuer = providerHostPath(meant) ?? '';
  const certain =
    arns.find(arn => arn === meant || isNamed(arn)) ??
    arns.find(arn => likenessOf(issuer, providerHostPath(arn) ?? '') !== undefined);
  return certain === undefined ? given({ alike: nearest(meant, arns) }) : { certain };
};
