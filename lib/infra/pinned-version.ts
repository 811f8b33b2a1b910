/** A run ends with the code that it began with: tasks call one version of a function, and not the newest. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';

/** The version of a function that this deployment publishes. aws-cdk-lib's own types of it differ in what may be undefined. */
export const pinnedVersion = (lambdaFunction: LambdaFunction): IFunction => lambdaFunction.currentVersion as IFunction;

/** Allows a machine to call every version, and the function without one never: a run goes on with the versions that it began
 *  with, under the role of the newest deployment. */
export const allowEveryVersion = (machine: StateMachine, functions: readonly LambdaFunction[]): void => {
  for (const { functionArn } of functions)
    machine.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [`${functionArn}:*`] }),
    );
};
