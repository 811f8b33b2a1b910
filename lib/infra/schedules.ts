import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws, Duration, TimeZone } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Configuration } from '../config/configuration.ts';
import { queueEncryption } from './notifications.ts';

export interface SchedulesProps {
  readonly configuration: Configuration;
  readonly key?: IKey;
  readonly stateMachine: IStateMachine;
  /** Sends the weekly summary; absent where none is wanted. */
  readonly weeklySummary?: IStateMachine;
}

/** Starts runs and weekly summaries in time. What could not be started lies in a queue that has an alarm. */
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
