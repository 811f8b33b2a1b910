import { audienceAsked, clustersWithIssuer, type Facts, fleetGapInWords, regionOfIssuer } from '../../facts.ts';
import { audienceKey, readFailuresOf, roleArnKey, valueOr } from '../../model.ts';
import { defaultAudience } from '../../policy.ts';
import { clustersHere } from './issuer-users.ts';

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

/** The reason why it is open whether anybody asks for the default audience, where the inside of clusters was asked for
 *  and not read wholly, and no reading of it does. */
export const askedUnread = (issuer: string, facts: Facts): string | undefined => {
  const inside = clustersHere(issuer, facts).map(({ kubernetes }) => kubernetes);
  const own = regionOfIssuer(issuer);
  const unlisted = facts.fleet.gaps.find(({ region }) => region === undefined || region === own);
  if (inside.length === 0 && unlisted !== undefined && facts.settings.inCluster)
    return `which audiences are asked for at ${issuer}: its cluster may be one of ${fleetGapInWords(unlisted)}`;
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
