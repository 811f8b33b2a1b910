import {
  CreateAccessEntryCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  type EKSClient,
} from '@aws-sdk/client-eks';
import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { type Collected, complete, unavailable } from '../../model.ts';
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

/** An access entry beside the role that it names. */
interface EntryOfRole {
  readonly groups: readonly string[];
  /** When the entry was made, and the role: ISO 8601. */
  readonly entryMadeAt: string;
  readonly roleMadeAt: string;
}

/** EKS keeps the id of the role with its entry, and shows it nowhere: an entry that is older than the role that has its ARN now
 *  admits nobody (EKS API Reference, `AccessEntry`, `principalArn`). An update does not change that id, as far as is
 *  documented: only the time of creation counts. */
export const hasOutlivedRole = ({ entryMadeAt, roleMadeAt }: EntryOfRole): boolean =>
  Date.parse(entryMadeAt) < Date.parse(roleMadeAt);

const entryAnswer = z.object({
  accessEntry: z.object({ createdAt: z.date(), kubernetesGroups: z.array(z.string()).nullish() }),
});
const roleAnswer = z.object({ Role: z.object({ Arn: z.string(), CreateDate: z.date() }) });

/** The entry of a role in a cluster; undefined where there is none. Two calls, with the credentials of the account of both.
 *  Never throws for what AWS refuses. */
export const readEntryOfRole = async (
  { eks, iam }: { readonly eks: EKSClient; readonly iam: IAMClient },
  { clusterName, principalArn }: { readonly clusterName: string; readonly principalArn: string },
): Promise<Collected<EntryOfRole | undefined>> => {
  let operation = 'eks:DescribeAccessEntry';
  try {
    const { accessEntry } = entryAnswer.parse(
      await eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn })),
    );
    operation = 'iam:GetRole';
    const RoleName = principalArn.slice(principalArn.lastIndexOf('/') + 1);
    const { Role } = roleAnswer.parse(await iam.send(new GetRoleCommand({ RoleName })));
    if (Role.Arn !== principalArn)
      return unavailable(invalidAnswer(operation, `the role ${RoleName} of this account is ${Role.Arn}`));
    return complete({
      groups: accessEntry.kubernetesGroups ?? [],
      entryMadeAt: accessEntry.createdAt.toISOString(),
      roleMadeAt: Role.CreateDate.toISOString(),
    });
  } catch (error) {
    const reason = readFailureFromError(error, operation);
    return reason.kind === 'not-found' && operation.startsWith('eks:') ? complete(undefined) : unavailable(reason);
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
