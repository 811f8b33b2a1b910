import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

export interface FailedRunsProps {
  readonly name: string;
  readonly stateMachine: IStateMachine;
  readonly completeRun: IFunction;
  /** Takes the events that could not be handed over. */
  readonly deadLetters: IQueue;
}

/**
 * Every run that did not succeed leaves a record that says why. No state of the machine can do that: an execution that
 * times out or is stopped runs none any more, and `States.Runtime` is caught by nothing (Step Functions Developer Guide,
 * "Handling errors"). Step Functions tells the default event bus of it.
 */
export const recordFailedRuns = (scope: Construct, props: FailedRunsProps): Rule =>
  new Rule(scope, 'FailedRuns', {
    ruleName: `${props.name}-failed-runs`,
    description: 'Records an audit that failed, timed out or was stopped',
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [props.stateMachine.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    },
    targets: [
      new LambdaFunction(props.completeRun, {
        deadLetterQueue: props.deadLetters,
        retryAttempts: 5,
        maxEventAge: Duration.hours(2),
      }),
    ],
  });
