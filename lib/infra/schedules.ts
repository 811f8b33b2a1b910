import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration, TimeZone } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Configuration } from '../config/configuration.ts';

export interface SchedulesProps {
  readonly configuration: Configuration;
  readonly key: IKey;
  readonly stateMachine: IStateMachine;
  /** Sends the weekly summary. */
  readonly notifyDrift: IFunction;
}

/** Starts runs in time. What could not be started lies in a queue that has an alarm. */
export class Schedules extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { name, schedule, weeklySummary } = props.configuration;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `${name}-schedule-dead-letters`,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const timeZone = TimeZone.of(schedule.timeZone);
    const delivery = { deadLetterQueue: this.deadLetters, retryAttempts: 3, maxEventAge: Duration.hours(1) };
    new Schedule(this, 'Audit', {
      scheduleName: name,
      description: 'Starts an audit of IRSA',
      schedule: ScheduleExpression.expression(schedule.expression, timeZone),
      enabled: schedule.enabled,
      target: new StepFunctionsStartExecution(props.stateMachine, {
        ...delivery,
        input: ScheduleTargetInput.fromObject({}),
      }),
    });
    if (!weeklySummary.enabled) return;
    new Schedule(this, 'WeeklySummary', {
      scheduleName: `${name}-weekly-summary`,
      description: 'Sends what is still open',
      schedule: ScheduleExpression.expression(weeklySummary.expression, timeZone),
      target: new LambdaInvoke(props.notifyDrift, {
        ...delivery,
        input: ScheduleTargetInput.fromObject({
          runId: `summary-${ContextAttribute.executionId}`,
          startedAt: ContextAttribute.scheduledTime,
          accounts: [],
          summary: true,
        }),
      }),
    });
  }
}

const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/**
 * The time between two runs in minutes, as far as an expression tells without a calendar: every `rate`, and a `cron`
 * that runs each day (the longest gap is then at most a day). Undefined for the rest.
 */
export const periodOf = (expression: string): number | undefined => {
  const [, count, unit = ''] = /^rate\((\d+) ([a-z]+?)s?\)$/.exec(expression) ?? [];
  const each = minutesOf[unit];
  if (each !== undefined) return Number(count) * each;
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  const [, , dayOfMonth, month, dayOfWeek] = fields;
  const everyDay = [dayOfMonth, month, dayOfWeek].every(field => field === '*' || field === '?');
  return fields.length === 6 && everyDay ? 1440 : undefined;
};
