/** The audited clusters as an answer needs them: with the facts of their account, and what of them was not read. */
import { clustersOf, type Facts } from '../facts.ts';
import {
  type ClusterSnapshot,
  hasNoIssuer,
  type KubernetesFacts,
  notAskedFor,
  type Pod,
  providerHostPath,
  type Role,
  readFailuresOf,
  type ServiceAccount,
  stripScheme,
  valueOr,
  type Workload,
} from '../model.ts';
import { namesInTrustPolicy, trustPolicyOf } from '../policy.ts';
import { compareText, listed } from '../text.ts';
import type { ImpactDoubt } from './impact.ts';

/** A cluster, and the facts of its account. */
export interface ImpactPlace {
  readonly facts: Facts;
  readonly snapshot: ClusterSnapshot;
}

/** All clusters of all audited accounts. */
export const placesIn = (all: readonly Facts[]): readonly ImpactPlace[] =>
  all.flatMap(facts => clustersOf(facts.snapshot).map(snapshot => ({ facts, snapshot })));

/** Those that have an issuer (without scheme). */
export const placesOfIssuer = (issuer: string, all: readonly Facts[]): readonly ImpactPlace[] =>
  placesIn(all).filter(({ snapshot: { cluster } }) => stripScheme(cluster.issuer ?? '') === issuer);

/** The inside of a cluster as far as it was read; undefined where nothing was. */
export const insideOf = ({ snapshot: { kubernetes } }: ImpactPlace): KubernetesFacts | undefined =>
  kubernetes.status === 'unavailable' ? undefined : kubernetes.value;

/** The service accounts of a cluster, as far as they were read. */
export const serviceAccountsIn = (place: ImpactPlace): readonly ServiceAccount[] => {
  const inside = insideOf(place);
  return inside === undefined ? [] : valueOr(inside.serviceAccounts, []);
};

/** The running and pending pods of a cluster, as far as they were read. */
export const podsOf = (place: ImpactPlace): readonly Pod[] => {
  const inside = insideOf(place);
  return inside === undefined ? [] : valueOr(inside.pods, []);
};

/** The workloads of a cluster that have no pod now, as far as they were read: CronJobs, and what is scaled to zero. */
export const idleWorkloadsOf = (place: ImpactPlace): readonly Workload[] => {
  const inside = insideOf(place);
  if (inside?.workloads === undefined) return [];
  const running = new Set(podsOf(place).map(({ namespace, owner }) => `${namespace} ${owner?.kind} ${owner?.name}`));
  return valueOr(inside.workloads, []).filter(
    ({ namespace, kind, name }) => !running.has(`${namespace} ${kind} ${name}`),
  );
};

/** Workloads that were not read: one without a pod may need what is asked about. */
export const workloadDoubts = (place: ImpactPlace): readonly ImpactDoubt[] => {
  const { workloads = notAskedFor<readonly Workload[]>('list deployments') } = insideOf(place) ?? {};
  return readFailuresOf(workloads)
    .slice(0, 1)
    .map(({ operation, message }) => ({
      what: `the CronJobs and the workloads without a pod of cluster ${place.snapshot.cluster.name} were not all read (${operation}: ${message})`,
      how: 'irsa-auditor init cluster --workloads, or --context with a context that may list Deployments, StatefulSets, DaemonSets, Jobs and CronJobs',
    }));
};

/** Accounts of which nothing was read: each may have roles that trust what is asked about. */
export const lostAccountDoubts = (all: readonly Facts[]): readonly ImpactDoubt[] => {
  const lost = all.flatMap(({ fleet }) =>
    fleet.gaps.filter(({ section }) => section === 'account').map(({ accountId }) => accountId),
  );
  return [...new Set(lost)].map(accountId => ({
    what: `nothing of account ${accountId} was read: its roles may trust it`,
    how: `the role that reads account ${accountId}`,
  }));
};

/** Two texts that differ in letter case, in white space around them, or in a port or slash that some tools write. */
export const isLike = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace('https://', '')
    .replace(/:443(?=\/|$)/, '')
    .replace(/\/+$/, '');

/** Roles that name a provider in another form than its ARN: AWS compares to the letter, as far as it is documented. */
export const spelledOtherwiseDoubts = (providerArn: string, { snapshot }: Facts): readonly ImpactDoubt[] => {
  const issuer = providerHostPath(providerArn) ?? '';
  const roles = valueOr(snapshot.roles, []).filter(role =>
    namesInTrustPolicy(role).some(name => name !== providerArn && (isLike(name, providerArn) || isLike(name, issuer))),
  );
  return roles.length === 0
    ? []
    : [
        {
          what: `the trust policy of ${listed(roles.map(({ name }) => name))} names it in another form (letter case, port or slash): it is not known that AWS never accepts that`,
          how: 'aws iam get-role, and correct the ARN',
        },
      ];
};

/** Service accounts that name a role and are refused today: whoever corrects that needs it. */
export const refusedDoubt = (
  { name }: Role,
  { snapshot: { cluster } }: ImpactPlace,
  accounts: readonly { readonly namespace: string; readonly name: string }[],
): readonly ImpactDoubt[] =>
  accounts.length === 0
    ? []
    : [
        {
          what: `${listed(
            accounts.map(one => `${one.namespace}/${one.name}`),
            3,
          )} of cluster ${cluster.name} is refused today, with role ${name} in the annotation`,
        },
      ];

const readInside = (name: string): string =>
  `--in-cluster, or --context with the context of ${name} in your kubeconfig`;

/** The parts of a cluster's inside that were not read and may hold a user of a role. */
export const insideDoubts = (place: ImpactPlace): readonly ImpactDoubt[] => {
  const { cluster, kubernetes } = place.snapshot;
  const inside = insideOf(place);
  const failures = [
    ...readFailuresOf(kubernetes),
    ...(inside === undefined ? [] : [inside.serviceAccounts, inside.pods].flatMap(readFailuresOf)),
  ];
  const [first] = failures;
  return first === undefined
    ? []
    : [
        {
          what: `the service accounts and pods of cluster ${cluster.name} were not all read (${first.operation}: ${first.message})`,
          how: readInside(cluster.name),
        },
      ];
};

/** Pod Identity associations of a cluster that were not read, or not described. */
export const associationDoubts = ({ snapshot: { cluster, podIdentity } }: ImpactPlace): readonly ImpactDoubt[] => {
  const [failure] = readFailuresOf(podIdentity);
  const bare = valueOr(podIdentity, []).find(({ roleArn }) => roleArn === undefined);
  if (failure === undefined && bare === undefined) return [];
  const why =
    failure === undefined ? `association ${bare?.id} was not described` : `${failure.operation}: ${failure.message}`;
  return [
    {
      what: `the Pod Identity associations of cluster ${cluster.name} were not all read (${why})`,
      how: 'eks:ListPodIdentityAssociations, eks:DescribePodIdentityAssociation',
    },
  ];
};

/** Add-ons of a cluster that were not read: each may be given a role. */
export const addonDoubts = ({ snapshot: { cluster, addons } }: ImpactPlace): readonly ImpactDoubt[] =>
  readFailuresOf(addons)
    .slice(0, 1)
    .map(({ operation, message }) => ({
      what: `the add-ons of cluster ${cluster.name} were not all read (${operation}: ${message})`,
      how: 'eks:ListAddons, eks:DescribeAddon',
    }));

/** The roles of an account that were not read, or whose trust policy cannot be: each may trust anything. */
export const roleDoubts = ({ snapshot }: Facts): readonly ImpactDoubt[] => {
  const odd = valueOr(snapshot.roles, []).filter(role => !trustPolicyOf(role).ok);
  return [
    ...readFailuresOf(snapshot.roles)
      .slice(0, 1)
      .map(({ operation, message }) => ({
        what: `the roles of account ${snapshot.accountId} were not all read (${operation}: ${message})`,
        how: 'iam:ListRoles',
      })),
    ...(odd.length === 0
      ? []
      : [
          {
            what: `the trust policy of ${listed(odd.map(({ name }) => name))} cannot be read`,
            how: 'aws iam get-role',
          },
        ]),
  ];
};

/** An issuer that was not read: roles may trust it. */
export const issuerDoubts = ({ snapshot: { cluster } }: ImpactPlace): readonly ImpactDoubt[] =>
  cluster.issuer !== undefined || hasNoIssuer(cluster)
    ? []
    : [
        {
          what: `the issuer of cluster ${cluster.name} was not read: which roles trust it is not known`,
          how: 'eks:DescribeCluster',
        },
      ];

/** The workloads of some pods, each once: `Deployment cart`. */
export const workloadsOf = (pods: readonly Pod[]): readonly string[] =>
  [
    ...new Set(pods.map(({ owner, name }) => (owner === undefined ? `Pod ${name}` : `${owner.kind} ${owner.name}`))),
  ].sort(compareText);

/** When the oldest of some pods was created; undefined where no pod says so. */
export const oldestOf = (pods: readonly Pod[]): string | undefined =>
  pods.flatMap(({ createdAt }) => createdAt ?? []).sort(compareText)[0];
