import { grantAuditorAccess } from '../../fixes/kubernetes-steps.ts';
import { describeCluster } from '../../fixes/look-steps.ts';
import {
  type Cluster,
  type ClusterSnapshot,
  type Collected,
  type KubernetesFacts,
  type ReadFailure,
  readFailuresOf,
  valueOr,
} from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, eksGuide, type Failure, failOrPass, failures } from '../prelude.ts';

const unsettled = new Set(['CREATING', 'DELETING', 'FAILED', 'PENDING']);

const fail = failures({
  unsettled: ['not in a state to audit', 'cluster {cluster} is {status}: it is not audited'],
  unread: [
    'not read completely',
    'Kubernetes resources of cluster {cluster} could not be read completely ({operation})',
  ],
  denied: [
    'permission missing',
    'the auditor may not read all of cluster {cluster}: permission {permission} is missing',
  ],
});

/** A cluster of which nothing, or not everything that was asked for, can be said. */
export const clusterUnauditable = defineRule({
  id: 'cluster-unauditable',
  kind: 'cluster',
  impact: 'hygiene',
  severity: 'info',
  shownAt: 'provider-exists',
  title: 'Every cluster can be audited completely',
  fault: 'The cluster cannot be audited completely',
  says: fail.says,
  needs: [],
  why: 'What could not be read could not be judged: rules about it are unknown, and none of their findings resolves.',
  fix: 'Wait until the cluster is active, or grant the permission that is named.',
  references: ['docs/facts.md §F', eksGuide('access-entries')],
  check: ({ cluster, snapshot }, { settings }) => {
    if (unsettled.has(cluster.status)) return unsettledFailure(cluster);
    return failOrPass(settings.inCluster ? failedReads(snapshot).map(unread => refusedFailure(cluster, unread)) : []);
  },
});

const unsettledFailure = (cluster: Cluster): Failure =>
  fail
    .unsettled({ cluster: cluster.name, status: cluster.status })
    .discriminator('status')
    .evidence('status', `eks:DescribeCluster in ${cluster.region}`, cluster.status, 'ACTIVE')
    .fix({
      summary: cluster.status === 'FAILED' ? 'Find out why the cluster failed.' : 'Wait until the cluster is active.',
      steps: [describeCluster(cluster, 'status')],
    });

const refusedFailure = (cluster: Cluster, unread: ReadFailure): Failure => {
  const missing = unread.permission;
  return (
    missing === undefined
      ? fail.unread({ cluster: cluster.name, operation: unread.operation })
      : fail.denied({ cluster: cluster.name, permission: missing })
  )
    .discriminator(keyOf(unread))
    .changing('answer', unread.operation, unread.message, missing ?? phrase('an answer'))
    .fix(fixOf(cluster, unread));
};

const fixOf = (cluster: Cluster, unread: ReadFailure): Failure['fix'] => {
  if (unread.permission === undefined)
    return {
      summary: `Make the API server of cluster ${cluster.name} reachable for the auditor.`,
      choice: 'Enable the public endpoint, or run the auditor in a network with a route to the private one.',
    };
  if (unread.operation.startsWith('eks:'))
    return {
      summary: `Allow ${unread.permission} on ${cluster.arn} in the policy of the auditor's role.`,
      choice: 'Which principal the auditor runs as: its policy must allow the action.',
    };
  return {
    summary: "Grant the auditor's group its read permissions.",
    steps: [grantAuditorAccess(cluster)],
    choice: `The auditor's role must have an access entry with that group: irsa-auditor init cluster prints it.`,
  };
};

/** Everything inside a cluster that was asked for and refused or each once. */
const failedReads = ({ kubernetes, podIdentity }: ClusterSnapshot): readonly ReadFailure[] => {
  const inside = kubernetes.status === 'unavailable' ? [] : sectionsIn(kubernetes.value);
  const failed = [kubernetes, podIdentity, ...inside]
    .flatMap(readFailuresOf)
    .filter(({ kind }) => kind !== 'not-asked-for');
  return [...new Map(failed.map(unread => [keyOf(unread), unread])).values()];
};

const sectionsIn = ({ nothingInjects: _, ...sections }: KubernetesFacts): readonly Collected<unknown>[] => [
  ...Object.values(sections),
  ...endpointsOf(sections),
];

/** The endpoints of the services that the webhook's configuration names: read apart from it. */
const endpointsOf = ({ webhook }: Pick<KubernetesFacts, 'webhook'>): readonly Collected<number>[] =>
  (valueOr(webhook, undefined)?.webhooks ?? []).flatMap(({ service }) => (service ? [service.ready] : []));

/** The key that tells one failed read from another: the missing permission, else the operation. */
const keyOf = ({ permission, operation }: ReadFailure): string => permission ?? operation;
