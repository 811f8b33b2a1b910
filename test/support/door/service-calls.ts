/**
 * Calls that services of AWS make on their own behalf, and with the roles that they were given, when something goes wrong: alarms, letters
 * of schedules, of rules and of calls that failed. Sources: CloudWatch User Guide, "Notifying users on alarm changes"; EventBridge
 * Scheduler User Guide, "Configuring a schedule's dead-letter queue"; EventBridge User Guide, "Using dead-letter queues"; Lambda
 * Developer Guide, "Capturing records of Lambda asynchronous invocations"; KMS Developer Guide, "kms:ViaService".
 */

import { judge, type Principal, type Question } from '../../../sandbox/door/judge.ts';
import { keyOf, managedKeys } from '../../../sandbox/door/keys.ts';
import { policiesOf } from '../../../sandbox/door/policies.ts';
import type { Deployed as Stacked } from '../../../sandbox/door/stack.ts';
import { deployedStack, ofType, type Place, record, type Stack } from '../../../sandbox/door/stack.ts';
import type { DoorWorld } from './played-scenario.ts';

type Asked = readonly [question: Question, operation: string];

/** Asks the door all of it. */
export const callServices = async ({ stack, door }: DoorWorld): Promise<void> => {
  for (const [question, operation] of serviceCalls(stack)) await door.ask(question, operation);
};

/** As `callServices`, of a template that nothing runs: the questions that are refused, a line each. */
export const refusedServices = async (template: unknown, place: Place): Promise<readonly string[]> => {
  const stack = deployedStack(template, 'irsa-auditor', place);
  const { identity, resource } = policiesOf(stack);
  const policies = { identity, resource: new Map([...resource, ...managedKeys(place)]) };
  const law = { policies, home: { accountId: place.accountId } };
  const calls = serviceCalls(stack);
  if (calls.length < 8) throw new Error(`a stack has ${calls.length} calls of services`);
  const refused: string[] = [];
  for (const [question] of calls)
    if ((await judge(law, question)) !== 'Allowed')
      refused.push(`${JSON.stringify(question.principal)} ${question.action} ${question.resource}`);
  return refused;
};

/** Every such question of a stack. */
const serviceCalls = (stack: Stack): readonly Asked[] => [
  ...ofType(stack, 'AWS::CloudWatch::Alarm').flatMap(alarm =>
    [alarm.properties.AlarmActions ?? [], alarm.properties.OKActions ?? []]
      .flat(2)
      .flatMap(topic => writes(stack, ofService('cloudwatch.amazonaws.com'), String(topic), alarm, true)),
  ),
  ...ofType(stack, 'AWS::Events::Rule').flatMap(rule =>
    [rule.properties.Targets ?? []]
      .flat()
      .map(target => record(record(target, 'a target').DeadLetterConfig, 'its letters').Arn)
      .flatMap(queue => writes(stack, ofService('events.amazonaws.com'), String(queue), rule, false)),
  ),
  ...ofType(stack, 'AWS::Scheduler::Schedule').flatMap(schedule => {
    const { RoleArn, DeadLetterConfig } = record(schedule.properties.Target, 'the target');
    const queue = String(record(DeadLetterConfig, 'its letters').Arn);
    return writes(stack, { kind: 'session', roleArn: String(RoleArn), session: 'scheduler' }, queue, schedule, true);
  }),
  ...ofType(stack, 'AWS::Lambda::EventInvokeConfig').flatMap(({ properties }) => {
    const { OnFailure } = record(properties.DestinationConfig, 'the destination');
    const queue = String(record(OnFailure, 'of failures').Destination);
    const called = ofType(stack, 'AWS::Lambda::Function').find(
      each => each.properties.FunctionName === properties.FunctionName,
    );
    if (called === undefined) throw new Error(`no function ${properties.FunctionName}`);
    const role = { kind: 'session', roleArn: String(called.properties.Role), session: 'lambda' } as const;
    return writes(stack, role, queue, called, true);
  }),
];

const ofService = (service: string): Principal => ({ kind: 'service', service });

/** The permissions to write to a topic or queue, and to use the customer's key that encrypts it. Calls of KMS that EventBridge makes
 *  carry no source. */
const writes = (
  stack: Stack,
  principal: Principal,
  target: string,
  { arn, type }: Stacked,
  hasSource: boolean,
): readonly Asked[] => {
  const isTopic = target.includes(':sns:');
  const source = { 'aws:SourceArn': arn, 'aws:SourceAccount': stack.place.accountId };
  const context = principal.kind === 'service' ? { context: source } : {};
  const action = isTopic ? 'sns:Publish' : 'sqs:SendMessage';
  if (!stack.resources.some(({ arn: each }) => each === target)) throw new Error(`no topic or queue ${target}`);
  const resource = keyOf(stack, {}, target);
  const via = { 'kms:ViaService': `${isTopic ? 'sns' : 'sqs'}.${stack.place.region}.amazonaws.com` };
  const uses = principal.kind === 'session' ? { context: via } : hasSource ? context : {};
  const use = ['kms:GenerateDataKey', 'kms:Decrypt'].map(
    each => [{ principal, action: each, resource: resource ?? '', ...uses }, type] as const,
  );
  return [[{ principal, action, resource: target, ...context }, type], ...(resource === undefined ? [] : use)];
};
