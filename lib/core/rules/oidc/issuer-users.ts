import { audienceAsked } from '../../facts/audience-asked.ts';
import type { Facts } from '../../facts/facts.ts';
import { clustersWithIssuer, fleetGapInWords } from '../../facts/fleet-index.ts';
import { clustersOf } from '../../facts/subjects-of.ts';
import type { Role } from '../../model/account.ts';
import { providerHostPath, stripScheme } from '../../model/arn.ts';
import type { ClusterSnapshot } from '../../model/cluster.ts';
import { readFailuresOf, valueOr } from '../../model/collected.ts';
import type { FindingLocation } from '../../model/finding.ts';
import { audienceKey, roleArnKey } from '../../model/irsa-annotation.ts';
import { compareText } from '../../text/compare-text.ts';
import { plainJson } from '../../text/plain-json.ts';
import { defaultAudience } from '../../trust/evaluate/request.ts';
import { reasonOf, type UnknownReason } from '../define-rule.ts';

/** Roles of the account whose trust policy names exactly this provider, by name; as far as roles were read. */
export const rolesTrusting = (providerArn: string, facts: Facts): readonly Role[] =>
  valueOr(facts.snapshot.roles, [])
    .filter(role => plainJson(role.trustPolicy).includes(`"${providerArn}"`))
    .toSorted((a, b) => compareText(a.name, b.name));

/** Whether the account has the provider of an issuer, to the letter; as far as providers were read. */
export const hasProvider = (issuer: string, { snapshot }: Facts): boolean =>
  valueOr(snapshot.providers, []).some(({ arn }) => providerHostPath(arn) === stripScheme(issuer));

/** Whether some account of the fleet has the provider of an issuer: that of the roles needs it, not that of the cluster. A
 *  sentence where an account that may have it was not read. */
export const isProvidedFor = (issuer: string, { fleet }: Facts): boolean | string => {
  if (fleet.providers.some(({ arn }) => providerHostPath(arn) === stripScheme(issuer))) return true;
  const unread = fleet.accounts.find(({ providersRead }) => !providersRead);
  const [unreadClusters] = fleet.gaps;
  const gap = unreadClusters
    ? fleetGapInWords(unreadClusters)
    : unread && `the providers of account ${unread.accountId}`;
  return gap ? `whether another account has a provider for ${issuer}: ${gap}` : false;
};

/** What of the fleet's clusters was not read, where anything was not. */
export const unreadFleet = ({ fleet }: Facts): UnknownReason | undefined =>
  reasonOf(
    'unread',
    fleet.gaps.length === 0 ? undefined : `the clusters of the fleet: ${fleet.gaps.map(fleetGapInWords).join('; ')}`,
  );

/** Names for a message, cut after some. */
export const namesInWords = (names: readonly string[], most = 5): string => {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
};

/** The clusters of the account with this issuer, with what was read of them. */
export const clustersHere = (issuer: string, facts: Facts): readonly ClusterSnapshot[] =>
  clustersOf(facts.snapshot).filter(
    ({ cluster }) => cluster.issuer !== undefined && stripScheme(cluster.issuer) === stripScheme(issuer),
  );

/** The name of an issuer for a message: that of its cluster where one is known, else its URL without scheme. */
export const issuerName = (issuer: string, { fleet }: Facts): string => {
  const [cluster] = clustersWithIssuer(fleet, issuer);
  return cluster === undefined ? stripScheme(issuer) : `cluster ${cluster.name}`;
};

/** The place of the issuer's cluster, where it is one of the account. */
export const placeOfIssuer = (issuer: string, facts: Facts): Partial<FindingLocation> => {
  const [found] = clustersHere(issuer, facts);
  if (found === undefined) return {};
  const { name, arn, region } = found.cluster;
  return { clusterName: name, clusterArn: arn, region };
};

/**
 * The audiences that service accounts of the issuer's clusters ask for, by annotation, by default or by a volume of their
 * pods. Undefined unless every cluster of the fleet with the issuer was read completely: then nothing can be said of an
 * audience that nobody seems to ask for.
 */
export const askedAudiences = (
  issuer: string,
  facts: Facts,
  by: 'running pods' | 'new pods' = 'running pods',
): ReadonlySet<string> | undefined => {
  const here = clustersHere(issuer, facts);
  if (here.length === 0 || here.length < clustersWithIssuer(facts.fleet, issuer).length) return undefined;
  const asked = new Set<string>();
  for (const { kubernetes } of here) {
    if (kubernetes.status !== 'complete') return undefined;
    const { serviceAccounts, pods } = kubernetes.value;
    if (serviceAccounts.status !== 'complete' || pods.status !== 'complete') return undefined;
    for (const { annotations } of serviceAccounts.value) {
      const audience = annotations[audienceKey];
      if (audience !== undefined) asked.add(audience);
      else if (annotations[roleArnKey] !== undefined) asked.add(defaultAudience);
    }
    const annotated = new Map(serviceAccounts.value.map(one => [`${one.namespace}/${one.name}`, one.annotations]));
    for (const { volumes, namespace, serviceAccount } of pods.value) {
      const now = annotated.get(`${namespace}/${serviceAccount}`)?.[audienceKey];
      // The webhook gives the next pod the audience that is annotated now.
      const isOld = ({ name }: { readonly name: string }) => by === 'new pods' && now && name === 'aws-iam-token';
      for (const volume of volumes) if (!isOld(volume)) asked.add(volume.audience);
    }
  }
  return asked;
};

/** What keeps it open whether anybody asks for the default audience, where the inside of clusters was asked for and not
 *  read wholly, and nobody that was read does. */
export const askedUnread = (issuer: string, facts: Facts): string | undefined => {
  const inside = clustersHere(issuer, facts).map(({ kubernetes }) => kubernetes);
  const sections = inside.flatMap(section =>
    section.status === 'unavailable' ? [section] : [section, section.value.serviceAccounts, section.value.pods],
  );
  const [gap] = sections.flatMap(section => readFailuresOf(section)).filter(({ kind }) => kind !== 'not-asked-for');
  const accounts = inside.flatMap(section =>
    section.status === 'unavailable' ? [] : valueOr(section.value.serviceAccounts, []),
  );
  const asks = accounts.some(
    ({ annotations }) => annotations[roleArnKey] !== undefined && audienceAsked(annotations) === defaultAudience,
  );
  return gap && !asks ? `which audiences are asked for at ${issuer}: ${gap.operation}: ${gap.message}` : undefined;
};
