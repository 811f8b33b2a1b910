import { type AddonServiceAccount, addonServiceAccounts } from '../../../facts/addon-service-accounts.ts';
import { associationOf, associationsUnread } from '../../../facts/dormant-annotation.ts';
import type { Addon, ClusterSnapshot } from '../../../model/cluster.ts';
import { type Collected, type ReadFailure, readFailuresOf, valueOr } from '../../../model/collected.ts';
import { roleArnKey } from '../../../model/irsa-annotation.ts';
import type { ServiceAccount } from '../../../model/kubernetes.ts';
import { given } from '../../../text/given.ts';
import { type UnknownReason, unknownKindOf } from '../../define-rule.ts';

/** An add-on with the role that EKS knows, and the one that its service account names. */
export interface ComparedRole {
  readonly addon: string;
  readonly account: AddonServiceAccount;
  readonly roleArn: string;
  /** Without white space around it, which another rule reports; absent where there is no annotation. */
  readonly annotated?: string;
}

/** States in which EKS is done with an add-on: in any other one the annotation may be about to change. */
const settled = new Set(['ACTIVE', 'DEGRADED', 'UPDATE_FAILED']);

/**
 * The add-ons whose role counts, with both roles; and the first thing that keeps another one from being compared. An add-on
 * without role writes no annotation, and one with Pod Identity ignores its role: there is nothing to compare.
 */
export const comparedRoles = (
  snapshot: ClusterSnapshot,
): { readonly compared: readonly ComparedRole[]; readonly missing?: UnknownReason } => {
  const compared: ComparedRole[] = [];
  const [gap] = readFailuresOf(snapshot.addons);
  let missing = gap && unreadBy(gap, 'some add-ons of the cluster');
  for (const addon of valueOr(snapshot.addons, [])) {
    const one = compare(addon, snapshot);
    if (one === undefined) continue;
    if ('missing' in one) missing ??= one;
    else compared.push(one);
  }
  return { compared, ...given({ missing }) };
};

const ambiguous = (missing: string): UnknownReason => ({ kind: 'ambiguous', missing });
const unreadBy = (failure: ReadFailure, what: string): UnknownReason => ({
  kind: unknownKindOf(failure),
  missing: `${what} (${failure.operation}: ${failure.message})`,
});

/** What is missing where the two cannot be compared; undefined where nothing is to be compared. */
const compare = (
  { name: addon, detail }: Addon,
  snapshot: ClusterSnapshot,
): ComparedRole | UnknownReason | undefined => {
  const usual = addonServiceAccounts.get(addon);
  if (usual === undefined || detail?.roleArn === undefined || detail.hasPodIdentity) return undefined;
  if (!settled.has(detail.status)) return ambiguous(`the role of add-on ${addon}, which is ${detail.status}`);
  if (detail.configuresServiceAccount)
    return ambiguous(`which service account add-on ${addon} has by its configuration values`);
  const account = { namespace: detail.namespace ?? usual.namespace, name: usual.name };
  const named = `${account.namespace}/${account.name}`;
  if (associationOf(snapshot, account.namespace, account.name)) return undefined;
  const [unread] = associationsUnread(snapshot.podIdentity);
  if (unread) return unreadBy(unread, `whether ${named} has Pod Identity in place of a role`);
  const accounts = accountsOf(snapshot);
  const found = valueOr(accounts, []).find(one => isOf(account, one.namespace, one.name));
  if (found === undefined) {
    const [gap] = readFailuresOf(accounts);
    return gap ? unreadBy(gap, `service account ${named}`) : ambiguous(`which service account add-on ${addon} has`);
  }
  const annotated = found.annotations[roleArnKey]?.trim();
  return { addon, account, roleArn: detail.roleArn, ...(annotated ? { annotated } : {}) };
};

const isOf = (account: AddonServiceAccount, namespace: string, name: string): boolean =>
  account.namespace === namespace && account.name === name;

const accountsOf = ({ kubernetes }: ClusterSnapshot): Collected<readonly ServiceAccount[]> =>
  kubernetes.status === 'unavailable' ? kubernetes : kubernetes.value.serviceAccounts;
