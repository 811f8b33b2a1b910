/** The thing that a person names, and the answer for it. */

import type { Facts } from '../../facts.ts';
import { clusterImpact } from '../../impact/cluster-impact.ts';
import type { ImpactAnswer, ImpactKind } from '../../impact/impact.ts';
import { type ImpactPlace, insideDoubts, isLike, placesIn, serviceAccountsIn } from '../../impact/places.ts';
import { providerImpact } from '../../impact/provider-impact.ts';
import { type RegionsAsked, roleImpact } from '../../impact/role-impact.ts';
import { serviceAccountImpact } from '../../impact/service-account-impact.ts';
import { type Collected, providerHostPath, readFailuresOf, stripScheme, valueOr } from '../../model.ts';
import { visible } from '../../text.ts';
import type { AskedPlaces } from '../report/asked-roles.ts';
import { UsageError } from '../shell/io.ts';
import { unknownName } from '../shell/unknown-name.ts';

/** The question of a person. The clusters and the namespace are those of a service account. */
export interface Asked extends Pick<AskedPlaces, 'cluster' | 'namespace' | 'account'> {
  readonly kind: ImpactKind;
  readonly name: string;
}

/** The answer. It is about everything that was read: `asked` says no more than which thing is meant. Throws `UsageError` for a name
 *  that nothing has, that several things have, or that may be in a part which was not read. */
export const impactOf = (asked: Asked, all: readonly Facts[], reach: RegionsAsked): ImpactAnswer => {
  const { kind, name, cluster, namespace } = asked;
  if (kind !== 'service-account' && (cluster ?? namespace) !== undefined)
    throw new UsageError(
      `impact: --cluster and --namespace say which service account is meant; the answer for a ${kind} is about all of them`,
    );
  const among = inAccounts(asked, all);
  switch (kind) {
    case 'provider': {
      const { provider, facts } = providerNamed(name, among);
      return providerImpact(provider, facts, all);
    }
    case 'role': {
      const { role, facts } = roleNamed(name, among);
      return roleImpact(role, facts, all, reach);
    }
    case 'cluster':
      return clusterImpact(placeNamed('impact', name, among), all);
    case 'service-account': {
      const { account, place } = serviceAccountNamed(asked, among);
      return serviceAccountImpact(account, place, all);
    }
  }
};

const inAccounts = ({ account = [] }: Asked, all: readonly Facts[]): readonly Facts[] => {
  const known = all.map(({ snapshot }) => snapshot.accountId);
  for (const id of account) if (!known.includes(id)) throw unknownName('--account', 'AWS account', id, known);
  return account.length === 0 ? all : all.filter(({ snapshot }) => account.includes(snapshot.accountId));
};

/** The one of a list. `others` names what it is among several. */
const theOne = <T>(
  option: string,
  what: string,
  name: string,
  found: readonly T[],
  idOf: (one: T) => string,
  known: readonly string[],
  unread: readonly string[],
): T => {
  const [only, ...more] = found;
  if (only === undefined && unread.length > 0)
    throw new UsageError(
      visible(
        `${option}: no ${what} "${name}" was found, and not all was read: ${unread[0]}. Grant that permission, and ask again`,
      ),
    );
  if (only === undefined) throw unknownName(option, what, name, known);
  if (more.length > 0)
    throw new UsageError(
      visible(`${option}: ${found.length} ${what}s are called "${name}": name one of ${found.map(idOf).join(', ')}`),
    );
  return only;
};

const gapsOf = (sections: readonly Collected<unknown>[]): readonly string[] =>
  sections.flatMap(readFailuresOf).map(({ operation, message }) => `${operation}: ${message}`);

const providerNamed = (name: string, all: readonly Facts[]) => {
  const issuers = new Set(
    placesIn(all)
      .filter(({ snapshot: { cluster } }) => cluster.name === name || cluster.arn === name)
      .map(({ snapshot: { cluster } }) => stripScheme(cluster.issuer ?? '')),
  );
  const every = all.flatMap(facts => valueOr(facts.snapshot.providers, []).map(provider => ({ provider, facts })));
  const found = every.filter(({ provider: { arn } }) => {
    const issuer = providerHostPath(arn) ?? '';
    return arn === name || issuer === stripScheme(name) || issuers.has(issuer);
  });
  const known = every.map(({ provider }) => provider.arn);
  const like = known.find(arn => isLike(arn, name) || isLike(providerHostPath(arn) ?? '', name));
  if (found.length === 0 && like !== undefined)
    throw new UsageError(visible(`impact: no provider is called "${name}" to the letter; did you mean ${like}?`));
  const gaps = gapsOf(all.map(({ snapshot }) => snapshot.providers));
  return theOne('impact', 'provider', name, found, ({ provider }) => provider.arn, known, gaps);
};

const roleNamed = (name: string, all: readonly Facts[]) => {
  const every = all.flatMap(facts => valueOr(facts.snapshot.roles, []).map(role => ({ role, facts })));
  const found = every.filter(({ role }) => role.arn === name || role.name === name);
  const gaps = gapsOf(all.map(({ snapshot }) => snapshot.roles));
  return theOne(
    'impact',
    'role',
    name,
    found,
    ({ role }) => role.arn,
    every.map(({ role }) => role.name),
    gaps,
  );
};

/** The cluster that a name or an ARN means. Throws `UsageError` as `impactOf`. */
export const placeNamed = (option: string, name: string, all: readonly Facts[]): ImpactPlace => {
  const every = placesIn(all);
  const found = every.filter(({ snapshot: { cluster } }) => cluster.name === name || cluster.arn === name);
  const gaps = gapsOf(all.flatMap(({ snapshot }) => snapshot.regions.map(({ clusters }) => clusters)));
  const known = every.map(({ snapshot }) => snapshot.cluster.name);
  return theOne(option, 'cluster', name, found, ({ snapshot }) => snapshot.cluster.arn, known, gaps);
};

const serviceAccountNamed = ({ name: typed, cluster, namespace }: Asked, all: readonly Facts[]) => {
  const name = namespace === undefined || typed.includes('/') ? typed : `${namespace}/${typed}`;
  if (name.split('/').length !== 2 || (namespace ?? name.split('/')[0]) !== name.split('/')[0])
    throw new UsageError(
      visible(
        `impact: "${name}" is no service account${namespace === undefined ? '' : ` of namespace ${namespace}`}: write namespace/name`,
      ),
    );
  const places = cluster?.map(one => placeNamed('--cluster', one, all)) ?? placesIn(all);
  const every = places.flatMap(place => serviceAccountsIn(place).map(account => ({ account, place })));
  const found = every.filter(({ account }) => `${account.namespace}/${account.name}` === name);
  const known = every.map(({ account }) => `${account.namespace}/${account.name}`);
  const [doubt] = places.flatMap(insideDoubts);
  const gaps = doubt === undefined ? [] : [`${doubt.what}; ${doubt.how}`];
  return theOne('impact', 'service account', name, found, ({ place }) => place.snapshot.cluster.arn, known, gaps);
};
