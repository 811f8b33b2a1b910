/** Which unread and undecided things are part of a question about some clusters, accounts, namespaces, roles or service accounts. */
import { clustersOf, type Facts, parseSubject } from '../../facts.ts';
import { type ClusterSnapshot, type FindingLocation, providerHostPath, stripScheme } from '../../model.ts';
import { type AskedPlaces, askedRoles } from './asked-roles.ts';
import { concernsCluster } from './concerns-cluster.ts';

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
 *  issuer, account, namespace, service account or role. An account's own sections are part of every question about its clusters, and
 *  so are an issuer and a namespace of which it is not known whose they are. */
export const inQuestion = (filter: AskedPlaces, facts: readonly Facts[]): ((place: QuestionPlace) => boolean) => {
  const { account, namespace, serviceAccount } = filter;
  const read = facts.flatMap(({ snapshot }) => clustersOf(snapshot));
  const asked = read.filter(
    one => (filter.cluster?.includes(one.cluster.name) ?? true) && (namespace === undefined || mayHave(one, namespace)),
  );
  const isUnread = (name: string): boolean => read.every(({ cluster }) => cluster.name !== name);
  const isNamedCluster = (name: string): boolean =>
    asked.some(({ cluster }) => cluster.name === name) || (isUnread(name) && (filter.cluster?.includes(name) ?? true));
  const isEveryIssuerKnown = filter.cluster !== undefined && !filter.cluster.some(isUnread);
  const issuers = isEveryIssuerKnown
    ? asked.flatMap(({ cluster }) => (cluster.issuer === undefined ? [] : [stripScheme(cluster.issuer)]))
    : undefined;
  const isOf = <T>(asked: readonly T[] | undefined, value: T | undefined): boolean =>
    asked === undefined || value === undefined || asked.includes(value);
  const ofAccount = serviceAccount?.map(name => name.split('/'));
  const roles = askedRoles(filter, facts);
  const trusted = (hostPath: string | undefined): boolean =>
    hostPath === undefined ||
    (isOf(issuers, hostPath) &&
      (roles?.isIssuer(hostPath) !== false ||
        (filter.role === undefined &&
          asked.some(({ cluster }) => cluster.issuer !== undefined && stripScheme(cluster.issuer) === hostPath))));
  return ({ accountId, clusterName, issuer, providerArn, roleArn, ...place }) =>
    isOf(account, accountId) &&
    (clusterName === undefined || isNamedCluster(clusterName)) &&
    trusted(issuer === undefined ? undefined : stripScheme(issuer)) &&
    trusted(providerArn === undefined ? undefined : (providerHostPath(providerArn) ?? undefined)) &&
    isOf(namespace === undefined ? undefined : [namespace], place.namespace) &&
    isOf(
      ofAccount?.map(([space]) => space),
      place.namespace,
    ) &&
    isOf(
      ofAccount?.map(([, name]) => name),
      place.serviceAccount,
    ) &&
    (place.namespace === undefined ||
      place.serviceAccount === undefined ||
      roles?.isServiceAccount(clusterName, place.namespace, place.serviceAccount) !== false) &&
    (roleArn === undefined ||
      (roles?.isRole(roleArn) !== false &&
        (filter.cluster?.some(name => concernsCluster({ roleArn }, name, facts)) ?? true)));
};
