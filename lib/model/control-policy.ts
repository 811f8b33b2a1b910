/** Resource and service control policies of an organization, as one run read them for all accounts (docs/facts.md §A.9b, §A.9c). */
import {
  type Collected,
  complete,
  type Gap,
  mapSection,
  readFailuresOf,
  unavailable,
  valueOr,
  withGaps,
} from './collected.ts';

/** A policy that applies to an account. AWS's own `RCPFullAWSAccess` is left out: it denies nothing. */
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
  /** Service control policies, in the same form. Absent where they were not asked for. AWS's own are among them where one of the
   *  organization is attached too: elsewhere nothing but theirs can be. */
  readonly services?: Collected<readonly OrganizationPolicy[]>;
}

/** The service control policies over an account: a list for the root, each unit and the account that has policies of the
 *  organization. Some policy of each list must allow a request. */
export type ServiceControls = readonly (readonly Pick<ControlPolicy, 'name' | 'document'>[])[];

/** The part of a table that concerns these accounts: a policy that is not attached above any of them is left out. */
export const policiesOver = (
  { policies, chains, services }: ControlPolicyTable,
  accountIds: readonly string[],
): ControlPolicyTable => {
  const own = Object.fromEntries(accountIds.flatMap(id => (chains[id] === undefined ? [] : [[id, chains[id]]])));
  const ids = new Set(Object.values(own).flatMap(chain => valueOr(chain, [])));
  // A refused policy is a gap of the managing account, too, which no policy restricts.
  const isManaging = Object.values(own).some(chain => chain.status !== 'unavailable' && chain.value.length === 0);
  const isUnread = ({ targets, document }: OrganizationPolicy): boolean =>
    targets.status === 'unavailable' || (isManaging && document.status === 'unavailable');
  const over = (list: readonly OrganizationPolicy[]): readonly OrganizationPolicy[] =>
    list.filter(one => isUnread(one) || valueOr(one.targets, []).some(id => ids.has(id)));
  return {
    policies: over(policies),
    chains: own,
    ...(services === undefined ? {} : { services: mapSection(services, over) }),
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
  // They do not restrict the account that manages the organization: what was asked for and refused is a gap all the same.
  const restricts = chain.value.length > 0;
  for (const { id, name, targets, document } of table.value.policies) {
    const attachedTo =
      targets.status === 'unavailable' ? undefined : targets.value.find(one => chain.value.includes(one));
    const [reason] = [
      ...readFailuresOf(targets),
      ...(restricts && attachedTo === undefined ? [] : readFailuresOf(document)),
    ];
    if (attachedTo !== undefined && document.status !== 'unavailable')
      found.push({ id, name, attachedTo, document: document.value });
    else if (reason !== undefined) gaps.push({ what: `resource control policy ${id}`, reason });
  }
  return withGaps(found, gaps);
};

/** The service control policies over one account; undefined where they were not asked for. Where one of them was not read it is
 *  not known what is left, so that nothing is given. */
export const serviceControlsOf = (
  table: Collected<ControlPolicyTable>,
  accountId: string,
): Collected<ServiceControls> | undefined => {
  if (table.status === 'unavailable') return table;
  const { services, chains } = table.value;
  if (services === undefined) return undefined;
  const chain = chains[accountId] ?? unavailable(unlisted(accountId));
  if (chain.status === 'unavailable') return chain;
  // They do not restrict the account that manages the organization.
  if (chain.value.length === 0) return complete([]);
  if (services.status === 'unavailable') return services;
  const [unread] = [
    ...readFailuresOf(services),
    ...services.value.flatMap(({ targets, document }) =>
      targets.status !== 'unavailable' && !targets.value.some(id => chain.value.includes(id))
        ? []
        : [...readFailuresOf(targets), ...readFailuresOf(document)],
    ),
  ];
  if (unread !== undefined) return unavailable(unread);
  const layers = chain.value.map(id =>
    services.value.flatMap(({ name, targets, document }) =>
      valueOr(targets, []).includes(id) ? [{ name, document: valueOr(document, '') }] : [],
    ),
  );
  return complete(layers.filter(layer => layer.length > 0));
};

const unlisted = (accountId: string) =>
  ({
    kind: 'invalid',
    operation: 'organizations:ListParents',
    message: `account ${accountId} was not asked about`,
  }) as const;
