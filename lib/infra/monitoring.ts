import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { runMetrics } from '../audit/contract.ts';
import { severities } from '../config/configuration.ts';

interface MonitoringProps {
  readonly name: string;
  readonly stateMachine: StateMachine;
  readonly functions: readonly IFunction[];
  readonly dashboard: boolean;
  /** Starts and records that failed, and digests that no destination took. */
  readonly notStarted: IQueue;
  readonly undelivered: IQueue;
  readonly operations: ITopic;
  /** Sends the weekly summary, where one is wanted. */
  readonly weeklySummary?: IStateMachine;
  /** Minutes between two runs, where an alarm can tell that one is missing (`watchedPeriod`). */
  readonly period?: number;
}

/**
 * Who audits the auditor: alarms on runs that fail or do not happen, on accounts that were not read, and on what was not
 * delivered; where it is asked for, a dashboard. Errors of functions have no alarm: what they cost is a run that fails, or
 * an account that is not read. An alarm that stays until the next success also tells of its end. The others end by
 * themselves, minutes after a failure or once a person took a letter out, and when the stack is made: no message says so.
 */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const toReaders = new SnsAction(props.operations);
    const ofRuns = (of: 'failedRuns' | 'unreadAccounts') => sinceLastRun(this, props.name, of);
    const untilSuccess = [ofRuns('failedRuns'), ...noRun(this, props), ofRuns('unreadAccounts')];
    for (const alarm of untilSuccess) alarm.addOkAction(toReaders);
    for (const alarm of [...untilSuccess, ...lettersLie(this, props), ...summaryNotSent(this, props)])
      alarm.addAlarmAction(toReaders);
    if (props.dashboard) dashboard(this, props);
  }
}

/** A sum in which a metric without data is 0. With `m0 + m1` there is no value, and so no alarm, in a period in which one
 *  of them has none: a function that was not called has no errors, a machine whose runs all fail none that were stopped
 *  (CloudWatch User Guide, "Using math expressions"). */
const sumOf = (metrics: readonly IMetric[], label: string, period: Duration): MathExpression =>
  new MathExpression({
    expression: `SUM([${metrics.map((_, index) => `FILL(m${index}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    label,
    period,
  });

/** Executions that did not succeed. */
const ended = (machine: IStateMachine, period: Duration): readonly IMetric[] => {
  const over = { period, statistic: 'Sum' };
  return [machine.metricFailed(over), machine.metricTimedOut(over), machine.metricAborted(over)];
};

type OneOrMore = readonly [scope: Construct, id: string, name: string, description: string, metric: IMetric];

const oneOrMore = (treatMissingData: TreatMissingData, ...[scope, id, ...alarm]: OneOrMore): Alarm => {
  const [alarmName, alarmDescription, metric] = alarm;
  return new Alarm(scope, id, {
    alarmName,
    alarmDescription,
    metric,
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData,
  });
};

/** An alarm on anything at all. It ends with the first period that has nothing. */
const onAny = (...alarm: OneOrMore): Alarm => oneOrMore(TreatMissingData.NOT_BREACHING, ...alarm);

/** An alarm on executions that did not succeed. */
export const onFailure = (scope: Construct, id: string, name: string, about: string, machine: IStateMachine): Alarm => {
  const period = Duration.minutes(5);
  return onAny(scope, id, name, about, sumOf(ended(machine, period), 'runs that did not succeed', period));
};

/** Alarms on metrics that each run writes once, `FailedRuns` from the event bus where the run itself could not; a call of that one that
 *  fails is a letter, which has an alarm of its own. */
const alarmsOfRuns = {
  failedRuns: [
    'RunFailed',
    'run-failed',
    'An audit failed, timed out or was stopped: findings are as old as the last complete run.',
  ],
  unreadAccounts: [
    'UnreadAccounts',
    'unread-accounts',
    'Nothing could be read of an AWS account in the last run: the digest names the missing permission.',
  ],
  accountsWithoutEvents: [
    'NoEvents',
    'fast-lane-no-events',
    'A full run found a change of an account, and no event of that account came until the next full run: irsa-auditor doctor says where to look.',
  ],
} as const;

/** Between two runs there is no data: the alarm stays as the last run left it. */
export const sinceLastRun = (scope: Construct, name: string, of: keyof typeof alarmsOfRuns): Alarm => {
  const [id, ending, about] = alarmsOfRuns[of];
  const metric = ownMetric(name, runMetrics[of], { period: Duration.minutes(5) });
  return oneOrMore(TreatMissingData.IGNORE, scope, id, `${name}-${ending}`, about, metric);
};

const summaryNotSent = (scope: Construct, { name, weeklySummary }: MonitoringProps): readonly Alarm[] => {
  if (weeklySummary === undefined) return [];
  const about = 'The weekly summary failed after its retries.';
  return [onFailure(scope, 'SummaryNotSent', `${name}-summary-not-sent`, about, weeklySummary)];
};

/** A run that is skipped because another one goes on succeeds for Step Functions; `complete-run` writes its metric for no such run. */
const noRun = (scope: Construct, { name, period }: MonitoringProps): readonly Alarm[] => {
  if (period === undefined) return [];
  const step = period >= 60 ? 60 : 5;
  return [
    new Alarm(scope, 'NoRun', {
      alarmName: `${name}-no-run`,
      alarmDescription: 'No audit has come to its end for two periods of the schedule.',
      metric: ownMetric(name, runMetrics.unreadAccounts, { period: Duration.minutes(step), statistic: 'SampleCount' }),
      threshold: 1,
      evaluationPeriods: Math.ceil((2 * period) / step),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    }),
  ];
};

/** A metric of the auditor's own, once a run. */
export const ownMetric = (name: string, metricName: string, over: MetricOptions): Metric =>
  new Metric({
    namespace: runMetrics.namespace,
    metricName,
    statistic: 'Maximum',
    dimensionsMap: { service: name },
    ...over,
  });

/** A letter in a queue of dead letters rings until a person has taken it out, or for its fourteen days. */
export const letterLies = (scope: Construct, id: string, queue: IQueue, name: string, about: string): Alarm =>
  onAny(scope, id, name, about, queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }));

const lettersLie = (scope: Construct, { name, notStarted, undelivered }: MonitoringProps): readonly Alarm[] => [
  letterLies(
    scope,
    'NotStarted',
    notStarted,
    `${name}-not-started`,
    'A run or a weekly summary could not be started, or the record of a failed run could not be written: the call lies in the queue of dead letters.',
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
    ownMetric(name, metricName, { period: Duration.hours(1), label });
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
          own(runMetrics.unreadAccounts, 'AWS accounts not read'),
          own(runMetrics.orphanRulesSuspended, 'orphan rules suspended'),
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

interface FailedRunsProps {
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
export const recordFailedRuns = (scope: Construct, props: FailedRunsProps): Rule => {
  // The event bus calls the function asynchronously: its own dead letters are those calls alone that Lambda did not accept
  // (Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"). Lambda sends them with the function's role,
  // whose grants stand in `permissions`: those that CDK's destination adds are wider.
  props.completeRun.configureAsyncInvoke({
    onFailure: { bind: () => ({ destination: props.deadLetters.queueArn }) },
    retryAttempts: 2,
    maxEventAge: Duration.hours(2),
  });
  return new Rule(scope, 'FailedRuns', {
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
};
