import { CreateAccessEntryCommand, DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import * as z from 'zod';
import { type Collected, complete, unavailable } from '../../model/collected.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';

const networkAnswer = z.object({
  resourcesVpcConfig: z
    .object({
      vpcId: z.string().nullish(),
      subnetIds: z.array(z.string()).nullish(),
      clusterSecurityGroupId: z.string().nullish(),
    })
    .nullish(),
});

/** The VPC of a cluster, for a collector that has to stand in it. */
export interface ClusterVpc {
  readonly vpcId?: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId?: string;
}

/** Reads where a cluster's API lies. */
export const readClusterVpc = async (eks: EKSClient, name: string): Promise<Collected<ClusterVpc>> => {
  try {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    const parsed = networkAnswer.safeParse(cluster);
    if (!parsed.success) return unavailable(invalidAnswer('eks:DescribeCluster', 'the answer has no VPC'));
    const { vpcId, subnetIds, clusterSecurityGroupId } = parsed.data.resourcesVpcConfig ?? {};
    return complete({
      subnetIds: subnetIds ?? [],
      ...(vpcId ? { vpcId } : {}),
      ...(clusterSecurityGroupId ? { securityGroupId: clusterSecurityGroupId } : {}),
    });
  } catch (error) {
    return unavailable(readFailureFromError(error, 'eks:DescribeCluster'));
  }
};

const conflict = z.object({ name: z.literal('ResourceInUseException') });

/** Gives a role a group in a cluster. One that is there already is left as it is, and said. */
export const createAccessEntry = async (
  eks: EKSClient,
  entry: { readonly clusterName: string; readonly principalArn: string; readonly group: string },
): Promise<Collected<'created' | 'exists'>> => {
  const { clusterName, principalArn, group } = entry;
  try {
    await eks.send(
      new CreateAccessEntryCommand({ clusterName, principalArn, type: 'STANDARD', kubernetesGroups: [group] }),
    );
    return complete('created');
  } catch (error) {
    return conflict.safeParse(error).success
      ? complete('exists')
      : unavailable(readFailureFromError(error, 'eks:CreateAccessEntry'));
  }
};
