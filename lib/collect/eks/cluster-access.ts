import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  type EKSClient,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import * as z from 'zod';
import type { EntryOfRole, EntryPlace, EntryState } from '../../fixes/access-entry.ts';
import { auditorGroup } from '../../fixes/rbac-documents.ts';
import { type Collected, complete, type ReadFailure, roleNameOf, unavailable } from '../../model.ts';
import { given } from '../../text.ts';
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
      ...given({ vpcId: vpcId || undefined, securityGroupId: clusterSecurityGroupId || undefined }),
    });
  } catch (error) {
    return unavailable(readFailureFromError(error, 'eks:DescribeCluster'));
  }
};

const entryAnswer = z.object({
  accessEntry: z.object({ createdAt: z.date(), kubernetesGroups: z.array(z.string()).nullish() }),
});
const roleAnswer = z.object({ Role: z.object({ Arn: z.string(), CreateDate: z.date() }) });
const roleNamed = async (iam: IAMClient, RoleName: string) =>
  roleAnswer.parse(await iam.send(new GetRoleCommand({ RoleName }))).Role;

/** The ARN of a role of this account, with the path that its deployment gave it; of no path where it is not there yet. */
export const readRoleArn = async (iam: IAMClient, roleArn: string): Promise<Collected<string>> => {
  try {
    return complete((await roleNamed(iam, roleNameOf(roleArn))).Arn);
  } catch (error) {
    const reason = readFailureFromError(error, 'iam:GetRole');
    return reason.kind === 'not-found' ? complete(roleArn) : unavailable(reason);
  }
};

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
    const name = roleNameOf(principalArn);
    const { Arn, CreateDate } = await roleNamed(iam, name);
    if (Arn !== principalArn)
      return unavailable(invalidAnswer(operation, `the role ${name} of this account is ${Arn}`));
    return complete({
      groups: accessEntry.kubernetesGroups ?? [],
      entryMadeAt: accessEntry.createdAt.toISOString(),
      roleMadeAt: CreateDate.toISOString(),
    });
  } catch (error) {
    const reason = readFailureFromError(error, operation);
    return reason.kind === 'not-found' && operation.startsWith('eks:') ? complete(undefined) : unavailable(reason);
  }
};

const conflict = z.object({ name: z.literal('ResourceInUseException') });

/**
 * Lets a role into a cluster: `done` says how, `reason` why not. An entry that is not known to be there is made; `isThere` where EKS
 * refuses a second one, which is left as it is. The entry of an earlier role admits nobody, so that nothing is lost where it is made
 * again; one without the group gets it beside its own.
 */
export const setEntry = async (
  eks: EKSClient,
  { cluster, principalArn }: EntryPlace,
  state: Exclude<EntryState, { readonly kind: 'config-map' }>,
): Promise<{ readonly done: string } | { readonly reason: ReadFailure; readonly isThere: boolean }> => {
  const entry = { clusterName: cluster.name, principalArn };
  const told = `access entry for ${principalArn}`;
  let operation = 'eks:CreateAccessEntry';
  try {
    if (state.kind === 'admits') return { done: `${told} is there already, and was left as it is` };
    if (state.kind === 'without-group') {
      operation = 'eks:UpdateAccessEntry';
      await eks.send(new UpdateAccessEntryCommand({ ...entry, kubernetesGroups: [...state.groups, auditorGroup] }));
      return { done: `${told} got the group ${auditorGroup}` };
    }
    if (state.kind === 'outlived') {
      operation = 'eks:DeleteAccessEntry';
      await eks.send(new DeleteAccessEntryCommand(entry));
      operation = 'eks:CreateAccessEntry';
    }
    await eks.send(new CreateAccessEntryCommand({ ...entry, type: 'STANDARD', kubernetesGroups: [auditorGroup] }));
    const again = state.kind === 'outlived' ? ` again: that of ${state.entryMadeAt} was of an earlier role` : '';
    return { done: `${told} made${again}` };
  } catch (error) {
    const isThere = conflict.safeParse(error).success && operation === 'eks:CreateAccessEntry';
    const reason = isThere && state.kind === 'unknown' ? state.reason : readFailureFromError(error, operation);
    return { reason, isThere };
  }
};
