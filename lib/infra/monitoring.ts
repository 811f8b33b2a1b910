import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { runMetrics } from '../audit/contract.ts';
import { severities } from '../config/configuration.ts';

export interface MonitoringProps {
  readonly name: string;
  readonly stateMachine: StateMachine;
  readonly functions: readonly IFunction[];
  /** Starts that failed, and digests that no destination took. */
  readonly notStarted: IQueue;
  readonly undelivered: IQueue;
  readonly operations: ITopic;
  /** Minutes between two runs; without it nothing can tell that a run is missing. */
  readonly period?: number;
}

/** Who audits the auditor: alarms on runs that fail or do not happen, and a dashboard. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const alarms = [
      runFailed(this, props),
      functionErrors(this, props),
      ...lettersLie(this, props),
      ...noRun(this, props),
    ];
    for (const alarm of alarms) {
      alarm.addAlarmAction(new SnsAction(props.operations));
      alarm.addOkAction(new SnsAction(props.operations));
    }
    dashboard(this, props);
  }
}

const sumOf = (metrics: readonly IMetric[], label: string, period: Duration): MathExpression =>
  new MathExpression({
    expression: metrics.map((_, index) => `m${index}`).join(' + '),
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    label,
    period,
  });

const runFailed = (scope: Construct, { name, stateMachine }: MonitoringProps): Alarm => {
  const over = { period: Duration.minutes(5), statistic: 'Sum' };
  const ended = [stateMachine.metricFailed(over), stateMachine.metricTimedOut(over), stateMachine.metricAborted(over)];
  return new Alarm(scope, 'RunFailed', {
    alarmName: `${name}-run-failed`,
    alarmDescription: 'An audit failed, timed out or was stopped: findings are as old as the last complete run.',
    metric: sumOf(ended, 'runs that did not succeed', Duration.minutes(5)),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
};

/** CloudWatch looks back seven days at the most: with periods above 84 hours there is no such alarm. */
const noRun = (scope: Construct, { name, stateMachine, period }: MonitoringProps): readonly Alarm[] => {
  if (period === undefined || period > 84 * 60) return [];
  const step = period >= 60 ? 60 : 5;
  return [
    new Alarm(scope, 'NoRun', {
      alarmName: `${name}-no-run`,
      alarmDescription: 'No audit has succeeded for two periods of the schedule.',
      metric: stateMachine.metricSucceeded({ period: Duration.minutes(step), statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: Math.ceil((2 * period) / step),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    }),
  ];
};

/** Single errors are repeated by the state machine; a handful within a quarter of an hour is no accident. */
const functionErrors = (scope: Construct, { name, functions }: MonitoringProps): Alarm => {
  const period = Duration.minutes(15);
  return new Alarm(scope, 'FunctionErrors', {
    alarmName: `${name}-function-errors`,
    alarmDescription: 'Steps of the audit fail again and again.',
    metric: sumOf(
      functions.map(lambda => lambda.metricErrors({ period })),
      'errors of functions',
      period,
    ),
    threshold: 5,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
};

/** A letter in a queue of dead letters rings until a person has taken it out, or for its fourteen days. */
const letterLies = (scope: Construct, id: string, queue: IQueue, alarmName: string, alarmDescription: string): Alarm =>
  new Alarm(scope, id, {
    alarmName,
    alarmDescription,
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });

const lettersLie = (scope: Construct, { name, notStarted, undelivered }: MonitoringProps): readonly Alarm[] => [
  letterLies(
    scope,
    'NotStarted',
    notStarted,
    `${name}-not-started`,
    'The scheduler could not start an audit: its call lies in the queue of dead letters.',
  ),
  letterLies(
    scope,
    'NotDelivered',
    undelivered,
    `${name}-not-delivered`,
    'A digest was given up: it lies in the queue of undelivered digests, with the reason (docs/alerts.md).',
  ),
];

const dashboard = (scope: Construct, { name, stateMachine, functions }: MonitoringProps): void => {
  const own = (metricName: string, label: string): Metric =>
    new Metric({
      namespace: runMetrics.namespace,
      metricName,
      label,
      statistic: 'Maximum',
      period: Duration.hours(1),
      dimensionsMap: { service: name },
    });
  const graph = (title: string, left: readonly IMetric[], width = 12): GraphWidget =>
    new GraphWidget({ title, left: [...left], width, height: 6 });
  new Dashboard(scope, 'Dashboard', {
    dashboardName: name,
    widgets: [
      [
        graph(
          'Open findings',
          severities.map(severity => own(runMetrics.openFindings(severity), severity)),
        ),
        graph('What moved and what was not read', [
          own(runMetrics.transitions, 'transitions'),
          own(runMetrics.gaps, 'coverage gaps'),
          own(runMetrics.failedAccounts, 'failed accounts'),
        ]),
      ],
      [
        graph('Runs', [stateMachine.metricSucceeded(), stateMachine.metricFailed(), stateMachine.metricTimedOut()]),
        graph('Duration of a run', [stateMachine.metricTime({ statistic: 'Maximum' })]),
      ],
      [
        graph(
          'Errors of functions',
          functions.map(lambda => lambda.metricErrors()),
        ),
        graph(
          'Longest step',
          functions.map(lambda => lambda.metricDuration({ statistic: 'Maximum' })),
        ),
      ],
    ],
  });
};
