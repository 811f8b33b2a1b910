import type { IFunction } from 'aws-cdk-lib/aws-lambda';
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
  StateMachineType,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type ItemStatus, nothingRead, type StepName, transientErrors } from '../audit/contract.ts';
import { stateNameOf } from './state-name.ts';

/** What Lambda itself answers when it is throttled or briefly broken: repeated like our own transient errors.
 *  Source: Step Functions Developer Guide, "Handle transient Lambda service exceptions". */
export const lambdaServiceErrors = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
] as const;

/** Accounts that are collected or evaluated at once. IAM and EKS throttle each account by itself: the bound leaves the
 *  most of Lambda's shared concurrency (1,000 by default) to everything else in the auditor's account. */
export const accountsAtOnce = 40;
/** Clusters of one account whose insides are read at once. */
const clustersAtOnce = 5;

/** The functions by step; `collect-cluster` only where the insides of clusters are read. */
export type StepFunctions = Readonly<Record<Exclude<StepName, 'collect-cluster'>, IFunction>> & {
  readonly 'collect-cluster'?: IFunction;
};

/** The run's id and start stand in the state: a child execution of a map has a name of its own. */
const run = { 'runId.$': '$.runId', 'startedAt.$': '$.startedAt' };

/** One Task: a Lambda with its event, repeated on what a repeat may fix and on nothing else. */
const task = (
  scope: Construct,
  step: StepName,
  lambdaFunction: IFunction,
  payload: Record<string, string>,
  paths: { readonly outputPath?: string; readonly resultPath?: string },
): LambdaInvoke => {
  const state = new LambdaInvoke(scope, stateNameOf(step), {
    lambdaFunction,
    payload: TaskInput.fromObject(payload),
    retryOnServiceExceptions: false,
    ...(paths.resultPath === undefined ? {} : { resultSelector: { 'result.$': '$.Payload' } }),
    ...paths,
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
const mainTask = (scope: Construct, step: StepName, lambdaFunction: IFunction, more = {}): LambdaInvoke =>
  task(
    scope,
    step,
    lambdaFunction,
    { ...run, 'accounts.$': '$.accounts', ...more },
    { resultPath: `$.${keyOf(step)}` },
  );

const keyOf = (step: StepName): string => {
  const name = stateNameOf(step);
  return name.charAt(0).toLowerCase() + name.slice(1);
};

/** Ends an item as the word `ok` or `failed`, found at `status` of its state: an item that fails never fails its map. */
const endWithStatus = (scope: Construct, name: string, first: LambdaInvoke, rest: Chain, status: string): Chain => {
  const failed = new Pass(scope, `${name}Failed`, {
    result: Result.fromObject({ status: 'failed' satisfies ItemStatus }),
    outputPath: '$.status',
  });
  first.addCatch(failed, { errors: ['States.ALL'], resultPath: '$.failure' });
  return rest.next(new Pass(scope, `${name}Done`, { outputPath: status }));
};

/**
 * A map over the accounts. Distributed, because a run may have thousands of accounts and the history of one execution
 * ends at 25,000 events; its children are Standard executions, because reading a large account under throttling may
 * last longer than the five minutes of an Express one.
 */
const accountMap = (scope: Construct, name: string, item: Chain): DistributedMap =>
  new DistributedMap(scope, name, {
    itemsPath: '$.accounts',
    itemSelector: { ...run, 'accountId.$': '$$.Map.Item.Value' },
    maxConcurrency: accountsAtOnce,
    mapExecutionType: StateMachineType.STANDARD,
    label: name,
    /** The words of ten thousand items beside their ids would be too large: the steps' documents tell more. */
    resultPath: JsonPath.DISCARD,
  }).itemProcessor(item);

const collectItem = (scope: Construct, functions: StepFunctions): Chain => {
  const event = { ...run, 'accountId.$': '$.accountId' };
  const collectCluster = functions['collect-cluster'];
  const collect = task(scope, 'collect-account', functions['collect-account'], event, { resultPath: '$.collected' });
  const status = '$.collected.result.status';
  if (!collectCluster) return endWithStatus(scope, 'Collection', collect, Chain.start(collect), status);
  const cluster = task(
    scope,
    'collect-cluster',
    collectCluster,
    { ...event, 'cluster.$': '$.cluster' },
    { resultPath: '$.collected' },
  );
  const clusters = new InlineMap(scope, 'CollectClusters', {
    itemsPath: '$.collected.result.clusters',
    itemSelector: { ...event, 'cluster.$': '$$.Map.Item.Value' },
    maxConcurrency: clustersAtOnce,
    resultPath: '$.clusters',
  }).itemProcessor(endWithStatus(scope, 'Cluster', cluster, Chain.start(cluster), '$.collected.result'));
  return endWithStatus(scope, 'Collection', collect, collect.next(clusters), status);
};

const evaluateItem = (scope: Construct, functions: StepFunctions): Chain => {
  const event = { ...run, 'accountId.$': '$.accountId' };
  const evaluate = task(scope, 'evaluate-account', functions['evaluate-account'], event, {
    resultPath: '$.evaluated',
  });
  return endWithStatus(scope, 'Evaluation', evaluate, Chain.start(evaluate), '$.evaluated.result');
};

/** A main Task whose failure does not keep the next state from running; it stands in the state as `<step>.Error`. */
const tolerated = (scope: Construct, step: StepName, lambdaFunction: IFunction, next: IChainable): Chain => {
  const state = mainTask(scope, step, lambdaFunction);
  state.addCatch(next, { errors: ['States.ALL'], resultPath: `$.${keyOf(step)}` });
  return Chain.start(state).next(next);
};

/**
 * One run: list → collect each account → index → probe → evaluate each account → notify → complete.
 *
 * Map, reduce, map: a provider in one account may serve a cluster of another, so nothing is judged before everything is
 * read. State carries account ids and words; documents are in the bucket. Each item of a map catches its own failure,
 * so no engine's failure tolerance is needed. Without a probe, issuers are unknown and the run goes on; without a
 * notification the run is recorded, and then fails so that its alarm rings: what was not sent stays marked unsent. A run
 * that could read nothing fails in the same way, after it has told so.
 */
export const workflowOf = (scope: Construct, functions: StepFunctions): Chain => {
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
  const evaluate = accountMap(scope, 'EvaluateAccounts', evaluateItem(scope, functions));
  evaluate.next(tolerated(scope, 'notify-drift', functions['notify-drift'], complete.next(notified)));
  const list = task(
    scope,
    'list-targets',
    functions['list-targets'],
    { 'runId.$': '$$.Execution.Name', 'startedAt.$': '$$.Execution.StartTime' },
    { outputPath: '$.Payload' },
  );
  return list
    .next(accountMap(scope, 'CollectAccounts', collectItem(scope, functions)))
    .next(mainTask(scope, 'index-issuers', functions['index-issuers']))
    .next(tolerated(scope, 'probe-issuers', functions['probe-issuers'], evaluate));
};

const notificationFailure = {
  error: 'NotificationFailed',
  cause: 'The audit is complete and recorded; its notification could not be sent and stays marked unsent.',
};
