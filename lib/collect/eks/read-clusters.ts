import { DescribeClusterCommand, type EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import * as z from 'zod';
import { inParallel } from '../../kit/in-parallel.ts';
import {
  type Cluster,
  type ClusterSnapshot,
  type Collected,
  complete,
  type Gap,
  insideNotAsked,
  notAskedFor,
  unavailable,
  withGaps,
} from '../../model.ts';
import { given } from '../../text.ts';
import { certificatesOfBundle } from '../certificates.ts';
import { pagesOf } from '../pages.ts';
import { invalidAnswer, isRegionRefusal, readFailureFromError } from '../unread-from-error.ts';
import { boundedEntries, requiredText, worldName, worldText } from '../world-text.ts';

const listOperation = 'eks:ListClusters';
const describeOperation = 'eks:DescribeCluster';
/** The most that a page has (EKS API reference, ListClusters); a list of more pages is taken to have no end. */
const pageSize = 100;
const list = {
  operation: listOperation,
  maxPages: 100,
  name: 'clusters',
  notPage: 'the answer is not a page of cluster names',
};
/** Characters of a certificate authority, base64: EKS gives one certificate, of some 1,500. */
const maxAuthority = 200_000;
/** Tags of a resource (AWS General Reference, "Tag naming limits and requirements"). */
const maxTags = 50;

const text = worldText.nullish().transform(value => value || undefined);
const pageAnswer = z.object({ clusters: z.array(worldName).max(pageSize), nextToken: z.string().nullish() });
const clusterAnswer = z.object({
  arn: requiredText,
  name: requiredText,
  status: requiredText,
  version: text,
  endpoint: text,
  createdAt: z.date().optional(),
  identity: z.object({ oidc: z.object({ issuer: text }).nullish() }).nullish(),
  certificateAuthority: z
    .object({
      data: z
        .string()
        .max(maxAuthority)
        .nullish()
        .transform(value => value || undefined),
    })
    .nullish(),
  resourcesVpcConfig: z.object({ endpointPublicAccess: z.boolean().optional() }).nullish(),
  accessConfig: z.object({ authenticationMode: text }).nullish(),
  kubernetesNetworkConfig: z.object({ ipFamily: text }).nullish(),
  computeConfig: z.object({ enabled: z.boolean().nullish() }).nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
});

/** Where clusters are read. */
interface ClustersPlace {
  readonly accountId: string;
  readonly region: string;
  /** The region came from a list of all regions, not from a person: one that is not enabled is then no gap. */
  readonly onlyIfEnabled?: boolean;
}

/**
 * The clusters of one region: `ceil(clusters/100) + clusters` calls. Their insides come back as not asked for.
 */
export const readClusters = async (
  eks: EKSClient,
  place: ClustersPlace,
  concurrency: number,
): Promise<Collected<readonly ClusterSnapshot[]>> => {
  const names = await listNames(eks, place);
  if (names.status === 'unavailable') return names;
  const described = await inParallel(names.value, concurrency, async name => ({
    name,
    section: await readCluster(eks, place, name),
  }));
  const gaps: Gap[] = names.status === 'partial' ? [...names.gaps] : [];
  const clusters: ClusterSnapshot[] = [];
  for (const { name, section } of described) {
    if (section.status === 'unavailable') gaps.push({ what: name, reason: section.reason });
    else clusters.push({ cluster: section.value, ...insideNotAsked() });
  }
  return withGaps(clusters, gaps);
};

const listNames = (eks: EKSClient, place: ClustersPlace): Promise<Collected<readonly string[]>> =>
  pagesOf(
    list,
    async nextToken => {
      const { data } = pageAnswer.safeParse(
        await eks.send(new ListClustersCommand({ maxResults: pageSize, nextToken })),
      );
      return data && { items: data.clusters, next: data.nextToken };
    },
    (error, reason) => {
      if (!isRegionRefusal(error)) return unavailable(reason);
      const message = `the region ${place.region} is not enabled for the account, or refuses its credentials (${reason.message})`;
      return place.onlyIfEnabled ? notAskedFor(listOperation, message) : unavailable({ ...reason, message });
    },
  );

/** One cluster by its name. */
export const readCluster = async (eks: EKSClient, place: ClustersPlace, name: string): Promise<Collected<Cluster>> => {
  try {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    const parsed = clusterAnswer.safeParse(cluster);
    if (!parsed.success) return unavailable(invalidAnswer(describeOperation, `the answer for ${name} is no cluster`));
    return complete(clusterOf(parsed.data, place));
  } catch (error) {
    return unavailable(readFailureFromError(error, describeOperation));
  }
};

const clusterOf = (answer: z.output<typeof clusterAnswer>, place: ClustersPlace): Cluster => {
  const authority = answer.certificateAuthority?.data;
  const optional = {
    version: answer.version,
    issuer: answer.identity?.oidc?.issuer,
    endpoint: answer.endpoint,
    certificateAuthority: authority,
    authenticationMode: answer.accessConfig?.authenticationMode,
    ipFamily: answer.kubernetesNetworkConfig?.ipFamily,
    createdAt: answer.createdAt?.toISOString(),
  };
  return {
    arn: answer.arn,
    name: answer.name,
    region: place.region,
    accountId: place.accountId,
    status: answer.status,
    ...given(optional),
    ...(answer.computeConfig?.enabled ? { autoMode: true } : {}),
    caCertificates: authority === undefined ? [] : (certificatesOfBundle(authority) ?? []),
    endpointPublic: answer.resourcesVpcConfig?.endpointPublicAccess ?? false,
    tags: boundedEntries(Object.entries(answer.tags ?? {}), maxTags),
  };
};
