/** Which unread and undecided things are part of a question about some clusters, accounts, namespaces, roles or service accounts. */
import { clustersOf, type Facts, parseSubject } from '../../facts.ts';
import { type ClusterSnapshot, type FindingLocation, providerHostPath, roleNameOf, stripScheme } from '../../model.ts';
import { concernsCluster } from './concerns-cluster.ts';

/** The part of a report's filter that names places. */
export interface AskedPlaces {
  readonly cluster?: readonly string[];
  /** Account ids. */
  readonly account?: readonly string[];
  /** Names or ARNs. */
  readonly role?: readonly string[];
  /** `namespace/name`. */
  readonly serviceAccount?: readonly string[];
  readonly namespace?: string;
}

/** The place of an unread or undecided thing, as far as it is known. */
type QuestionPlace = Partial<FindingLocation>;

/** The place of an undecided check. The subject of a check that was asked for nowhere has none. */
export const questionPlaceOf = (subject: string): QuestionPlace => {
  const { kind: _kind, ...place } = parseSubject(subject);
  return place;
};

/** The namespaces of a cluster; undefined where they were not all read. */
export const namespacesOf = ({ kubernetes }: ClusterSnapshot): readonly string[] | undefined =>
  kubernetes.status === 'unavailable' || kubernetes.value.namespaces.status !== 'complete'
    ? undefined
    : kubernetes.value.namespaces.value.map(({ name }) => name);

const mayHave = (cluster: ClusterSnapshot, namespace: string): boolean =>
  namespacesOf(cluster)?.includes(namespace) ?? true;

/** True for a place that may be part of the question: everything that it names is asked about, and it names no other cluster,
 *  issuer, account, namespace or service account. An account's own sections are part of every question about its clusters, and
 *  so are an issuer and a namespace of which it is not known whose they are. */
export const inQuestion = (filter: AskedPlaces, facts: readonly Facts[]): ((place: QuestionPlace) => boolean) => {
  const { account, namespace, serviceAccount } = filter;
  const read = facts.flatMap(({ snapshot }) => clustersOf(snapshot));
  const asked = read.filter(
    one => (filter.cluster?.includes(one.cluster.name) ?? true) && (namespace === undefined || mayHave(one, namespace)),
  );
  const isUnread = (name: string): boolean => read.every(({ cluster }) => cluster.name !== name);
  const isNamed = (name: string): boolean =>
    asked.some(({ cluster }) => cluster.name === name) || (isUnread(name) && (filter.cluster?.includes(name) ?? true));
  const isEveryIssuerKnown = filter.cluster !== undefined && !filter.cluster.some(isUnread);
  const issuers = isEveryIssuerKnown
    ? asked.flatMap(({ cluster }) => (cluster.issuer === undefined ? [] : [stripScheme(cluster.issuer)]))
    : undefined;
  const isOf = <T>(asked: readonly T[] | undefined, value: T | undefined): boolean =>
    asked === undefined || value === undefined || asked.includes(value);
  const only = <T>(value: T | undefined): readonly T[] | undefined => (value === undefined ? undefined : [value]);
  const ofAccount = serviceAccount?.map(name => name.split('/'));
  return place =>
    isOf(account, place.accountId) &&
    (place.clusterName === undefined || isNamed(place.clusterName)) &&
    isOf(issuers, place.issuer === undefined ? undefined : stripScheme(place.issuer)) &&
    isOf(issuers, place.providerArn === undefined ? undefined : providerHostPath(place.providerArn)) &&
    isOf(only(namespace), place.namespace) &&
    isOf(
      ofAccount?.map(([space]) => space),
      place.namespace,
    ) &&
    isOf(
      ofAccount?.map(([, name]) => name),
      place.serviceAccount,
    ) &&
    (place.roleArn === undefined || isAskedRole(filter, place.roleArn, facts));
};

/** True for a role that a filter asks about, or that pods of the clusters which it asks about may assume. */
const isAskedRole = ({ role, cluster }: AskedPlaces, roleArn: string, facts: readonly Facts[]): boolean =>
  (role === undefined || role.some(name => name === roleArn || name === roleNameOf(roleArn))) &&
  (cluster === undefined || cluster.some(name => concernsCluster({ roleArn }, name, facts)));
