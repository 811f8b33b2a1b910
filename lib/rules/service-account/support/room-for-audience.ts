import { audienceAsked } from '../../../facts/audience-asked.ts';
import type { Facts } from '../../../facts/facts.ts';
import { clustersOf } from '../../../facts/subjects-of.ts';
import { stripScheme } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import { longestAudience, mostAudiences } from '../../../model/quotas.ts';

/**
 * Whether a provider that takes the known audiences has room for this one, and for every other one that service accounts
 * of its cluster ask for. Where they ask for more than it can take, none of them is the one to add: whoever may create
 * service accounts would otherwise have each of their audiences worked out for every role.
 */
export const hasRoomFor = (audience: string, issuer: string, known: readonly string[], facts: Facts): boolean =>
  audience.length <= longestAudience && new Set([...known, ...askedFor(issuer, facts)]).size <= mostAudiences;

const askedByFacts = new WeakMap<Facts, Map<string, ReadonlySet<string>>>();

/** The audiences that service accounts of clusters with this issuer ask for. */
const askedFor = (issuer: string, facts: Facts): ReadonlySet<string> => {
  const byIssuer = askedByFacts.get(facts) ?? new Map<string, ReadonlySet<string>>();
  askedByFacts.set(facts, byIssuer);
  const asked =
    byIssuer.get(issuer) ??
    new Set(
      clustersOf(facts.snapshot)
        .filter(({ cluster }) => cluster.issuer !== undefined && stripScheme(cluster.issuer) === stripScheme(issuer))
        .flatMap(({ kubernetes }) =>
          kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.serviceAccounts, []),
        )
        .map(({ annotations }) => audienceAsked(annotations)),
    );
  byIssuer.set(issuer, asked);
  return asked;
};
