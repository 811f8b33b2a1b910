import { defaultSettings } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { serviceAccountSubjectId } from '../../lib/facts/subject-ids.ts';
import type { Role } from '../../lib/model/account.ts';
import { complete } from '../../lib/model/collected.ts';
import { compareFindings, type Finding, severities } from '../../lib/model/finding.ts';
import { withGraph } from '../../lib/report/graph/with-graph.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aSnapshot, aTrustPolicy, exampleAccountId } from '../support/example-world.ts';
import { aFinding, aFullReport } from './sample-report.ts';

const teams = ['checkout', 'payments', 'search', 'ingest', 'ml-training', 'observability', 'platform', 'kube-system'];
const apps = ['api', 'worker', 'cron', 'importer', 'gateway', 'exporter', 'indexer', 'controller'];

const issuerOf = (cluster: number): string =>
  `https://oidc.eks.eu-west-1.amazonaws.com/id/${cluster.toString(16).toUpperCase().padStart(32, 'A')}`;

/** A made-up account of `size` service accounts over several clusters, with a fault in every 23rd of them: enough of
 *  everything to look at and to measure. Deterministic. */
export const aFleetReport = (size: number, clusterCount = 6): RunReport => {
  const roles: Role[] = [];
  const findings: Finding[] = [];
  const clusters = Array.from({ length: clusterCount }, (_, index) => {
    const cluster = aCluster({ name: `prod-${'abcdefghijklmnop'[index] ?? index + 1}`, issuer: issuerOf(index) });
    const accounts = Array.from({ length: Math.ceil(size / clusterCount) }, (_, number) => {
      const namespace = `${teams[number % teams.length]}${number > 400 ? `-${Math.floor(number / 100)}` : ''}`;
      const name = `${apps[(number >> 3) % apps.length]}-${number}`;
      const role = roleFor(cluster.name, namespace, name, number, index);
      roles.push(role);
      if (number % 23 === 7) findings.push(faultOf(cluster, namespace, name, role, number));
      return aServiceAccount({ namespace, name, annotations: { 'eks.amazonaws.com/role-arn': role.arn } });
    });
    return aReadCluster({ serviceAccounts: complete(accounts), pods: complete([]) }, { cluster });
  });
  const orphan = aProvider({ issuer: issuerOf(99) });
  const snapshot = aSnapshot({
    providers: complete([...clusters.map((_, index) => aProvider({ issuer: issuerOf(index) })), orphan]),
    roles: complete(roles),
    clusters: complete(clusters),
  });
  const withoutWebhook = clusters[Math.min(2, clusterCount - 1)]?.cluster;
  const webhookGone = aFinding({
    id: 'c'.repeat(32),
    ruleId: 'webhook-missing',
    severity: 'critical',
    impact: 'breaks',
    articleStep: 'webhook-configuration',
    clusterName: withoutWebhook?.name ?? '',
    clusterArn: withoutWebhook?.arn ?? '',
    subject: withoutWebhook?.arn ?? '',
    message: 'Cluster prod-c has no pod-identity-webhook: no new pod gets its credentials.',
  });
  const orphaned = aFinding({
    id: 'd'.repeat(32),
    ruleId: 'provider-orphaned',
    severity: 'medium',
    articleStep: 'provider-exists',
    subject: orphan.arn,
    message: 'No cluster of any audited account has the issuer of this provider.',
  });
  const all = [...findings, webhookGone, orphaned].sort(compareFindings);
  const facts = { snapshot, fleet: indexOf([snapshot]), issuers: {}, now: snapshot.takenAt, settings: defaultSettings };
  const report = aFullReport({
    findings: all,
    counts: {
      clusters: clusterCount,
      providers: clusterCount + 1,
      roles: roles.length,
      irsaRoles: roles.length,
      serviceAccounts: size,
      pods: 0,
    },
    trend: Array.from({ length: 30 }, (_, day) => ({
      at: `2026-10-${String(day + 1).padStart(2, '0')}T06:00:00.000Z`,
      openBySeverity: {
        critical: day % 7 === 3 ? 1 : 0,
        high: 4 + ((day * 5) % 6),
        medium: 6 + (day % 4),
        low: 9 - (day % 5),
        info: 3,
      },
      gaps: day % 3,
      ...(day < 5
        ? {}
        : { openByCluster: clusters.slice(0, 4).map(({ cluster }, at) => openIn(cluster.arn, day, at)) }),
    })),
  });
  return withGraph(report, [facts]);
};

const openIn = (clusterArn: string, day: number, at: number) => ({
  clusterArn,
  open: { critical: 0, high: Math.max(0, 6 - 2 * at - (day % 3)), medium: (day * (at + 1)) % 4, low: 0, info: 0 },
});

const roleFor = (cluster: string, namespace: string, name: string, number: number, index: number): Role => {
  const issuer = issuerOf(index);
  const key = `${issuer.replace('https://', '')}:sub`;
  const condition =
    number % 23 === 7 && number % 2 === 0
      ? { StringLike: { [key]: `system:serviceaccount:${namespace}:*` } }
      : undefined;
  const roleName = `${cluster}-${namespace}-${name}`;
  return aRole({
    name: roleName,
    arn: `arn:aws:iam::${exampleAccountId}:role/${roleName}`,
    trustPolicy: aTrustPolicy({ issuer, subject: `system:serviceaccount:${namespace}:${name}`, condition }),
  });
};

const faultOf = (
  cluster: { readonly arn: string; readonly name: string },
  namespace: string,
  name: string,
  role: Role,
  number: number,
): Finding => {
  const open = number % 2 === 0;
  return aFinding({
    id: `${cluster.name}-${number}`.replace(/[^a-z0-9]/g, '').padEnd(32, '0'),
    ruleId: open ? 'trust-any-service-account-in-namespace' : 'service-account-role-not-trusting',
    articleStep: 'role-trust-policy',
    impact: open ? 'exposes' : 'breaks',
    severity: severities[1 + (number % 3)] ?? 'low',
    clusterName: cluster.name,
    clusterArn: cluster.arn,
    namespace,
    serviceAccount: name,
    roleArn: role.arn,
    subject: open ? role.arn : serviceAccountSubjectId(cluster.arn, namespace, name),
    message: open
      ? `Every service account of namespace ${namespace} in ${cluster.name} may assume ${role.name}.`
      : `Role ${role.name} does not let service account ${namespace}/${name} in: the subject differs in one letter.`,
  });
};
