import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Chain, Choice, Condition, JsonPath, Succeed, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { FastStepName } from '../audit/contract.ts';
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

/** The functions that only the fast lane has. */
export type FastFunctions = Readonly<Record<FastStepName, LambdaFunction>>;

/**
 * One fast run: wait for the end of the slot → plan → collect the accounts that changed → lay them over the last full
 * run's index → probe → evaluate → notify. The steps are those of a full run, told that this is a part of the fleet. It is
 * recorded nowhere as a run, closes no account and writes no page: what only a full run can know.
 */
export const fastWorkflowOf = (
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
