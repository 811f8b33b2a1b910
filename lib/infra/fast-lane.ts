import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnEventBusPolicy, EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import {
  Chain,
  Choice,
  Condition,
  DefinitionBody,
  JsonPath,
  LogLevel,
  StateMachine,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type FastStepName, fastLaneName, gatherSeconds, watchedEvents } from '../audit/contract.ts';
import { letterLies, onFailure, sinceLastRun } from './monitoring.ts';
import { allowEveryVersion } from './pinned-version.ts';
import {
  accountMap,
  collectItem,
  evaluateItem,
  mainTask,
  type StepFunctions,
  task,
  tolerated,
  type WorkflowChoices,
} from './workflow.ts';

interface FastLaneProps {
  readonly name: string;
  /** Organization whose accounts may send; absent where only the auditor's own account does. */
  readonly organizationId: string | undefined;
  readonly functions: StepFunctions;
  readonly own: FastFunctions;
  readonly choices: WorkflowChoices;
  readonly logGroup: ILogGroup;
  readonly operations: ITopic;
}

/** Attempts of one batch before its messages are dead letters. */
const maxReceives = 5;
/** Minutes that a batch is hidden: six times the function's longest run, and the time of gathering (Lambda Developer
 *  Guide, "Creating and configuring an Amazon SQS event source mapping"). */
const hiddenMinutes = 7;
/** Events of one batch, and batches at once: the least that Lambda allows, as the slot makes one run of them all. */
const batch = { batchSize: 10_000, maxConcurrency: 2 };

/** The fast lane: rules of the accounts → bus → queue → one function that gathers → a state machine of its own. */
export class FastLane extends Construct {
  /** Where accounts send changes. */
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: FastLaneProps) {
    super(scope, id);
    const name = fastLaneName(props.name);
    const deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `${name}-dead-letters`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Changes', {
      queueName: name,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.minutes(hiddenMinutes),
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: maxReceives },
    });
    this.bus = busOf(this, name, props.organizationId);
    new Rule(this, 'Watched', {
      ruleName: name,
      description: 'Takes the changes that may change who gets a role',
      eventBus: this.bus,
      eventPattern: {
        source: watchedEvents.map(({ source }) => source),
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventName: watchedEvents.flatMap(({ names }) => [...names]) },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
    new EventSourceMapping(this, 'Gather', {
      target: props.own['note-changes'],
      eventSourceArn: queue.queueArn,
      maxBatchingWindow: Duration.seconds(gatherSeconds),
      ...batch,
    });
    this.alarms(props, deadLetters, machineOf(this, name, props));
  }

  private alarms({ name, operations }: FastLaneProps, deadLetters: Queue, machine: StateMachine): void {
    const failed = 'A run of the fast lane failed: what changed is told by the next full run.';
    const lost = 'Changes could not be handed to the fast lane: the next full run tells of them.';
    for (const alarm of [
      onFailure(this, 'RunFailed', `${name}-fast-run-failed`, failed, machine),
      letterLies(this, 'NotNoted', deadLetters, `${name}-change-not-noted`, lost),
      sinceLastRun(this, name, 'accountsWithoutEvents'),
    ])
      alarm.addAlarmAction(new SnsAction(operations));
  }
}

/** Takes events of services alone: nobody else may put what has a source that begins with `aws.` (docs/facts.md §I). */
const busOf = (scope: Construct, name: string, organizationId: string | undefined): EventBus => {
  const bus = new EventBus(scope, 'Bus', { eventBusName: name });
  if (organizationId === undefined) return bus;
  new CfnEventBusPolicy(scope, 'Organization', {
    eventBusName: bus.eventBusName,
    statementId: 'Organization',
    statement: {
      Sid: 'Organization',
      Effect: 'Allow',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: bus.eventBusArn,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': organizationId } },
    },
  });
  return bus;
};

const machineOf = (
  scope: Construct,
  name: string,
  { functions, own, choices, logGroup }: FastLaneProps,
): StateMachine => {
  const machine = new StateMachine(scope, 'Machine', {
    stateMachineName: name,
    comment: 'Audits the accounts in which something has changed',
    definitionBody: DefinitionBody.fromChainable(fastWorkflowOf(scope, functions, own, choices)),
    timeout: Duration.hours(1),
    tracingEnabled: true,
    logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: true },
  });
  const { 'list-targets': _list, 'complete-run': _complete, 'index-issuers': _index, ...called } = functions;
  allowEveryVersion(machine, [...Object.values(called), own['plan-fast-run'], own['overlay-issuers']]);
  return machine;
};

/** The functions that only the fast lane has. */
type FastFunctions = Readonly<Record<FastStepName, LambdaFunction>>;

/**
 * One fast run: wait for the end of the slot → plan → collect the accounts that changed → lay them over the last full
 * run's index → probe → evaluate → notify. The steps are those of a full run, told that this is a part of the fleet. It is
 * recorded nowhere as a run, closes no account and writes no page: what only a full run can know.
 */
const fastWorkflowOf = (
  scope: Construct,
  functions: StepFunctions,
  own: FastFunctions,
  choices: WorkflowChoices,
): Chain => {
  const fast = { fast: true };
  const evaluate = accountMap(scope, 'EvaluateAccounts', evaluateItem(scope, functions), choices);
  const told = new Succeed(scope, 'Told', { outputPath: '$.notifyDrift.result' });
  evaluate.next(mainTask(scope, 'notify-drift', functions['notify-drift'], fast)).next(told);
  const plan = task(
    scope,
    'plan-fast-run',
    own['plan-fast-run'],
    { 'runId.$': '$$.Execution.Name' },
    { outputPath: '$.Payload' },
  );
  const audit = accountMap(scope, 'CollectAccounts', collectItem(scope, functions), choices)
    .next(mainTask(scope, 'overlay-issuers', own['overlay-issuers'], fast))
    .next(tolerated(scope, 'probe-issuers', functions['probe-issuers'], evaluate, fast));
  return Chain.start(new Wait(scope, 'UntilSlotEnds', { time: WaitTime.timestampPath('$.until') }))
    .next(plan)
    .next(
      new Choice(scope, 'AnyAccount')
        .when(Condition.isPresent('$.accounts[0]'), audit)
        .otherwise(new Succeed(scope, 'NothingToRead', { outputPath: JsonPath.DISCARD })),
    );
};
