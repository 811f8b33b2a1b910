/** The part of a plan that the options ask for. */
import type { Facts } from '../../facts.ts';
import { type ImpactPlace, insideDoubts, placesIn, serviceAccountsIn } from '../../impact/places.ts';
import type { ClusterSnapshot } from '../../model.ts';
import type { PlanScope } from '../../plan/move/parts.ts';
import { compareText } from '../../text.ts';
import { type AskedPlaces, askedRoles, isAskedAccount, isNamed } from '../report/asked-roles.ts';
import { namespacesOf } from '../report/in-question.ts';
import { UsageError } from '../shell/io.ts';
import { unknownName } from '../shell/unknown-name.ts';

/** The facts of the accounts that are asked about. */
export const inAccounts = ({ account }: AskedPlaces, all: readonly Facts[]): readonly Facts[] =>
  all.filter(({ snapshot }) => account?.includes(snapshot.accountId) ?? true);

/** By the roles and the service accounts that are named. Throws `UsageError` for a service account or a namespace that none of these
 *  clusters has, where all were read. */
export const scopeOfAccounts = (asked: AskedPlaces, places: readonly ImpactPlace[]): PlanScope => {
  const { role } = asked;
  refuseUnknown(asked, places);
  return {
    isRole: arn => role === undefined || isNamed(arn, role),
    isServiceAccount: (space, name) => isAskedAccount(asked, { namespace: space, name }),
  };
};

/** The same of one cluster: where service accounts are named, the roles are those which they can assume or name. */
export const scopeOf = (asked: AskedPlaces, all: readonly Facts[], cluster: ClusterSnapshot | undefined): PlanScope => {
  const { namespace, serviceAccount } = asked;
  const isOfAll = (namespace ?? serviceAccount) === undefined;
  if (!isOfAll && cluster === undefined)
    throw new UsageError(
      '--namespace and --service-account need a cluster that was read as <old>: name the roles with --role',
    );
  const places = placesIn(all).filter(({ snapshot }) => snapshot === cluster);
  const scope = scopeOfAccounts(asked, places);
  if (isOfAll) return scope;
  const roles = askedRoles(asked, all);
  return roles === undefined ? scope : { ...scope, isRole: roles.isRole };
};

const refuseUnknown = ({ namespace, serviceAccount = [] }: AskedPlaces, places: readonly ImpactPlace[]): void => {
  if (places.some(place => insideDoubts(place).length > 0)) return;
  const known = new Set(places.flatMap(place => serviceAccountsIn(place).map(one => `${one.namespace}/${one.name}`)));
  for (const name of serviceAccount)
    if (!known.has(name)) throw unknownName('--service-account', 'service account', name, [...known].sort(compareText));
  const namespaces = new Set(places.flatMap(({ snapshot }) => namespacesOf(snapshot) ?? namespace ?? []));
  if (namespace !== undefined && !namespaces.has(namespace))
    throw unknownName('--namespace', 'namespace', namespace, [...namespaces].sort(compareText));
};
