/** The reach graph of audited accounts. */

import { clustersOf, type Facts } from '../../facts.ts';
import { audienceKey, type ClusterSnapshot, roleArnKey, valueOr } from '../../model.ts';
import {
  accountOfSubject,
  defaultAudience,
  setContains,
  setMayContain,
  subjectOf,
  trustPolicyOf,
} from '../../policy.ts';
import { given } from '../../text.ts';
import { accountNode, roleNode } from '../node/ids.ts';
import type { ReachEdge, ReachGraph, ReachNode } from '../node/reach-graph.ts';
import { type Assumers, assumersOf, clustersByIssuer } from './assumers.ts';
import { type Assumable, clusterReach } from './cluster-reach.ts';
import { elsewhereOf, missingOfAccounts } from './unread-of.ts';

type ByAccount = Map<string, Assumable[]>;

/** By the list of accounts: rules of every cluster ask. */
const known = new WeakMap<object, ReachGraph>();

/** The graph of one account: made once. */
export const reachOfAccount = (facts: Facts): ReachGraph => {
  const graph = known.get(facts.snapshot) ?? reachGraphOf([facts]);
  known.set(facts.snapshot, graph);
  return graph;
};

/** Who can become what in all clusters of these accounts, and which roles of theirs that gives. */
export const reachGraphOf = (facts: readonly Facts[]): ReachGraph => {
  const clusters = facts.flatMap(({ snapshot }) => clustersOf(snapshot));
  const assumable = new Map(clusters.map(one => [one, associated(one)]));
  const byIssuer = clustersByIssuer(facts);
  const nodes = new Map<string, ReachNode>();
  const elsewhere: Record<string, readonly string[]> = {};
  for (const account of facts)
    for (const role of valueOr(account.snapshot.roles, [])) {
      const others = elsewhereOf(role, account, byIssuer);
      if (others !== undefined) nodes.set(role.arn, roleNode(role.arn));
      if (others !== undefined && others.length > 0) elsewhere[role.arn] = others;
      const parsed = trustPolicyOf(role);
      if (!parsed.ok) continue;
      for (const one of assumersOf(account, role, parsed.policy, byIssuer))
        note(assumable.get(one.cluster), one, role.arn);
    }
  const edges: ReachEdge[] = [];
  const missing = [...missingOfAccounts(facts)];
  const read = new Set(facts.map(({ snapshot }) => snapshot.accountId));
  for (const [snapshot, roles] of assumable) {
    noteForeign(roles, snapshot, read);
    const reach = clusterReach(snapshot, roles);
    const clusterArn = snapshot.cluster.arn;
    // The first one says whether it is built in.
    for (const node of [...reach.nodes, ...[...roles.values()].flat().map(({ roleArn }) => roleNode(roleArn))])
      if (!nodes.has(node.id)) nodes.set(node.id, node);
    for (const edge of reach.edges) edges.push(edge);
    for (const edge of rolesOfAccounts(clusterArn, roles)) edges.push(edge);
    missing.push(...reach.missing.map(one => ({ clusterArn, ...one })));
  }
  return { nodes, edges, missing, elsewhere };
};

/** The roles of EKS Pod Identity: a pod gets the second role where there is one. */
const associated = ({ podIdentity }: ClusterSnapshot): ByAccount => {
  const found: ByAccount = new Map();
  for (const { namespace, serviceAccount, roleArn, targetRoleArn } of valueOr(podIdentity, [])) {
    const given = targetRoleArn ?? roleArn;
    if (given !== undefined) found.set(`${namespace}/${serviceAccount}`, [{ roleArn: given }]);
  }
  return found;
};

/** Notes a role for the service accounts of a cluster that may assume it: those that exist, and those that it names. */
const note = (found: ByAccount | undefined, { cluster, audience, set, doubt }: Assumers, roleArn: string): void => {
  if (found === undefined || set.kind === 'none') return;
  const inside =
    cluster.kubernetes.status === 'unavailable' ? [] : valueOr(cluster.kubernetes.value.serviceAccounts, []);
  const isOpen = set.kind === 'any' || set.kind === 'unknown' || set.patterns.length > 0;
  const names = new Set(set.subjects.flatMap(subject => keyOf(subject)));
  for (const { namespace, name } of isOpen ? inside : []) names.add(`${namespace}/${name}`);
  for (const key of names) {
    const [namespace = '', name = ''] = key.split('/');
    const subject = subjectOf(namespace, name);
    const isCertain = setContains(set, subject);
    if (!isCertain && !setMayContain(set, subject)) continue;
    const depends = isCertain ? doubt : (set.because ?? 'its trust policy may refuse it');
    found.set(key, [...(found.get(key) ?? []), { roleArn, audience, ...given({ depends }) }]);
  }
};

/** Notes the role of an account that was not read for the service account that names it: whether the role trusts it is open. */
const noteForeign = (found: ByAccount, { kubernetes }: ClusterSnapshot, read: ReadonlySet<string>): void => {
  const accounts = kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.serviceAccounts, []);
  for (const { namespace, name, annotations } of accounts) {
    const roleArn = annotations[roleArnKey] ?? '';
    const accountId = /^arn:[^:]+:iam::(\d{12}):role\/./.exec(roleArn)?.[1];
    if (accountId === undefined || read.has(accountId)) continue;
    const key = `${namespace}/${name}`;
    const depends = `the role trusts it: account ${accountId} was not read`;
    found.set(key, [
      ...(found.get(key) ?? []),
      { roleArn, audience: annotations[audienceKey] ?? defaultAudience, depends },
    ]);
  }
};

const keyOf = (subject: string): readonly string[] => {
  const account = accountOfSubject(subject);
  return account === undefined ? [] : [`${account.namespace}/${account.name}`];
};

/** Whoever has a service account asks for a token of the audience, or runs a pod that gets the role. */
const rolesOfAccounts = (clusterArn: string, roles: ByAccount): readonly ReachEdge[] =>
  [...roles].flatMap(([key, list]) => {
    const [namespace = '', name = ''] = key.split('/');
    const from = accountNode(clusterArn, namespace, name).id;
    return list.map(
      ({ roleArn, audience, depends }): ReachEdge => ({
        ...{ from, to: roleArn, way: audience === undefined ? 'pod-identity' : 'assume' },
        by:
          audience === undefined
            ? `Pod Identity association of ${key}`
            : `trust policy of ${roleArn}, audience ${audience}`,
        ...given({ depends }),
      }),
    );
  });
