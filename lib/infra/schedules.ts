import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, type IStateMachine, LogLevel, StateMachine, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Aws, Duration, TimeZone } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { transientErrors, untilOtherHasSent } from '../audit/contract.ts';
import type { Configuration } from '../config/configuration.ts';
import { queueEncryption } from './notifications.ts';
import { allowEveryVersion, pinnedVersion } from './pinned-version.ts';
import { lambdaServiceErrors, noRoom, retryProps } from './workflow.ts';

interface SchedulesProps {
  readonly configuration: Configuration;
  readonly key?: IKey;
  readonly stateMachine: IStateMachine;
  /** Sends the weekly summary; absent where none is wanted. */
  readonly weeklySummary?: IStateMachine;
}

/** Starts runs and weekly summaries in time. A run that could not be started lies in a queue that has an alarm. */
export class Schedules extends Construct {
  readonly deadLetters: Queue;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { name, schedule, weeklySummary } = props.configuration;
    this.key = props.key;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `${name}-schedule-dead-letters`,
      ...queueEncryption(props.key),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const timeZone = TimeZone.of(schedule.timeZone);
    new Schedule(this, 'Audit', {
      scheduleName: name,
      description: 'Starts an audit of IRSA',
      schedule: ScheduleExpression.expression(schedule.expression, timeZone),
      enabled: schedule.enabled,
      target: this.target('Audit', props.stateMachine, {}),
    });
    if (props.weeklySummary === undefined) return;
    new Schedule(this, 'WeeklySummary', {
      scheduleName: `${name}-weekly-summary`,
      description: 'Sends what is still open',
      schedule: ScheduleExpression.expression(weeklySummary.expression, timeZone),
      target: this.target('WeeklySummary', props.weeklySummary, {
        runId: `summary-${ContextAttribute.executionId}`,
        startedAt: ContextAttribute.scheduledTime,
        accounts: [],
        summary: true,
      }),
    });
  }

  /** With a role of its own: the scheduler writes to an encrypted queue with the rights of the role (EventBridge Scheduler
   *  User Guide, "Configuring a schedule's dead-letter queue"), and the role that CDK makes has none on the key. */
  private target(id: string, machine: IStateMachine, input: object) {
    const role = new Role(this, `${id}Role`, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.key?.grant(role, 'kms:GenerateDataKey', 'kms:Decrypt');
    return new StepFunctionsStartExecution(machine, {
      role,
      deadLetterQueue: this.deadLetters,
      retryAttempts: 3,
      maxEventAge: Duration.hours(1),
      input: ScheduleTargetInput.fromObject(input),
    });
  }
}

interface WeeklySummaryProps {
  readonly name: string;
  readonly notifyDrift: LambdaFunction;
  readonly logGroup: ILogGroup;
}

/**
 * Sends the weekly summary. A state machine of its own, so that it is repeated while a run is sending (which may last
 * some ten minutes; an asynchronous call of the function is repeated twice, within three), and so that it can be seen to
 * have failed.
 */
export class WeeklySummarySchedule extends Construct {
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
      logs: { destination: props.logGroup, level: LogLevel.ALL, includeExecutionData: true },
    });
    allowEveryVersion(this.stateMachine, [props.notifyDrift]);
  }
}
