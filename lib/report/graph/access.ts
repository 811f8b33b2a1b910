import type { Facts } from '../../facts.ts';
import { type ClusterSnapshot, notAskedFor, roleArnKey, type ServiceAccount, valueOr } from '../../model.ts';
import {
  accountOfSubject,
  globMatches,
  type SubjectSet,
  setContains,
  subjectOf,
  trustPolicyOf,
  wildcardGlob,
} from '../../policy.ts';
import { type Assumers, assumersOf, type ClustersByIssuer, clustersByIssuer } from '../../reach/graph/assumers.ts';
import { compareText } from '../../text.ts';
import { rowsOfOthers } from './access-of-others.ts';
import type { AccessRow, AccessTable } from './access-row.ts';
import { levelRowsOf } from './level-rows.ts';

/** Who may assume what: service accounts of clusters that were read, and every other principal of a role that pods can assume.
 *  The trust policy, the audiences of the role's provider and the resource control policies that were read decide, by the
 *  same evaluator as `who-can-assume`. Rows are sorted. */
export const accessOf = (facts: readonly Facts[]): AccessTable => {
  const byIssuer = clustersByIssuer(facts);
  const clusters = accessClusters(byIssuer);
  const missing = facts.flatMap(unreadSentences);
  const rows = facts.flatMap(account =>
    valueOr(account.snapshot.roles, []).flatMap(role => {
      const parsed = trustPolicyOf(role);
      if (parsed.ok) return rowsOfRole(assumersOf(account, role, parsed.policy, byIssuer), role.arn, clusters);
      missing.push(`the trust policy of ${role.arn} could not be parsed`);
      return [];
    }),
  );
  const others = facts.flatMap(rowsOfOthers);
  const levels = levelRowsOf(facts);
  return { rows: [...rows, ...others].sort(compareRows), missing, ...levels };
};

/** The rows of roles for clusters, by the role's ARN, as if the account of the role had their providers, with the usual audience. */
export const rowsIfProvided = (
  facts: readonly Facts[],
  clustersOfRoles: ReadonlyMap<string, ReadonlySet<string>>,
): readonly AccessRow[] => {
  if (clustersOfRoles.size === 0) return [];
  const byIssuer = clustersByIssuer(facts);
  const clusters = accessClusters(byIssuer);
  return facts.flatMap(account => {
    const unread = { ...account, snapshot: { ...account.snapshot, providers: notAskedFor<never>('providers') } };
    return valueOr(account.snapshot.roles, []).flatMap(role => {
      const asked = clustersOfRoles.get(role.arn);
      const parsed = asked && trustPolicyOf(role);
      if (!parsed?.ok) return [];
      const rows = rowsOfRole(assumersOf(unread, role, parsed.policy, byIssuer), role.arn, clusters);
      return rows.filter(({ clusterArn = '' }) => asked?.has(clusterArn));
    });
  });
};

/** A cluster that was read; `accounts` by the subject of their tokens, absent where some may not have been read. */
interface AccessCluster {
  readonly arn: string;
  readonly accounts?: ReadonlyMap<string, ServiceAccount>;
}

/** By the snapshot of the cluster: every role asks. */
const accessClusters = (clusters: ClustersByIssuer): ReadonlyMap<ClusterSnapshot, AccessCluster> =>
  new Map([...clusters.values()].flat().map(snapshot => [snapshot, accessClusterOf(snapshot)]));

const accessClusterOf = ({ cluster, kubernetes }: ClusterSnapshot): AccessCluster => {
  const section = kubernetes.status === 'unavailable' ? kubernetes : kubernetes.value.serviceAccounts;
  return {
    arn: cluster.arn,
    ...(section.status === 'complete'
      ? { accounts: new Map(section.value.map(one => [subjectOf(one.namespace, one.name), one])) }
      : {}),
  };
};

const unreadSentences = ({ snapshot: { accountId, roles, regions } }: Facts): readonly string[] => [
  ...(roles.status === 'complete' ? [] : [`not all roles of account ${accountId} were read`]),
  ...regions
    .filter(({ clusters }) => clusters.status !== 'complete')
    .map(({ region }) => `not all clusters of account ${accountId} in ${region} were read`),
];

const rowsOfRole = (
  assumers: readonly Assumers[],
  roleArn: string,
  clusters: ReadonlyMap<ClusterSnapshot, AccessCluster>,
): readonly AccessRow[] =>
  [...Map.groupBy(assumers, ({ cluster }) => cluster)].flatMap(([snapshot, sets]) => {
    const cluster = clusters.get(snapshot);
    if (cluster === undefined) return [];
    return onePerSubject(sets.flatMap(({ set, doubt }) => rowsOfSet(set, { cluster, roleArn, doubt })));
  });

/** The parts that the rows of a set are made with. */
interface RowContext {
  readonly cluster: AccessCluster;
  readonly roleArn: string;
  readonly doubt: string | undefined;
}

const rowsOfSet = (set: SubjectSet, { cluster, roleArn, doubt }: RowContext): readonly AccessRow[] => {
  if (set.kind === 'none') return [];
  const because = set.because ?? doubt;
  const common = {
    ...{ roleArn, clusterArn: cluster.arn },
    ...(because === undefined ? { decision: 'allow' as const } : { decision: 'unknown' as const, because }),
  };
  const unnamed = set.subjects.length + set.patterns.length === 0;
  const patterns = set.kind === 'any' || unnamed ? ['*'] : set.patterns;
  const except = set.except.length === 0 ? {} : { except: set.except };
  return [
    ...set.subjects.map(subject => ({ ...common, ...accountRow(subject, roleArn, cluster) })),
    ...patterns.map(pattern => ({ ...common, pattern, ...except, ...membersOf(set, pattern, cluster) })),
  ];
};

/** How many service accounts of the cluster match a pattern of the set and are certainly allowed. */
const membersOf = (set: SubjectSet, pattern: string, { accounts }: AccessCluster): Pick<AccessRow, 'members'> => {
  if (accounts === undefined || set.kind === 'unknown') return {};
  const glob = wildcardGlob(pattern);
  return {
    members: [...accounts.keys()].filter(subject => globMatches(glob, subject) && setContains(set, subject)).length,
  };
};

const accountRow = (subject: string, roleArn: string, { accounts }: AccessCluster): Partial<AccessRow> => {
  const account = accountOfSubject(subject);
  if (account === undefined) return { pattern: subject };
  const names = { namespace: account.namespace, serviceAccount: account.name };
  if (accounts === undefined) return names;
  const found = accounts.get(subject);
  if (found === undefined) return { ...names, state: 'absent' };
  return { ...names, state: found.annotations[roleArnKey] === roleArn ? 'annotated' : 'present' };
};

const keyOf = ({ namespace, serviceAccount, pattern, except = [] }: AccessRow): string =>
  JSON.stringify([namespace, serviceAccount, pattern, except]);

/** A subject that may come with one of several audiences is told once, with the most certain answer. */
const onePerSubject = (rows: readonly AccessRow[]): readonly AccessRow[] => {
  const kept = new Map<string, AccessRow>();
  for (const row of rows) if (kept.get(keyOf(row))?.decision !== 'allow') kept.set(keyOf(row), row);
  return [...kept.values()];
};

const compareRows = (a: AccessRow, b: AccessRow): number =>
  compareText(a.clusterArn ?? '', b.clusterArn ?? '') ||
  compareText(a.namespace ?? '', b.namespace ?? '') ||
  compareText(whoIn(a), whoIn(b)) ||
  compareText(a.roleArn, b.roleArn);

const whoIn = ({ serviceAccount, pattern, principal }: AccessRow): string =>
  serviceAccount ?? pattern ?? principal ?? '';
