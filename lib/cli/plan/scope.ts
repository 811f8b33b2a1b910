/** The part of a plan that the options ask for. */
import type { Facts } from '../../facts.ts';
import { type ImpactPlace, insideDoubts, placesIn, serviceAccountsIn } from '../../impact/places.ts';
import { type ClusterSnapshot, roleArnKey, valueOr } from '../../model.ts';
import type { PlanScope } from '../../plan/move/parts.ts';
import { trustPolicyOf } from '../../policy.ts';
import { accessOf } from '../../report/graph/access.ts';
import { associationRows } from '../../report/graph/association-rows.ts';
import { coversAccount, isOfNamespace } from '../../report/graph/who-of.ts';
import { compareText } from '../../text.ts';
import { type AskedPlaces, namespacesOf } from '../report/in-question.ts';
import { UsageError } from '../shell/io.ts';
import { unknownName } from '../shell/unknown-name.ts';
import { isNamed } from './run-plan.ts';

/** The facts of the accounts that are asked about. */
export const inAccounts = ({ account }: AskedPlaces, all: readonly Facts[]): readonly Facts[] =>
  all.filter(({ snapshot }) => account?.includes(snapshot.accountId) ?? true);

/** By the roles and the service accounts that are named. Throws `UsageError` for a service account or a namespace that none of these
 *  clusters has, where all were read. */
export const scopeOfAccounts = (asked: AskedPlaces, places: readonly ImpactPlace[]): PlanScope => {
  const { role, namespace, serviceAccount } = asked;
  refuseUnknown(asked, places);
  return {
    isRole: arn => role === undefined || isNamed(arn, role),
    isServiceAccount: (space, name) =>
      (namespace ?? space) === space && (serviceAccount?.includes(`${space}/${name}`) ?? true),
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
  if (isOfAll || cluster === undefined) return scope;
  const rows = [...accessOf(all).rows, ...associationRows(all).rows].filter(
    row =>
      row.clusterArn === cluster.cluster.arn &&
      (namespace === undefined || isOfNamespace(row, namespace)) &&
      (serviceAccount?.some(one => coversAccount(row, ...(one.split('/') as [string, string]))) ?? true),
  );
  const named = places
    .flatMap(serviceAccountsIn)
    .filter(one => scope.isServiceAccount(one.namespace, one.name))
    .map(({ annotations }) => annotations[roleArnKey]);
  // A policy that nobody can read may allow them.
  const unread = all.flatMap(one => valueOr(one.snapshot.roles, [])).filter(one => !trustPolicyOf(one).ok);
  const roles = new Set([...rows.map(({ roleArn }) => roleArn), ...named, ...unread.map(({ arn }) => arn)]);
  return { ...scope, isRole: arn => scope.isRole(arn) && roles.has(arn) };
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
