import { CfnManagedPolicy, CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CfnResource, Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** The most that AWS takes, in characters without white space for policies, and in bytes else. Sources: IAM User Guide,
 *  "IAM and AWS STS quotas"; Lambda Developer Guide, "Lambda quotas"; Step Functions Developer Guide, "Service quotas";
 *  CloudFormation User Guide, "Understand CloudFormation quotas". */
const most = {
  managedPolicy: [6_144, 'characters in a managed policy of IAM'],
  inlinePolicies: [10_240, 'characters in the inline policies of an IAM role'],
  environment: [4_096, 'bytes of environment variables of a Lambda function'],
  definition: [1_048_576, 'bytes of a Step Functions definition'],
  resources: [500, 'resources in a CloudFormation template'],
} as const;

/**
 * One sentence for each part of a stack that AWS would refuse for its size, minutes into the deployment. References to other
 * resources count as they stand in the template, which is longer than the ARNs that they become.
 */
export const tooLarge = (scope: IConstruct): readonly string[] => {
  const stack = Stack.of(scope);
  const all = stack.node.findAll().filter(each => CfnResource.isCfnResource(each));
  const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(stack.resolve(value) ?? ''));
  const faults: string[] = [];
  const compare = (name: string, what: string, size: number, [limit, quota]: readonly [number, string]): void => {
    if (size > limit) faults.push(`${name}: ${what} of ${size}, wanted at most ${limit} (quota: ${quota})`);
  };
  const inline = new Map<string, number>();
  for (const each of all) {
    const { path } = each.node;
    if (each instanceof CfnManagedPolicy) compare(path, 'a policy', sizeOf(each.policyDocument), most.managedPolicy);
    if (each instanceof CfnPolicy)
      for (const role of stack.resolve(each.roles) ?? []) {
        const key = JSON.stringify(role);
        inline.set(key, (inline.get(key) ?? 0) + sizeOf(each.policyDocument));
      }
    if (each instanceof CfnRole) compare(path, 'inline policies', sizeOf(each.policies), most.inlinePolicies);
    if (each instanceof CfnFunction) compare(path, 'an environment', sizeOf(each.environment), most.environment);
    if (each instanceof CfnStateMachine) compare(path, 'a definition', sizeOf(each.definitionString), most.definition);
  }
  for (const [role, size] of inline) compare(role, 'inline policies', size, most.inlinePolicies);
  compare(stack.node.path, 'a number of resources', all.length, most.resources);
  return faults;
};
