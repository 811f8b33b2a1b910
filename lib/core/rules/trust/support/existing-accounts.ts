import type { Facts } from '../../../facts/facts.ts';
import { clustersWithIssuer } from '../../../facts/fleet-index.ts';
import { providerArn } from '../../../model/arn.ts';
import { readFailuresOf, valueOr } from '../../../model/collected.ts';
import { roleArnKey } from '../../../model/irsa-annotation.ts';
import type { Namespace, ServiceAccount } from '../../../model/kubernetes.ts';
import { mayStillLive } from '../../provider/support/issuer-liveness.ts';
import { clustersHere } from '../../provider/support/issuer-users.ts';

/** What exists in the clusters that have an issuer. */
export type Inventory =
  | {
      readonly status: 'read';
      readonly clusters: readonly string[];
      readonly namespaces: readonly Namespace[];
      readonly accounts: readonly ServiceAccount[];
    }
  | { readonly status: 'unread'; readonly why: string }
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
      facts.fleet.gaps[0] ?? mayStillLive(`https://${issuer}`, providerArn(partition, accountId, issuer), facts);
    return why === undefined ? { status: 'no-cluster' } : { status: 'unread', why };
  }
  const inside = clustersHere(issuer, facts);
  const elsewhere = known.find(one => !inside.some(({ cluster }) => cluster.arn === one.arn));
  if (elsewhere) return { status: 'unread', why: `the inside of ${elsewhere.arn}, which is in another account` };
  const namespaces: Namespace[] = [];
  const accounts: ServiceAccount[] = [];
  for (const { cluster, kubernetes } of inside) {
    if (kubernetes.status === 'unavailable')
      return { status: 'unread', why: `the inside of ${cluster.name} (${kubernetes.reason.message})` };
    const sections = [kubernetes.value.namespaces, kubernetes.value.serviceAccounts];
    const [gap] = sections.flatMap(readFailuresOf);
    if (gap)
      return {
        status: 'unread',
        why: `namespaces and service accounts of ${cluster.name} (${gap.operation}: ${gap.message})`,
      };
    namespaces.push(...valueOr(kubernetes.value.namespaces, []));
    accounts.push(...valueOr(kubernetes.value.serviceAccounts, []));
  }
  return { status: 'read', clusters: inside.map(({ cluster }) => cluster.name), namespaces, accounts };
};

/** Accounts, as `namespace/name`, that carry the annotation for this role; empty where clusters were not read. */
export const annotatedAccounts = (issuer: string, roleArn: string, facts: Facts): readonly ServiceAccount[] => {
  const inventory = inventoryOf(issuer, facts);
  return inventory.status === 'read'
    ? inventory.accounts.filter(account => account.annotations[roleArnKey] === roleArn)
    : [];
};
