import type { EKSClient } from '@aws-sdk/client-eks';
import type { ClusterInside } from '../../model/cluster.ts';
import { readPodIdentity } from '../pod-identity/read-pod-identity.ts';
import { readAddons } from './read-addons.ts';

/** What EKS keeps of the identities of a cluster's pods, beside what lies in the cluster itself. */
export const readIdentities = async (
  eks: EKSClient,
  clusterName: string,
): Promise<Omit<ClusterInside, 'kubernetes'>> => {
  const [podIdentity, addons] = await Promise.all([readPodIdentity(eks, clusterName), readAddons(eks, clusterName)]);
  return { podIdentity, addons };
};
