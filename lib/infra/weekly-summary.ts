import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { transientErrors, untilOtherHasSent } from '../audit/contract.ts';
import { allowEveryVersion, pinnedVersion } from './pinned-version.ts';
import { lambdaServiceErrors, noRoom, retryProps } from './workflow.ts';

export interface WeeklySummaryProps {
  readonly name: string;
  readonly notifyDrift: LambdaFunction;
  readonly logGroup: ILogGroup;
}

/**
 * Sends the weekly summary. A state machine of its own, so that it is repeated while a run is sending (which may last
 * some ten minutes; an asynchronous call of the function is repeated twice, within three), and so that it can be seen to
 * have failed.
 */
export class WeeklySummary extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: WeeklySummaryProps) {
    super(scope, id);
    const name = `${props.name}-weekly-summary`;
    const send = new LambdaInvoke(this, 'SendSummary', {
      lambdaFunction: pinnedVersion(props.notifyDrift),
      payload: TaskInput.fromJsonPathAt('$'),
      outputPath: '$.Payload',
      retryOnServiceExceptions: false,
    });
    send.addRetry(retryProps({ errors: [...transientErrors, ...lambdaServiceErrors, noRoom], ...untilOtherHasSent }));
    this.stateMachine = new StateMachine(this, 'Machine', {
      stateMachineName: name,
      comment: 'Sends what is still open, once a week',
      definitionBody: DefinitionBody.fromChainable(send),
      timeout: Duration.hours(3),
      tracingEnabled: true,
      logs: {
        destination: props.logGroup,
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
    });
    allowEveryVersion(this.stateMachine, [props.notifyDrift]);
  }
}
