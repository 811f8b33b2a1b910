/** Rows of "who can assume what" that no token of a cluster makes: associations of EKS Pod Identity, and every other
 *  principal of a role that pods can assume. */
import {
  type AssociationSubject,
  associationSubjects,
  clustersOf,
  type Facts,
  type RoleSubject,
  roleSubjectsOf,
} from '../../facts.ts';
import { type Assumer, nameOfAssumer } from '../../policy.ts';
import { trustOf } from '../../rules/pod-identity/support/association-trust.ts';
import { everyoneOf, isJudgedForStrangers } from '../../rules/trust/exposure/strangers-of.ts';
import type { AccessRow } from './access-row.ts';

/** The rows of one account. */
export const rowsOfOthers = (facts: Facts): readonly AccessRow[] => {
  const associations = clustersOf(facts.snapshot).flatMap(associationSubjects);
  return roleSubjectsOf(facts).flatMap(subject => [
    ...associations
      .filter(({ association }) => association.roleArn === subject.role.arn)
      .flatMap(one => rowOfAssociation(one, subject, facts)),
    ...(isJudgedForStrangers(subject, facts) ? distinct(everyoneOf(subject, facts)).map(rowOf(subject)) : []),
  ]);
};

const rowOfAssociation = (one: AssociationSubject, { role, policy }: RoleSubject, facts: Facts): AccessRow[] => {
  const trust = policy.ok ? trustOf(one, role, facts) : undefined;
  if (trust === undefined || trust.status === 'refuses') return [];
  const { namespace, serviceAccount } = one.association;
  return [
    {
      ...{ roleArn: role.arn, clusterArn: one.cluster.arn, namespace, serviceAccount, byPodIdentity: true },
      ...(trust.status === 'unknown' ? { decision: 'unknown', because: trust.missing } : { decision: 'allow' }),
    },
  ];
};

/** Whoever certainly cannot assume the role has no row; of several statements for a principal the most open one has. */
const distinct = (everyone: readonly Assumer[]): readonly Assumer[] => {
  const rank = ({ can, stranger }: Assumer): number =>
    (stranger === undefined ? 0 : stranger.verdict === 'open' ? 4 : 2) + (can === 'yes' ? 1 : 0);
  const kept = new Map<string, Assumer>();
  for (const one of everyone) {
    if (one.can === 'no' && one.stranger === undefined) continue;
    const name = nameOfAssumer(one);
    const known = kept.get(name);
    if (known === undefined || rank(one) > rank(known)) kept.set(name, one);
  }
  return [...kept.values()];
};

const rowOf =
  ({ role }: RoleSubject) =>
  (one: Assumer): AccessRow => {
    const { can, stranger } = one;
    const because = one.because ?? stranger?.because ?? '';
    return {
      ...{ roleArn: role.arn, principal: nameOfAssumer(one) },
      ...(can === 'yes' ? { decision: 'allow' } : { decision: 'unknown', because }),
      ...(stranger ? { outside: stranger.verdict, witness: stranger.witness } : {}),
    };
  };
