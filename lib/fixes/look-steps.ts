/** Steps that look at an issuer or a cluster and change nothing. */
import type { Cluster, LookOf, LookStep } from '../model.ts';
import { type ClusterOfSteps, clusterPlaceOf } from './kubernetes-steps.ts';

/** Fetches the discovery document of an issuer (a URL), with the headers of the answer. */
export const discoveryStep = (issuer: string): LookStep => ({ look: { kind: 'discovery', issuer } });

/** Shows the certificates that a server (`host` or `host:port`) sends. */
export const certificatesStep = (host: string): LookStep => ({ look: { kind: 'certificates', host } });

/** Shows a part of what EKS says of a cluster. */
export const describeCluster = (
  { name, region, accountId }: Pick<Cluster, 'name' | 'region' | 'accountId'>,
  part: LookOf<'cluster-description'>['part'],
): LookStep => ({ look: { kind: 'cluster-description', accountId, region, name, part } });

/** Shows the calls for roles of service accounts that CloudTrail kept of a region. */
export const refusedCalls = (accountId: string, region: string): LookStep => ({
  look: { kind: 'refused-calls', accountId, region },
});

/** Lists the service accounts of a cluster with the roles that their annotations name. */
export const listAnnotated = (cluster: ClusterOfSteps): LookStep => ({
  look: { kind: 'annotated-service-accounts', cluster: clusterPlaceOf(cluster) },
});
