import { type EksPrincipal, eksPrincipalsOf, isAuditedIssuer } from '../../facts/eks-issuer.ts';
import type { AuditSettings } from '../../facts/facts.ts';
import { serviceAccountSubjectId } from '../../facts/subject-ids.ts';
import { clustersOf } from '../../facts/subjects-of.ts';
import type { Role } from '../../model/account.ts';
import { parseArn, providerHostPath, roleNameOf } from '../../model/arn.ts';
import type { ClusterSnapshot } from '../../model/cluster.ts';
import { valueOr } from '../../model/collected.ts';
import type { Finding } from '../../model/finding.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import type { ServiceAccount } from '../../model/kubernetes.ts';
import type { AccountSnapshot, FleetIndex, IssuerTable } from '../../model/snapshot.ts';
import { mayCover } from '../../policy/decide/action.ts';
import { isForAnyone } from '../../policy/decide/web-identity.ts';
import type { ConditionTest, Statement } from '../../policy/parse/policy.ts';
import { trustPolicyOf } from '../../policy/parse/trust-policy-of.ts';
import { partsOfSubject } from '../../policy/who/service-account-subject.ts';
import { compareText } from '../../text/compare-text.ts';
import { given } from '../../text/given.ts';
import { judgeGraph } from './graph-judge.ts';
import {
  type GraphEdge,
  type GraphNode,
  type IdentityGraph,
  nodeKinds,
  type Presence,
  unreadSteps,
} from './graph-model.ts';

/** The parts that a graph is made from. `findings` colour it; waived ones do not. */
interface GraphInput {
  readonly snapshots: readonly AccountSnapshot[];
  readonly fleet: FleetIndex;
  readonly settings: AuditSettings;
  readonly issuers: IssuerTable;
  readonly findings: readonly Finding[];
}

/** A cluster while the graph is made. `accounts` says whether all of its service accounts were read. */
interface DrawnCluster {
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly accountsRead: boolean;
  /** All that were read, annotated or not, as `<namespace>/<name>`. */
  readonly accounts: ReadonlySet<string>;
}

/** A draft with what is looked up while drawing. */
interface Drawing extends GraphInput {
  readonly draft: GraphDraft;
  /** By issuer, with `https://`. */
  readonly clusters: Map<string, DrawnCluster[]>;
  /** ARNs of all roles that were read. */
  readonly roles: ReadonlySet<string>;
}

/** A provider, with its issuer without scheme. */
type ServingProvider = Pick<EksPrincipal, 'arn' | 'hostPath'>;

/** The identity graph of a run. Where the inside of a cluster was not read, the service accounts that trust policies
 *  name stand in it as `named`. */
export const graphOf = (input: GraphInput): IdentityGraph => {
  const drawing: Drawing = {
    ...input,
    draft: newDraft(),
    clusters: new Map(),
    roles: new Set(input.snapshots.flatMap(snapshot => valueOr(snapshot.roles, []).map(role => role.arn))),
  };
  for (const snapshot of input.snapshots)
    for (const cluster of clustersOf(snapshot)) drawCluster(drawing, snapshot, cluster);
  for (const snapshot of input.snapshots) drawProviders(drawing, snapshot);
  for (const snapshot of input.snapshots)
    for (const role of valueOr(snapshot.roles, [])) drawRole(drawing, snapshot, role);
  return judgeGraph(finish(drawing.draft), input.findings);
};

const drawCluster = (drawing: Drawing, account: AccountSnapshot, snapshot: ClusterSnapshot): void => {
  const { cluster, kubernetes } = snapshot;
  const { arn, accountId, region, issuer } = cluster;
  const section = kubernetes.status === 'unavailable' ? undefined : kubernetes.value.serviceAccounts;
  const accounts = section === undefined ? [] : valueOr(section, []);
  addNode(drawing.draft, {
    id: arn,
    kind: 'cluster',
    label: cluster.name,
    accountId,
    presence: 'read',
    region,
    unread: unreadSteps(account, snapshot, drawing.issuers),
    ...given({ issuer }),
  });
  const drawn: DrawnCluster = {
    arn,
    accountId,
    region,
    accountsRead: section?.status === 'complete',
    accounts: new Set(accounts.map(({ namespace, name }) => `${namespace}/${name}`)),
  };
  if (issuer !== undefined) drawing.clusters.set(issuer, [...(drawing.clusters.get(issuer) ?? []), drawn]);
  for (const annotated of accounts) drawAnnotated(drawing, drawn, annotated);
};

const drawAnnotated = (drawing: Drawing, cluster: DrawnCluster, account: ServiceAccount): void => {
  const roleArn = account.annotations[roleArnKey];
  if (roleArn === undefined && Object.keys({ ...account.annotations, ...account.labels }).length === 0) return;
  const id = drawAccount(drawing, cluster, account.namespace, account.name, 'read');
  if (roleArn === undefined) return;
  drawRoleNode(drawing, roleArn, presenceOfRole(drawing, roleArn));
  addEdge(drawing.draft, { from: id, to: roleArn, kind: 'assumes', by: 'annotation' });
};

const drawNamespace = (drawing: Drawing, { arn, accountId, region }: DrawnCluster, namespace: string): string => {
  const id = `${arn}/namespace/${namespace}`;
  addNode(drawing.draft, {
    id,
    kind: 'namespace',
    label: namespace,
    accountId,
    presence: 'read',
    region,
    clusterArn: arn,
  });
  addEdge(drawing.draft, { from: arn, to: id, kind: 'contains' });
  return id;
};

const drawAccount = (
  drawing: Drawing,
  cluster: DrawnCluster,
  namespace: string,
  name: string,
  presence: Presence,
): string => {
  const { arn, accountId, region } = cluster;
  const id = serviceAccountSubjectId(arn, namespace, name);
  addNode(drawing.draft, { id, kind: 'service-account', label: name, accountId, presence, region, clusterArn: arn });
  addEdge(drawing.draft, { from: drawNamespace(drawing, cluster, namespace), to: id, kind: 'contains' });
  return id;
};

const drawProviders = (drawing: Drawing, snapshot: AccountSnapshot): void => {
  for (const { arn } of valueOr(snapshot.providers, [])) {
    const hostPath = providerHostPath(arn);
    if (hostPath !== undefined && isAuditedIssuer(hostPath, drawing)) drawProvider(drawing, arn, hostPath, 'read');
  }
};

const drawProvider = (drawing: Drawing, arn: string, hostPath: string, presence: Presence): void => {
  const issuer = `https://${hostPath}`;
  const label = hostPath.slice(hostPath.lastIndexOf('/') + 1);
  addNode(drawing.draft, {
    id: arn,
    kind: 'provider',
    label,
    accountId: parseArn(arn)?.accountId ?? '',
    presence,
    issuer,
  });
  for (const cluster of drawing.clusters.get(issuer) ?? [])
    addEdge(drawing.draft, { from: cluster.arn, to: arn, kind: 'issues' });
};

const drawRoleNode = (drawing: Drawing, arn: string, presence: Presence): void =>
  addNode(drawing.draft, {
    id: arn,
    kind: 'role',
    label: roleNameOf(arn),
    accountId: parseArn(arn)?.accountId ?? '',
    presence,
  });

/** A role that a service account names: known to be absent only if its account's roles were all read. */
const presenceOfRole = (drawing: Drawing, arn: string): Presence => {
  if (drawing.roles.has(arn)) return 'read';
  const accountId = parseArn(arn)?.accountId;
  const snapshot = drawing.snapshots.find(candidate => candidate.accountId === accountId);
  return snapshot?.roles.status === 'complete' ? 'absent' : 'named';
};

const drawRole = (drawing: Drawing, snapshot: AccountSnapshot, role: Role): void => {
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) return;
  for (const statement of parsed.policy.statements) {
    if (statement.effect !== 'Allow') continue;
    const isOpen = isForAnyone(statement) && mayCover(statement);
    if (isOpen) drawRoleNode(drawing, role.arn, 'read');
    const trusted = eksPrincipalsOf(statement.principal, drawing);
    for (const { arn, hostPath } of isOpen ? [...trusted, ...clusterProviders(drawing, snapshot)] : trusted) {
      drawRoleNode(drawing, role.arn, 'read');
      drawProvider(drawing, arn, hostPath, presenceOfProvider(snapshot, arn));
      addEdge(drawing.draft, { from: role.arn, to: arn, kind: 'trusts' });
      for (const cluster of drawing.clusters.get(`https://${hostPath}`) ?? [])
        drawAdmission(drawing, cluster, statement, role.arn);
    }
  }
};

/** The providers of an account that serve a cluster of the graph: all of them reach a role that is open to everyone. */
const clusterProviders = ({ clusters }: Drawing, { providers }: AccountSnapshot): readonly ServingProvider[] =>
  valueOr(providers, []).flatMap(({ arn }) => {
    const hostPath = providerHostPath(arn);
    return hostPath !== undefined && clusters.has(`https://${hostPath}`) ? [{ arn, hostPath }] : [];
  });

/** STS looks for the provider in the role's own account (docs/facts.md §A.1). */
const presenceOfProvider = ({ providers }: AccountSnapshot, arn: string): Presence => {
  if (valueOr(providers, []).some(provider => provider.arn === arn)) return 'read';
  return providers.status === 'complete' ? 'absent' : 'named';
};

const drawAdmission = (drawing: Drawing, cluster: DrawnCluster, statement: Statement, roleArn: string): void => {
  const { accounts, patterns, anyone } = admissionOf(statement);
  const unread: Presence = cluster.accountsRead ? 'absent' : 'named';
  for (const { namespace, name } of accounts) {
    const id = serviceAccountSubjectId(cluster.arn, namespace, name);
    const presence = cluster.accounts.has(`${namespace}/${name}`) ? 'read' : unread;
    drawAccount(drawing, cluster, namespace, name, presence);
    addEdge(drawing.draft, { from: id, to: roleArn, kind: 'assumes', by: 'trust' });
  }
  for (const pattern of patterns) {
    const namespace = namespaceOfPattern(pattern);
    const from = namespace === undefined ? cluster.arn : drawNamespace(drawing, cluster, namespace);
    addEdge(drawing.draft, { from, to: roleArn, kind: 'admits', pattern });
  }
  if (anyone) addEdge(drawing.draft, { from: cluster.arn, to: roleArn, kind: 'admits', pattern: 'any subject' });
};

/** A graph in the making: nodes and edges by key, so that what is named twice stands once. */
interface GraphDraft {
  readonly nodes: Map<string, GraphNode>;
  readonly edges: Map<string, GraphEdge>;
}

/** An empty draft. */
const newDraft = (): GraphDraft => ({ nodes: new Map(), edges: new Map() });

const certainty: Readonly<Record<Presence, number>> = { named: 0, absent: 1, read: 2 };

/** Adds a node, or replaces one of which less was known: seen beats known to be absent beats named. */
const addNode = (draft: GraphDraft, node: Omit<GraphNode, 'findings' | 'severity'>): void => {
  const known = draft.nodes.get(node.id);
  if (known && certainty[known.presence] >= certainty[node.presence]) return;
  draft.nodes.set(node.id, { ...node, findings: [] });
};

/** Adds an edge; an `assumes` edge that annotation and trust policy both name becomes one by both. */
const addEdge = (draft: GraphDraft, edge: Omit<GraphEdge, 'state'>): void => {
  const key = JSON.stringify([edge.from, edge.to, edge.kind, edge.pattern ?? '']);
  const known = draft.edges.get(key);
  if (known?.by !== undefined && edge.by !== undefined && known.by !== edge.by)
    draft.edges.set(key, { ...known, by: 'both' });
  else if (!known) draft.edges.set(key, { ...edge, state: 'ok' });
};

/** The draft as a graph: sorted, and without edges that lead nowhere. */
const finish = (draft: GraphDraft): IdentityGraph => ({
  nodes: [...draft.nodes.values()].sort(
    (a, b) => nodeKinds.indexOf(a.kind) - nodeKinds.indexOf(b.kind) || compareText(a.id, b.id),
  ),
  edges: [...draft.edges]
    .filter(([, edge]) => draft.nodes.has(edge.from) && draft.nodes.has(edge.to))
    .sort(([a], [b]) => compareText(a, b))
    .map(([, edge]) => edge),
});

/** The subjects that a statement's tests of `:sub` allow: service accounts by name, patterns of subjects, or anyone. */
interface Admission {
  readonly accounts: readonly { readonly namespace: string; readonly name: string }[];
  readonly patterns: readonly string[];
  readonly anyone: boolean;
}

/** Reads which subjects a statement allows, for drawing: positive tests of `:sub` only. The rules decide its exact
 *  meaning. */
const admissionOf = (statement: Statement): Admission => {
  const tests = statement.conditions.filter(isSubjectTest);
  if (tests.length === 0) return { accounts: [], patterns: [], anyone: true };
  const values = tests.flatMap(test =>
    test.values.map(value => ({ text: value.text, like: /Like/i.test(test.operator) })),
  );
  const accounts: { namespace: string; name: string }[] = [];
  const patterns: string[] = [];
  for (const { text, like } of values) {
    const account = /[*?]/.test(text) ? undefined : partsOfSubject(text);
    if (account !== undefined) accounts.push(account);
    else if (like && /[*?]/.test(text)) patterns.push(text);
  }
  return { accounts, patterns, anyone: false };
};

const isSubjectTest = (test: ConditionTest): boolean =>
  /:sub$/i.test(test.key.text) && /^(ForAnyValue:)?String(Equals|Like)(IgnoreCase)?$/.test(test.operator);

/** The namespace that a subject pattern is confined to; undefined if it reaches across namespaces. */
const namespaceOfPattern = (pattern: string): string | undefined => {
  const namespace = partsOfSubject(pattern)?.namespace;
  return namespace === undefined || /[*?]/.test(namespace) ? undefined : namespace;
};
