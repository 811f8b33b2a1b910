/** The facts after a step: what a plan is proven by before anything is written. */
import type { Facts } from '../facts/facts.ts';
import { indexOf } from '../facts/fleet-index.ts';
import type { Provider, ProviderDetail } from '../model/account.ts';
import { providerHostPath } from '../model/arn.ts';
import type { ClusterSnapshot } from '../model/cluster.ts';
import { type Collected, complete, mapSection, notAskedFor } from '../model/collected.ts';
import type { KubernetesFacts, ServiceAccount } from '../model/kubernetes.ts';
import { type AccountQuotas, iamQuotas } from '../model/quotas.ts';
import type { AccountSnapshot } from '../model/snapshot.ts';
import type { Change, Step } from '../model/step.ts';

/** The facts as they are after a step. What only a run can tell (pods that are created again, a webhook that is written
 *  whole) is not known afterwards. */
export const afterStep = (facts: Facts, { change, target }: Step): Facts => {
  if (change === undefined) return facts;
  const snapshot = onAccount(facts.snapshot, change);
  const regions = snapshot.regions.map(({ region, clusters }) => ({
    region,
    clusters: mapSection(clusters, list => list.map(one => (isTarget(one, target) ? onCluster(one, change) : one))),
  }));
  const after = { ...snapshot, regions };
  return { ...facts, snapshot: after, fleet: withAccount(facts.fleet, after) };
};

/** The index of the fleet with what the account has now. Nothing else of it changes. */
const withAccount = (fleet: Facts['fleet'], snapshot: AccountSnapshot): Facts['fleet'] => {
  const { providers, roles } = indexOf([snapshot]);
  const { accountId } = snapshot;
  const isOther = ({ arn }: { readonly arn: string }): boolean => arn.split(':')[4] !== accountId;
  return {
    ...fleet,
    providers: [...fleet.providers.filter(isOther), ...providers],
    roles: [...fleet.roles.filter(isOther), ...roles],
  };
};

const isTarget = ({ cluster }: ClusterSnapshot, { clusterArn, clusterName }: Step['target']): boolean =>
  clusterArn === undefined ? cluster.name === clusterName : cluster.arn === clusterArn;

const onAccount = (snapshot: AccountSnapshot, change: Change): AccountSnapshot => {
  switch (change.kind) {
    case 'trust-policy':
      return {
        ...snapshot,
        roles: mapSection(snapshot.roles, roles =>
          roles.map(role => (role.arn === change.roleArn ? { ...role, trustPolicy: change.after } : role)),
        ),
      };
    case 'provider-created':
      return {
        ...snapshot,
        providers: mapSection(snapshot.providers, providers => [
          ...providers.filter(({ arn }) => arn !== change.providerArn),
          createdProvider(change),
        ]),
      };
    case 'provider-deleted':
      return {
        ...snapshot,
        providers: mapSection(snapshot.providers, list => list.filter(({ arn }) => arn !== change.providerArn)),
      };
    case 'thumbprints':
    case 'audience-added':
    case 'audience-removed':
      return {
        ...snapshot,
        providers: mapSection(snapshot.providers, list =>
          list.map(one =>
            one.arn === change.providerArn
              ? { ...one, detail: mapSection(one.detail, detail => onProvider(detail, change)) }
              : one,
          ),
        ),
      };
    case 'quota-requested':
      return { ...snapshot, quotas: mapSection(snapshot.quotas, quotas => ({ ...quotas, ...raised(change) })) };
    default:
      return snapshot;
  }
};

/** As if AWS had granted the request. */
const raised = ({ code, value }: Change & { readonly kind: 'quota-requested' }): AccountQuotas =>
  Object.fromEntries(
    Object.entries(iamQuotas).flatMap(([name, quota]) => (quota.code === code ? [[name, value]] : [])),
  );

/** IAM fetches the thumbprint itself: which one it takes is not known here. */
const createdProvider = ({ providerArn, audiences }: Change & { readonly kind: 'provider-created' }): Provider => ({
  arn: providerArn,
  detail: complete({ url: providerHostPath(providerArn) ?? '', audiences, thumbprints: [], tags: {} }),
});

const onProvider = (
  detail: ProviderDetail,
  change: Change & { readonly kind: 'thumbprints' | 'audience-added' | 'audience-removed' },
): ProviderDetail => {
  if (change.kind === 'thumbprints') return { ...detail, thumbprints: change.after };
  const others = detail.audiences.filter(one => one !== change.audience);
  return { ...detail, audiences: change.kind === 'audience-added' ? [...others, change.audience] : others };
};

const onCluster = (snapshot: ClusterSnapshot, change: Change): ClusterSnapshot => {
  switch (change.kind) {
    case 'annotation':
    case 'label':
    case 'service-account-created':
    case 'workload-service-account':
    case 'pods-restarted':
      return { ...snapshot, kubernetes: mapSection(snapshot.kubernetes, inside => onInside(inside, change)) };
    case 'objects':
      return { ...snapshot, kubernetes: unreadAgain(snapshot.kubernetes) };
    case 'association-deleted':
      return {
        ...snapshot,
        podIdentity: mapSection(snapshot.podIdentity, list => list.filter(({ id }) => id !== change.associationId)),
      };
    case 'association-updated':
      return { ...snapshot, podIdentity: later };
    case 'addon-created':
    case 'addon-role':
      return { ...snapshot, addons: later };
    default:
      return snapshot;
  }
};

const later = notAskedFor<never>('a run after the step', 'what the step leads to is read afterwards');

/** The webhook and the rights of the auditor are read again afterwards. */
const unreadAgain = (kubernetes: Collected<KubernetesFacts>): Collected<KubernetesFacts> =>
  kubernetes.status === 'unavailable' ? later : complete({ ...kubernetes.value, webhook: later, pods: later });

type InsideChange = Change & {
  readonly kind: 'annotation' | 'label' | 'service-account-created' | 'workload-service-account' | 'pods-restarted';
};

const onInside = (inside: KubernetesFacts, change: InsideChange): KubernetesFacts => {
  const { namespace } = change;
  if (change.kind === 'pods-restarted' || change.kind === 'workload-service-account') {
    const [kind = '', name] = change.workload.split('/');
    const isReplaced = (owner: { readonly kind: string; readonly name: string } | undefined): boolean =>
      owner?.kind.toLowerCase() === kind && owner.name === name;
    // Of the pods that take their place nothing is known yet.
    const pods = mapSection(inside.pods, list =>
      list.filter(pod => !(pod.namespace === namespace && isReplaced(pod.owner))),
    );
    return { ...inside, pods };
  }
  const { serviceAccount } = change;
  const isOne = (one: ServiceAccount): boolean => one.namespace === namespace && one.name === serviceAccount;
  const serviceAccounts = mapSection(inside.serviceAccounts, list => {
    if (change.kind === 'service-account-created') {
      const { annotations } = change;
      return [...list.filter(one => !isOne(one)), { namespace, name: serviceAccount, annotations, labels: {} }];
    }
    const part = change.kind === 'label' ? 'labels' : 'annotations';
    return list.map(one => (isOne(one) ? { ...one, [part]: withValue(one[part], change) } : one));
  });
  return { ...inside, serviceAccounts };
};

const withValue = (
  values: Readonly<Record<string, string>>,
  { key, after }: { readonly key: string; readonly after?: string },
): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(values).filter(([name]) => name !== key)),
  ...(after === undefined ? {} : { [key]: after }),
});
