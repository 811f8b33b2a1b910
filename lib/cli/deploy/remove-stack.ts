import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateListStackResources,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { deploymentsIn } from '../../audit/contract.ts';
import type { StackFacts } from '../../doctor/deployment.ts';
import { errorParts } from '../../kit/classify-error.ts';
import { visible } from '../../text.ts';

/** The stack of the auditor `name`; undefined where there is none (CloudFormation API Reference, DescribeStacks: a `ValidationError`). */
export const deployedStack = async (
  client: CloudFormationClient,
  StackName: string,
  name: string,
): Promise<StackFacts | undefined> => {
  try {
    const { Stacks: [found] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const deployed = deploymentsIn(found?.Outputs ?? []);
    return found && { status: found.StackStatus ?? '', outputs: deployed.get(name) ?? deployed.get('') ?? {} };
  } catch (error) {
    if (/does not exist/.test(errorParts(error).message)) return undefined;
    throw error;
  }
};

/** Deletes a stack and waits for the end. Answers the resources that could not be deleted, each with its reason. */
export const removeStack = async (client: CloudFormationClient, StackName: string): Promise<readonly string[]> => {
  await client.send(new DeleteStackCommand({ StackName }));
  try {
    await waitUntilStackDeleteComplete({ client, maxWaitTime: 3600, minDelay: 2, maxDelay: 10 }, { StackName });
    return [];
  } catch (error) {
    const left: string[] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
      for (const { LogicalResourceId, ResourceType, ResourceStatus, ResourceStatusReason } of StackResourceSummaries)
        if (ResourceStatus === 'DELETE_FAILED')
          left.push(visible(`${LogicalResourceId} (${ResourceType}): ${ResourceStatusReason ?? 'without a reason'}`));
    if (left.length === 0) throw error;
    return left;
  }
};
