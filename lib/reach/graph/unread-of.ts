/** Everything of the accounts, outside of one cluster, that an absent way of the reach graph may come from. */
import { eksPrincipalsOf, type Facts } from '../../facts.ts';
import { type Collected, cleanIssuer, type ReadFailure, type Role, readFailuresOf } from '../../model.ts';
import { isForAnyone, trustPolicyOf, trustsPodIdentity } from '../../policy.ts';
import { servicesTrusted } from '../account-roles.ts';
import type { ReachGraph } from '../node/reach-graph.ts';
import type { ClustersByIssuer } from './assumers.ts';

type Missing = ReachGraph['missing'][number];

/** The unread parts of the accounts themselves: roles, providers, clusters, and accounts as a whole. */
export const missingOfAccounts = (facts: readonly Facts[]): readonly Missing[] => {
  const found = facts.flatMap(({ snapshot: { accountId, roles, providers, regions } }) => [
    ...missingOf(`roles of account ${accountId}`, roles),
    ...missingOf(`providers of account ${accountId}`, providers),
    ...regions.flatMap(({ region, clusters }) => missingOf(`clusters of account ${accountId} in ${region}`, clusters)),
  ]);
  const read = new Set(facts.map(({ snapshot }) => snapshot.accountId));
  const accounts = facts
    .flatMap(({ fleet }) => fleet.gaps)
    .filter(({ section, accountId }) => section !== 'clusters' && !read.has(accountId))
    .map(({ accountId, reason }) => sentence(`account ${accountId}`, reason));
  return [...new Map([...found, ...accounts].map(one => [one.why, one])).values()];
};

const missingOf = (name: string, section: Collected<unknown>): readonly Missing[] =>
  readFailuresOf(section).map(reason => sentence(name, reason));

const sentence = (name: string, { kind, operation, message }: ReadFailure): Missing => ({
  why: `${name}: ${operation}: ${message}`,
  isAsked: kind !== 'not-asked-for',
});

/** Why others than those of the clusters that were read may have a role; undefined for a role that no pod can have. */
export const elsewhereOf = (role: Role, facts: Facts, clusters: ClustersByIssuer): readonly string[] | undefined => {
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) return ['its trust policy is no policy'];
  const { statements } = parsed.policy;
  const issuers = new Set(
    statements.flatMap(({ principal }) => eksPrincipalsOf(principal, facts).map(one => cleanIssuer(one.hostPath))),
  );
  if (issuers.size === 0 && !trustsPodIdentity(parsed) && !statements.some(isForAnyone)) return undefined;
  return [
    ...[...issuers]
      .filter(issuer => !clusters.has(`https://${issuer}`))
      .map(issuer => `it trusts the issuer ${issuer}, which no cluster that was read has`),
    ...(servicesTrusted(role).some(service => /^ec2\.amazonaws\.com(?:\.cn)?$/.test(service))
      ? ['EC2 instances may have it, and who takes it from a node is not followed']
      : []),
  ];
};
