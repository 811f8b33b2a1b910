import { clustersWithIssuer, type Facts, fleetGapInWords } from '../../../facts.ts';
import {
  type Namespace,
  providerArn,
  type ReadFailure,
  readFailuresOf,
  roleArnKey,
  type ServiceAccount,
  type Undecided,
  valueOr,
} from '../../../model.ts';
import { mayStillLive } from '../../oidc/issuer-liveness.ts';
import { clustersHere } from '../../oidc/issuer-users.ts';
import { unknownKindOf } from '../../prelude.ts';

/** The service accounts of the clusters that have an issuer. */
export type Inventory =
  | {
      readonly status: 'read';
      readonly clusters: readonly string[];
      readonly namespaces: readonly Namespace[];
      readonly accounts: readonly ServiceAccount[];
    }
  | { readonly status: 'unread'; readonly why: Undecided }
  /** Its cluster is gone, and nothing exists in it: other rules say so. An account that is not audited may have it. */
  | { readonly status: 'no-cluster' };

/** Namespaces and service accounts of every cluster with this issuer (without scheme), if all of them were read. */
export const inventoryOf = (issuer: string, facts: Facts): Inventory => {
  const known = inventories.get(facts) ?? new Map<string, Inventory>();
  inventories.set(facts, known);
  const inventory = known.get(issuer) ?? takeInventory(issuer, facts);
  known.set(issuer, inventory);
  return inventory;
};

/** Every statement of every role asks. */
const inventories = new WeakMap<Facts, Map<string, Inventory>>();

const takeInventory = (issuer: string, facts: Facts): Inventory => {
  const known = clustersWithIssuer(facts.fleet, issuer);
  if (known.length === 0) {
    const { partition, accountId } = facts.snapshot;
    const why =
      facts.fleet.gaps.map(fleetGapInWords)[0] ??
      mayStillLive(`https://${issuer}`, providerArn(partition, accountId, issuer), facts);
    return why === undefined ? { status: 'no-cluster' } : unread({ kind: 'unread', missing: why });
  }
  const inside = clustersHere(issuer, facts);
  const elsewhere = known.find(one => !inside.some(({ cluster }) => cluster.arn === one.arn));
  if (elsewhere)
    return unread({
      kind: 'unread',
      missing: `the Kubernetes resources of cluster ${elsewhere.name}, which is in account ${elsewhere.accountId}`,
    });
  const namespaces: Namespace[] = [];
  const accounts: ServiceAccount[] = [];
  for (const { cluster, kubernetes } of inside) {
    if (kubernetes.status === 'unavailable')
      return unread(gapIn('the Kubernetes resources', cluster.name, kubernetes.reason));
    const sections = [kubernetes.value.namespaces, kubernetes.value.serviceAccounts];
    const [gap] = sections.flatMap(readFailuresOf);
    if (gap) return unread(gapIn('the namespaces and service accounts', cluster.name, gap));
    namespaces.push(...valueOr(kubernetes.value.namespaces, []));
    accounts.push(...valueOr(kubernetes.value.serviceAccounts, []));
  }
  return { status: 'read', clusters: inside.map(({ cluster }) => cluster.name), namespaces, accounts };
};

const unread = (why: Undecided): Inventory => ({ status: 'unread', why });

const gapIn = (what: string, cluster: string, failure: ReadFailure): Undecided => ({
  kind: unknownKindOf(failure),
  missing: `${what} of cluster ${cluster} (${failure.operation}: ${failure.message})`,
});

/** Service accounts whose annotation names this role; none where clusters were not read. */
export const annotatedAccounts = (issuer: string, roleArn: string, facts: Facts): readonly ServiceAccount[] => {
  const inventory = inventoryOf(issuer, facts);
  return inventory.status === 'read'
    ? inventory.accounts.filter(account => account.annotations[roleArnKey] === roleArn)
    : [];
};
