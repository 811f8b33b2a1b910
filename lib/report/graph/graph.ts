import {
  clustersOf,
  type EksPrincipal,
  eksPrincipalsOf,
  type Facts,
  isAuditedIssuer,
  serviceAccountSubjectId,
} from '../../facts.ts';
import {
  type AccountSnapshot,
  type ClusterSnapshot,
  type Finding,
  parseArn,
  providerHostPath,
  type Role,
  roleArnKey,
  roleNameOf,
  type ServiceAccount,
  valueOr,
} from '../../model.ts';
import { isForAnyone, mayCover, partsOfSubject, trustPolicyOf } from '../../policy.ts';
import { given } from '../../text.ts';
import { rowsIfProvided } from './access.ts';
import type { AccessRow, AccessTable } from './access-row.ts';
import { addEdge, addNode, edgeKey, finish, type GraphDraft, newDraft } from './graph-draft.ts';
import { judgeGraph } from './graph-judge.ts';
import { type GraphEdge, type GraphNode, type IdentityGraph, type Presence, unreadSteps } from './graph-model.ts';
import { coversAccount, isEveryAccount, whoOf } from './who-of.ts';

/** The parts that a graph is made from: the accounts of a run, and who may assume what. `findings` colour it; waived ones do
 *  not. */
interface GraphInput {
  readonly facts: readonly Facts[];
  readonly access: AccessTable;
  readonly findings: readonly Finding[];
}

/** A cluster while the graph is made. */
type DrawnCluster = Pick<GraphNode, 'accountId' | 'region'> & { readonly arn: string };

/** A draft with what is looked up while drawing. */
interface Drawing {
  readonly draft: GraphDraft;
  readonly facts: readonly Facts[];
  readonly clusters: Map<string, DrawnCluster>;
  /** By issuer, with `https://`: ARNs of clusters. */
  readonly byIssuer: Map<string, string[]>;
  /** Roles that were read, by ARN. */
  readonly roles: ReadonlyMap<string, Role>;
  /** By the ARN of a role: clusters whose provider it trusts and its account lacks. */
  readonly unprovided: Map<string, Set<string>>;
}

/** A provider, with its issuer without scheme. */
type ServingProvider = Pick<EksPrincipal, 'arn' | 'hostPath'>;

/** The identity graph of a run. The access table says who can assume a role; where the inside of a cluster was not read, the
 *  service accounts that it names stand in the cluster as `named`. */
export const graphOf = ({ facts, access, findings }: GraphInput): IdentityGraph => {
  const drawing: Drawing = {
    ...{ draft: newDraft(), facts, clusters: new Map(), byIssuer: new Map(), unprovided: new Map() },
    roles: new Map(facts.flatMap(({ snapshot }) => valueOr(snapshot.roles, [])).map(role => [role.arn, role])),
  };
  for (const one of facts) for (const cluster of clustersOf(one.snapshot)) drawCluster(drawing, one, cluster);
  for (const one of facts) drawProviders(drawing, one);
  for (const one of facts) for (const role of valueOr(one.snapshot.roles, [])) drawRole(drawing, one, role);
  for (const row of access.rows) drawAccess(drawing, row);
  // Whoever a policy names is drawn, though nobody can come this way.
  for (const row of rowsIfProvided(facts, drawing.unprovided)) drawAccess(drawing, row, noProvider);
  const byPlace = Map.groupBy(access.rows, ({ roleArn, clusterArn = '' }) => `${roleArn} ${clusterArn}`);
  const rows = (roleArn: string, clusterArn: string) => byPlace.get(`${roleArn} ${clusterArn}`) ?? [];
  for (const cluster of facts.flatMap(({ snapshot }) => clustersOf(snapshot)))
    for (const account of readAccounts(cluster)) drawAnnotated(drawing, placeOf(cluster), account, rows);
  return judgeGraph(finish(drawing.draft), findings);
};

const drawCluster = (drawing: Drawing, account: Facts, snapshot: ClusterSnapshot): void => {
  const { cluster } = snapshot;
  const { arn, accountId, region, issuer } = cluster;
  addNode(drawing.draft, {
    id: arn,
    kind: 'cluster',
    label: cluster.name,
    accountId,
    presence: 'read',
    region,
    unread: unreadSteps(account.snapshot, snapshot, account.issuers),
    ...given({ issuer }),
  });
  drawing.clusters.set(arn, placeOf(snapshot));
  if (issuer !== undefined) drawing.byIssuer.set(issuer, [...(drawing.byIssuer.get(issuer) ?? []), arn]);
};

const placeOf = ({ cluster: { arn, accountId, region } }: ClusterSnapshot): DrawnCluster => ({
  arn,
  accountId,
  region,
});

const readAccounts = ({ kubernetes }: ClusterSnapshot): readonly ServiceAccount[] =>
  kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.serviceAccounts, []);

/** A service account and the role of its annotation. Where no row of the table drew their line, those that cover the account by a
 *  pattern decide it, if the trust policy was read. */
const drawAnnotated = (
  drawing: Drawing,
  cluster: DrawnCluster,
  account: ServiceAccount,
  rows: (roleArn: string, clusterArn: string) => readonly AccessRow[],
): void => {
  const { namespace, name, annotations, labels } = account;
  const roleArn = annotations[roleArnKey];
  if (roleArn === undefined && Object.keys({ ...annotations, ...labels }).length === 0) return;
  const from = drawAccount(drawing, cluster, namespace, name, 'read');
  if (roleArn === undefined) return;
  drawRoleNode(drawing, roleArn, presenceOfRole(drawing, roleArn));
  const edge = { from, to: roleArn, kind: 'assumes' as const };
  const { edges } = drawing.draft;
  const known = edges.get(edgeKey(edge));
  if (known !== undefined) {
    edges.set(edgeKey(edge), { ...known, ...(known.by === 'trust' ? { by: 'both' } : {}) });
    return;
  }
  const role = drawing.roles.get(roleArn);
  const covering = rows(roleArn, cluster.arn).filter(row => coversAccount(row, namespace, name));
  addEdge(drawing.draft, { ...edge, by: 'annotation', ...(role === undefined ? {} : stateBy(role, covering)) });
};

const drawNamespace = (drawing: Drawing, { arn, ...place }: DrawnCluster, namespace: string): string => {
  const id = `${arn}/namespace/${namespace}`;
  addNode(drawing.draft, { ...place, id, kind: 'namespace', label: namespace, presence: 'read', clusterArn: arn });
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
  const { arn, ...place } = cluster;
  const id = serviceAccountSubjectId(arn, namespace, name);
  addNode(drawing.draft, { ...place, id, kind: 'service-account', label: name, presence, clusterArn: arn });
  addEdge(drawing.draft, { from: drawNamespace(drawing, cluster, namespace), to: id, kind: 'contains' });
  return id;
};

const drawProviders = (drawing: Drawing, facts: Facts): void => {
  for (const { arn } of valueOr(facts.snapshot.providers, [])) {
    const hostPath = providerHostPath(arn);
    if (hostPath !== undefined && isAuditedIssuer(hostPath, facts)) drawProvider(drawing, arn, hostPath, 'read');
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
  for (const cluster of drawing.byIssuer.get(issuer) ?? [])
    addEdge(drawing.draft, { from: cluster, to: arn, kind: 'issues' });
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
  const account = drawing.facts.find(({ snapshot }) => snapshot.accountId === accountId);
  return account?.snapshot.roles.status === 'complete' ? 'absent' : 'named';
};

/** A role with the providers that its statements name, whether or not they refuse everybody. */
const drawRole = (drawing: Drawing, facts: Facts, role: Role): void => {
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) return;
  for (const statement of parsed.policy.statements) {
    if (statement.effect !== 'Allow') continue;
    const isOpen = isForAnyone(statement) && mayCover(statement);
    if (isOpen) drawRoleNode(drawing, role.arn, 'read');
    const trusted = eksPrincipalsOf(statement.principal, facts);
    for (const { arn, hostPath } of isOpen ? [...trusted, ...clusterProviders(drawing, facts.snapshot)] : trusted) {
      drawRoleNode(drawing, role.arn, 'read');
      const presence = presenceOfProvider(facts.snapshot, arn);
      drawProvider(drawing, arn, hostPath, presence);
      addEdge(drawing.draft, { from: role.arn, to: arn, kind: 'trusts' });
      if (presence !== 'absent') continue;
      const clusters = drawing.byIssuer.get(`https://${hostPath}`) ?? [];
      drawing.unprovided.set(role.arn, new Set([...(drawing.unprovided.get(role.arn) ?? []), ...clusters]));
    }
  }
};

/** The providers of an account that serve a cluster of the graph: all of them reach a role that is open to everyone. */
const clusterProviders = ({ byIssuer }: Drawing, { providers }: AccountSnapshot): readonly ServingProvider[] =>
  valueOr(providers, []).flatMap(({ arn }) => {
    const hostPath = providerHostPath(arn);
    return hostPath !== undefined && byIssuer.has(`https://${hostPath}`) ? [{ arn, hostPath }] : [];
  });

/** STS looks for the provider in the role's own account (docs/facts.md §A.1). */
const presenceOfProvider = ({ providers }: AccountSnapshot, arn: string): Presence => {
  if (valueOr(providers, []).some(provider => provider.arn === arn)) return 'read';
  return providers.status === 'complete' ? 'absent' : 'named';
};

const noProvider = { state: 'broken', because: 'the account of the role has no provider for this cluster' } as const;

/** A row of the access table as an edge: from a service account, or from the namespace or cluster that a pattern lies in. */
const drawAccess = (drawing: Drawing, row: AccessRow, refused?: typeof noProvider): void => {
  const { clusterArn = '', roleArn, namespace, serviceAccount, pattern, because } = row;
  const cluster = drawing.clusters.get(clusterArn);
  if (cluster === undefined) return;
  drawRoleNode(drawing, roleArn, presenceOfRole(drawing, roleArn));
  const doubt = refused ?? (because === undefined ? {} : { state: 'unknown' as const, because });
  if (namespace !== undefined && serviceAccount !== undefined) {
    const presence = row.state === undefined ? 'named' : row.state === 'absent' ? 'absent' : 'read';
    const from = drawAccount(drawing, cluster, namespace, serviceAccount, presence);
    const by = row.byPodIdentity ? 'association' : 'trust';
    addEdge(drawing.draft, { from, to: roleArn, kind: 'assumes', by, ...doubt });
    return;
  }
  const place = pattern === undefined ? undefined : namespaceOfPattern(pattern);
  const from = place === undefined ? clusterArn : drawNamespace(drawing, cluster, place);
  const label = isEveryAccount(row) ? 'any subject' : whoOf(row);
  addEdge(drawing.draft, { from, to: roleArn, kind: 'admits', pattern: label, ...doubt });
};

const stateBy = (role: Role, rows: readonly AccessRow[]): Pick<GraphEdge, 'state' | 'because'> => {
  if (rows.some(({ decision }) => decision === 'allow')) return { state: 'ok' };
  if (!trustPolicyOf(role).ok) return { state: 'unknown', because: 'its trust policy was not read' };
  const [doubt] = rows;
  if (doubt === undefined) return { state: 'broken', because: 'this service account cannot assume the role' };
  return { state: 'unknown', ...given({ because: doubt.because }) };
};

/** The namespace that a subject pattern is confined to; undefined if it reaches across namespaces. */
const namespaceOfPattern = (pattern: string): string | undefined => {
  const namespace = partsOfSubject(pattern)?.namespace;
  return namespace === undefined || /[*?]/.test(namespace) ? undefined : namespace;
};
