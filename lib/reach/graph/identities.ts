/** Whoever can do something in a cluster, with the grants that are theirs by name. */

import type { AccessEntry, AwsAuthMapping, RbacSubject } from '../../model.ts';
import { partsOfSubject } from '../../policy.ts';
import { accountNode, groupNode, principalNode, rightsNode, userNode } from '../node/ids.ts';
import type { ReachEdge, ReachNode } from '../node/reach-graph.ts';
import { grantsOfPolicy } from '../rbac/access-policies.ts';
import { grantsOfBinding, type Rbac, type RbacGrant } from '../rbac/grants.ts';
import {
  accountsGroupOf,
  authenticatedGroup,
  mastersGroup,
  serviceAccountsGroup,
  unauthenticatedGroup,
} from '../rbac/identity.ts';

/** An identity with the grants that name it, and not those of its groups. */
export interface RbacIdentity {
  readonly node: ReachNode;
  readonly grants: readonly RbacGrant[];
}

/** The identities of a cluster by the id of their nodes, and the ways of membership between them. */
export interface Identities {
  readonly identities: readonly RbacIdentity[];
  readonly edges: readonly ReachEdge[];
  /** ARNs of access policies whose rules are not known, with the principals that have them. */
  readonly unknownPolicies: readonly { readonly principalArn: string; readonly policy: string }[];
}

/** An IAM principal as a cluster knows it. */
type Principal = Pick<AccessEntry, 'principalArn' | 'username' | 'groups'> &
  Partial<Pick<AccessEntry, 'policies' | 'type'>> & { readonly by: string };

/** The principals of access entries and of aws-auth. */
export const clusterPrincipalsOf = (
  entries: readonly AccessEntry[],
  mappings: readonly AwsAuthMapping[],
): readonly Principal[] => [
  ...entries.map(entry => ({ ...entry, by: `access entry ${entry.principalArn}` })),
  ...mappings.map(mapping => ({ ...mapping, by: `ConfigMap aws-auth, ${mapping.principalArn}` })),
];

/** Every identity that bindings or principals name, and every service account. */
export const identitiesOf = (
  clusterArn: string,
  rbac: Rbac,
  accounts: ReadonlyMap<string, readonly string[]>,
  principals: readonly Principal[],
): Identities => {
  const found = new Map<string, { readonly node: ReachNode; readonly grants: RbacGrant[]; isOwn: boolean }>();
  const add = (node: ReachNode, grants: readonly RbacGrant[] = [], isOwn = false): ReachNode => {
    const known = found.get(node.id) ?? { node, grants: [], isOwn: true };
    known.grants.push(...grants);
    known.isOwn &&= isOwn;
    found.set(node.id, known);
    return node;
  };
  add(groupNode(clusterArn, mastersGroup), [], true);
  for (const [namespace, names] of accounts)
    for (const name of names) add(rightsNode(clusterArn, namespace, name), [], true);
  for (const bound of rbac.bindings)
    for (const subject of bound.binding.subjects) {
      const node = nodeOfSubject(clusterArn, subject, bound.binding.namespace);
      if (node !== undefined) add(node, grantsOfBinding(bound), /^(?:system|eks):/.test(bound.binding.name));
    }
  const edges: ReachEdge[] = [];
  const unknownPolicies: { readonly principalArn: string; readonly policy: string }[] = [];
  for (const principal of principals) {
    const policies = (principal.policies ?? []).map(policy => ({ policy, grants: grantsOfPolicy(policy) }));
    const node = add(
      principalNode(clusterArn, principal.principalArn, isOfNodes(principal)),
      policies.flatMap(({ grants }) => grants ?? []),
    );
    for (const { policy, grants } of policies)
      if (grants === undefined) unknownPolicies.push({ principalArn: principal.principalArn, policy: policy.arn });
    const { by, groups, username } = principal;
    for (const group of groups)
      if (!isTemplate(group))
        edges.push({ from: node.id, to: add(groupNode(clusterArn, group)).id, way: 'mapped', by });
    const user = userNode(clusterArn, username);
    if (found.has(user.id)) edges.push({ from: node.id, to: user.id, way: 'mapped', by });
    for (const other of [...found.values()].map(one => one.node))
      if (isMade(other, username, groups))
        edges.push({ from: node.id, to: other.id, way: 'mapped', by, depends: `its session has to be named so` });
  }
  const identities = [...found.values()].map(({ node, grants, isOwn }) => ({
    node: withMark(node, grants, isOwn),
    grants,
  }));
  return { identities, edges: [...edges, ...memberships(clusterArn, identities)], unknownPolicies };
};

/** Names of users and groups may have parts that each session fills, without colons: `{{SessionName}}`, `{{AccountID}}` (aws-iam-authenticator,
 *  README, "Full Configuration Format"; EKS User Guide, "Create access entries"). */
const isTemplate = (text: string): boolean => text.includes('{{');

/** True for a user or group that a template may be for some session. */
const isMade = ({ kind, name }: ReachNode, username: string, groups: readonly string[]): boolean =>
  (kind === 'user' && isTemplate(username) && templateOf(username).test(name)) ||
  (kind === 'group' && groups.some(group => isTemplate(group) && templateOf(group).test(name)));

const templateOf = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split(/\{\{\w+\}\}/)
      .map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[\\w+=,.@-]+')}$`,
  );

const isOfNodes = ({ type = 'STANDARD', groups }: Principal): boolean =>
  type !== 'STANDARD' || groups.includes('system:nodes');

/** A service account of kube-system whose only rights come from bindings of Kubernetes or EKS is a built-in controller. */
const withMark = (node: ReachNode, grants: readonly RbacGrant[], isOwn: boolean): ReachNode =>
  node.kind === 'rights' && node.namespace === 'kube-system' && grants.length > 0 && isOwn
    ? { ...node, isBuiltIn: true }
    : node;

const nodeOfSubject = (
  clusterArn: string,
  { kind, name, namespace }: RbacSubject,
  ofBinding: string | undefined,
): ReachNode | undefined => {
  if (kind === 'Group') return groupNode(clusterArn, name);
  if (kind === 'User') {
    const account = partsOfSubject(name);
    return account ? rightsNode(clusterArn, account.namespace, account.name) : userNode(clusterArn, name);
  }
  const own = namespace || ofBinding;
  return kind === 'ServiceAccount' && own !== undefined ? rightsNode(clusterArn, own, name) : undefined;
};

/** Everyone is in the groups that the API server gives: those of them that some binding names. */
const memberships = (clusterArn: string, identities: readonly RbacIdentity[]): readonly ReachEdge[] => {
  const known = new Set(identities.map(({ node }) => node.id));
  const edge = (from: ReachNode, group: string): readonly ReachEdge[] => {
    const to = groupNode(clusterArn, group).id;
    return known.has(to) && to !== from.id ? [{ from: from.id, to, way: 'member', by: `group ${group}` }] : [];
  };
  return identities.flatMap(({ node }) => {
    if (node.kind === 'rights')
      return [
        ...edge(node, accountsGroupOf(node.namespace ?? '')),
        ...edge(node, serviceAccountsGroup),
        ...edge(node, authenticatedGroup),
      ];
    if (node.kind === 'group' && node.name.startsWith(`${serviceAccountsGroup}:`))
      return [...edge(node, serviceAccountsGroup), ...edge(node, authenticatedGroup)];
    const isKnown = node.name !== unauthenticatedGroup && node.name !== 'system:anonymous';
    return isKnown ? edge(node, authenticatedGroup) : edge(node, unauthenticatedGroup);
  });
};

/** Whoever has a service account has its Kubernetes rights. */
export const rightsOfAccount = (clusterArn: string, namespace: string, name: string): ReachEdge => ({
  from: accountNode(clusterArn, namespace, name).id,
  to: rightsNode(clusterArn, namespace, name).id,
  way: 'token',
  by: `ServiceAccount ${namespace}/${name}`,
});
