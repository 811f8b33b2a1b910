import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Chain,
  Choice,
  Condition,
  DistributedMap,
  Fail,
  type IChainable,
  Map as InlineMap,
  JitterType,
  JsonPath,
  Pass,
  Result,
  type RetryProps,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import {
  type FunctionName,
  type ItemStatus,
  nothingRead,
  ownRetries,
  type StepName,
  type StepRetry,
  transientErrors,
} from '../audit/contract.ts';
import { pinnedVersion } from './pinned-version.ts';
import { stateNameOf } from './step-function.ts';

/** The answers of Lambda itself when it is throttled or briefly broken: repeated like our own transient errors.
 *  Source: Step Functions Developer Guide, "Handle transient Lambda service exceptions". */
export const lambdaServiceErrors = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
] as const;

/** A function in a VPC whose network interfaces are being made, or were taken away because nobody called it (Lambda API
 *  Reference, `Invoke`; Lambda Developer Guide, "Lambda function states"): it takes minutes. */
export const networkErrors = [
  'Lambda.ENINotReadyException',
  'Lambda.ENILimitReachedException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.SubnetIPAddressLimitReachedException',
  'Lambda.ResourceNotReadyException',
  'Lambda.ResourceConflictException',
] as const;

/** No room among the concurrent executions of the account. */
export const noRoom = 'Lambda.TooManyRequestsException';

/** No step is waited for longer: a function ends after fifteen minutes at the latest. */
const longestStep = Duration.minutes(16);

/** Errors of `States.ALL` does not catch; each must be named (Step Functions Developer Guide, "Handling errors"). */
export const uncaughtByAll = ['States.DataLimitExceeded', 'States.Runtime'];

/** The parts of the configuration that shape the workflow. */
export interface WorkflowChoices {
  /** Accounts that are collected or evaluated at once: so many concurrent executions of Lambda it takes. A new AWS
   *  account has ten in all (Lambda Developer Guide, "Lambda quotas"). */
  readonly accountsAtOnce: number;
}

/** The functions by step; `collect-cluster` only where the insides of clusters are read. */
export type StepFunctions = Readonly<Record<Exclude<StepName, 'collect-cluster'>, LambdaFunction>> & {
  readonly 'collect-cluster'?: LambdaFunction;
};

/** The run's id and start stand in the state: a child execution of a map has a name of its own. */
const run = { 'runId.$': '$.runId', 'startedAt.$': '$.startedAt' };

/** A retry of the contract as the States Language has it. */
export const retryProps = ({ errors, firstWait, rate, longestWait, attempts }: StepRetry): RetryProps => ({
  errors: [...errors],
  interval: Duration.seconds(firstWait),
  backoffRate: rate,
  maxDelay: Duration.seconds(longestWait),
  maxAttempts: attempts,
});

/** One Task: a Lambda, in the version that is deployed with the definition, with its event, repeated on what a repeat may fix and on nothing else. */
export const task = (
  scope: Construct,
  step: FunctionName,
  lambdaFunction: LambdaFunction,
  payload: Readonly<Record<string, unknown>>,
  paths: { readonly outputPath?: string; readonly resultPath?: string },
): LambdaInvoke => {
  const state = new LambdaInvoke(scope, stateNameOf(step), {
    lambdaFunction: pinnedVersion(lambdaFunction),
    payload: TaskInput.fromObject(payload),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(longestStep),
    ...(paths.resultPath === undefined ? {} : { resultSelector: { 'result.$': '$.Payload' } }),
    ...paths,
  });
  const own = ownRetries[step];
  if (own !== undefined) state.addRetry(retryProps(own));
  // No room among the concurrent executions of the account: whoever has it now gives it back.
  state.addRetry({
    errors: [noRoom],
    interval: Duration.seconds(5),
    backoffRate: 1.5,
    maxDelay: Duration.minutes(2),
    maxAttempts: 40,
    jitterStrategy: JitterType.FULL,
  });
  if (lambdaFunction.isBoundToVpc)
    state.addRetry({
      errors: [...networkErrors],
      interval: Duration.seconds(10),
      backoffRate: 1.5,
      maxDelay: Duration.minutes(1),
      maxAttempts: 12,
      jitterStrategy: JitterType.FULL,
    });
  state.addRetry({
    errors: [...transientErrors, ...lambdaServiceErrors],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxDelay: Duration.seconds(60),
    maxAttempts: 5,
    jitterStrategy: JitterType.FULL,
  });
  return state;
};

/** A Task of the main line: gets the run and its accounts, leaves them as they are and puts its answer beside. */
export const mainTask = (
  scope: Construct,
  step: FunctionName,
  lambdaFunction: LambdaFunction,
  more = {},
): LambdaInvoke =>
  task(
    scope,
    step,
    lambdaFunction,
    { ...run, 'accounts.$': '$.accounts', ...more },
    { resultPath: `$.${keyOf(step)}` },
  );

const keyOf = (step: FunctionName): string => {
  const name = stateNameOf(step);
  return name.charAt(0).toLowerCase() + name.slice(1);
};

/** Ends an item whose step failed as the word `failed`, as it ends as `ok`: an item that fails never fails its map. */
const failedItem = (scope: Construct, name: string, first: LambdaInvoke): void => {
  const failed = new Pass(scope, `${name}Failed`, {
    result: Result.fromObject({ status: 'failed' satisfies ItemStatus }),
    outputPath: '$.status',
  });
  catchAll(first, failed, '$.failure');
};

const catchAll = (state: LambdaInvoke, handler: IChainable, resultPath: string): void => {
  state.addCatch(handler, { errors: uncaughtByAll, resultPath });
  state.addCatch(handler, { errors: ['States.ALL'], resultPath });
};

/**
 * A map over the accounts. Distributed, because a run may have thousands of accounts and the history of one execution
 * ends at 25,000 events; its children are Standard executions, because reading a large account under throttling may
 * last longer than the five minutes of an Express one. A child that Step Functions itself ends is an account without a
 * document, which is a gap: it does not fail the others.
 */
export const accountMap = (
  scope: Construct,
  name: string,
  item: Chain,
  { accountsAtOnce }: WorkflowChoices,
): DistributedMap =>
  new DistributedMap(scope, name, {
    itemsPath: '$.accounts',
    itemSelector: { ...run, 'accountId.$': '$$.Map.Item.Value' },
    maxConcurrency: accountsAtOnce,
    mapExecutionType: StateMachineType.STANDARD,
    toleratedFailurePercentage: 100,
    label: name,
    /** The words of ten thousand items beside their ids would be too large: the steps' documents tell more. */
    resultPath: JsonPath.DISCARD,
  }).itemProcessor(item);

/** The work for each account: read it, and where the configuration asks for it the inside of its clusters. */
export const collectItem = (scope: Construct, functions: StepFunctions): Chain => {
  const event = { ...run, 'accountId.$': '$.accountId' };
  const collectCluster = functions['collect-cluster'];
  if (!collectCluster) {
    const alone = task(scope, 'collect-account', functions['collect-account'], event, {
      outputPath: '$.Payload.status',
    });
    failedItem(scope, 'Collection', alone);
    return Chain.start(alone);
  }
  const collect = task(scope, 'collect-account', functions['collect-account'], event, { resultPath: '$.collected' });
  failedItem(scope, 'Collection', collect);
  const clusters = task(
    scope,
    'collect-cluster',
    collectCluster,
    { ...event, 'clusters.$': '$.clusters' },
    { outputPath: '$.Payload' },
  );
  failedItem(scope, 'Clusters', clusters);
  /** One batch after the other: each holds one concurrent execution, as the account itself did. */
  const batches = new InlineMap(scope, 'CollectClusters', {
    itemsPath: '$.collected.result.clusters',
    itemSelector: { ...event, 'clusters.$': '$$.Map.Item.Value' },
    maxConcurrency: 1,
    resultPath: '$.clusters',
    outputPath: '$.collected.result.status',
  }).itemProcessor(clusters);
  return collect.next(batches);
};

/** The work for each account once all are read. */
export const evaluateItem = (scope: Construct, functions: StepFunctions): Chain => {
  const event = { ...run, 'accountId.$': '$.accountId' };
  const evaluate = task(scope, 'evaluate-account', functions['evaluate-account'], event, { outputPath: '$.Payload' });
  failedItem(scope, 'Evaluation', evaluate);
  return Chain.start(evaluate);
};

/** A main Task whose failure does not keep the next state from running; it stands in the state as `<step>.Error`. */
export const tolerated = (
  scope: Construct,
  step: StepName,
  lambdaFunction: LambdaFunction,
  next: IChainable,
  more = {},
): Chain => {
  const state = mainTask(scope, step, lambdaFunction, more);
  catchAll(state, next, `$.${keyOf(step)}`);
  return Chain.start(state).next(next);
};

/**
 * One run at a time: list → collect each account → index → probe → evaluate each account → notify → complete.
 *
 * Map, reduce, map: a provider in one account may serve a cluster of another, so nothing is judged before everything is
 * read. State carries account ids and words; documents are in the bucket. Each item of a map catches its own failure,
 * so no engine's failure tolerance is needed. Without a probe, issuers are unknown and the run goes on; without a
 * notification the run is recorded, and then fails so that its alarm rings: what was not sent stays marked unsent. A run
 * that could read nothing fails in the same way, after it has told so. A run that begins while another one is going on ends at once, and says which.
 */
export const workflowOf = (scope: Construct, functions: StepFunctions, choices: WorkflowChoices): Chain => {
  const complete = mainTask(scope, 'complete-run', functions['complete-run'], { 'notifyDrift.$': '$.notifyDrift' });
  const notified = new Choice(scope, 'Notified')
    .when(Condition.isPresent('$.notifyDrift.Error'), new Fail(scope, 'NotificationFailed', notificationFailure))
    .when(
      Condition.and(
        Condition.isPresent('$.completeRun.result.readNothing'),
        Condition.booleanEquals('$.completeRun.result.readNothing', true),
      ),
      new Fail(scope, 'NothingRead', { error: nothingRead.error, cause: nothingRead.cause }),
    )
    .otherwise(new Succeed(scope, 'Completed', { outputPath: '$.completeRun.result' }));
  const evaluate = accountMap(scope, 'EvaluateAccounts', evaluateItem(scope, functions), choices);
  evaluate.next(tolerated(scope, 'notify-drift', functions['notify-drift'], complete.next(notified)));
  const list = task(
    scope,
    'list-targets',
    functions['list-targets'],
    { 'runId.$': '$$.Execution.Name', 'startedAt.$': '$$.Execution.StartTime' },
    { outputPath: '$.Payload' },
  );
  const collect = accountMap(scope, 'CollectAccounts', collectItem(scope, functions), choices);
  collect
    .next(mainTask(scope, 'index-issuers', functions['index-issuers']))
    .next(tolerated(scope, 'probe-issuers', functions['probe-issuers'], evaluate));
  return list.next(
    new Choice(scope, 'OtherRunGoesOn')
      .when(Condition.isPresent('$.skippedFor'), new Succeed(scope, 'Skipped'))
      .otherwise(collect),
  );
};

const notificationFailure = {
  error: 'NotificationFailed',
  cause: 'The audit is complete and recorded; its notification could not be sent and stays marked unsent.',
};
