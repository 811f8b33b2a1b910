/** Resource control policies of an organization, as one run read them for all accounts (docs/facts.md §A.9b). */
import { type Collected, complete, type Gap, readFailuresOf, unavailable, valueOr, withGaps } from './collected.ts';

/** A policy that applies to an account. AWS's own `RCPFullAWSAccess` is none of them: it denies nothing. */
export interface ControlPolicy {
  /** `p-…` */
  readonly id: string;
  readonly name: string;
  /** The target of the policy: the id of the root, of a unit above the account, or of the account. */
  readonly attachedTo: string;
  /** The text of the policy. */
  readonly document: string;
}

/** A policy of the organization. `targets` are the ids of the root, units and accounts that it is attached to. */
export interface OrganizationPolicy {
  readonly id: string;
  readonly name: string;
  readonly targets: Collected<readonly string[]>;
  readonly document: Collected<string>;
}

/** All policies of the organization, and by account id the ids of account, units and root whose policies apply to it:
 *  none for the account that manages the organization. */
export interface ControlPolicyTable {
  readonly policies: readonly OrganizationPolicy[];
  readonly chains: Readonly<Record<string, Collected<readonly string[]>>>;
}

/** The part of a table that concerns these accounts: a policy that is not attached above any of them is left out. */
export const policiesOver = (
  { policies, chains }: ControlPolicyTable,
  accountIds: readonly string[],
): ControlPolicyTable => {
  const own = Object.fromEntries(accountIds.flatMap(id => (chains[id] === undefined ? [] : [[id, chains[id]]])));
  const ids = new Set(Object.values(own).flatMap(chain => valueOr(chain, [])));
  return {
    policies: policies.filter(
      ({ targets }) => targets.status === 'unavailable' || targets.value.some(id => ids.has(id)),
    ),
    chains: own,
  };
};

/** The policies that apply to one account: part of its snapshot. */
export const controlPoliciesOf = (
  table: Collected<ControlPolicyTable>,
  accountId: string,
): Collected<readonly ControlPolicy[]> => {
  if (table.status === 'unavailable') return table;
  const chain = table.value.chains[accountId] ?? unavailable(unlisted(accountId));
  if (chain.status === 'unavailable') return chain;
  const found: ControlPolicy[] = [];
  const gaps: Gap[] = table.status === 'partial' ? [...table.gaps] : [];
  for (const { id, name, targets, document } of chain.value.length === 0 ? [] : table.value.policies) {
    const attachedTo =
      targets.status === 'unavailable' ? undefined : targets.value.find(one => chain.value.includes(one));
    const [reason] = [...readFailuresOf(targets), ...(attachedTo === undefined ? [] : readFailuresOf(document))];
    if (attachedTo !== undefined && document.status !== 'unavailable')
      found.push({ id, name, attachedTo, document: document.value });
    else if (reason !== undefined) gaps.push({ what: `resource control policy ${id}`, reason });
  }
  return chain.value.length === 0 ? complete([]) : withGaps(found, gaps);
};

const unlisted = (accountId: string) =>
  ({
    kind: 'invalid',
    operation: 'organizations:ListParents',
    message: `account ${accountId} was not asked about`,
  }) as const;
