import { expect } from '@jest/globals';
import * as z from 'zod';
import { environmentNames } from '../../lib/audit/contract.ts';
import { accountId, type iamOf, type Principal, type Request } from './iam-evaluator.ts';

/** The requests that a synthesized stack makes while nobody looks: alarms, rules, schedules, dead letters, topics. */
export type Iam = ReturnType<typeof iamOf>;

const tls = { 'aws:SecureTransport': 'true' };
const from = (arn: string) => ({ ...tls, 'aws:SourceAccount': accountId, 'aws:SourceArn': arn });
const cloudWatch = { service: 'cloudwatch.amazonaws.com' };

/** The rights that a principal needs to write to a topic or queue that a key encrypts. KMS is asked by the service on
 *  its behalf. */
const writes = (
  iam: Iam,
  principal: Principal,
  action: string,
  target: string,
  context: Request['context'],
): Request[] => {
  const [, resource] =
    [...iam.ofType('AWS::SNS::Topic'), ...iam.ofType('AWS::SQS::Queue')].find(([id]) => iam.arn(id) === target) ?? [];
  if (resource === undefined) throw new Error(`no topic or queue ${target}`);
  const key = resource.Properties.KmsMasterKeyId;
  const managed = JSON.stringify(key ?? '').includes('alias/aws/sns');
  // EventBridge's calls of KMS carry no source, CloudWatch's do (lib/infra/notifications.ts).
  const source = principal === cloudWatch && context ? { context } : {};
  // Everybody of the account may use it through SNS, no service may (KMS Developer Guide, "AWS managed keys").
  if (managed && 'service' in principal) throw new Error(`${target}: ${principal.service} may not use alias/aws/sns`);
  const use = ['kms:GenerateDataKey', 'kms:Decrypt'].map(each => ({
    principal,
    action: each,
    resource: String(iam.resolve(key)),
    ...source,
  }));
  return [
    { principal, action, resource: target, ...(context ? { context } : {}) },
    ...(key === undefined || managed ? [] : use),
  ];
};
const texts = (value: unknown) => z.array(z.string()).parse(value ?? []);

export const alarmRequests = (iam: Iam): Request[] =>
  iam.ofType('AWS::CloudWatch::Alarm').flatMap(([id, { Properties }]) => {
    const topics = [...texts(iam.resolve(Properties.AlarmActions)), ...texts(iam.resolve(Properties.OKActions))];
    expect(topics.length).toBeGreaterThan(0);
    return topics.flatMap(topic => writes(iam, cloudWatch, 'sns:Publish', topic, from(iam.arn(id))));
  });

export const ruleRequests = (iam: Iam): Request[] =>
  iam.ofType('AWS::Events::Rule').flatMap(([id, { Properties }]) => {
    const events = { service: 'events.amazonaws.com' };
    const target = z.object({ Arn: z.string(), DeadLetterConfig: z.object({ Arn: z.string() }) });
    return z
      .array(target)
      .parse(iam.resolve(Properties.Targets))
      .flatMap(({ Arn, DeadLetterConfig }) => [
        ...(Arn.startsWith('arn:aws:sqs:')
          ? writes(iam, events, 'sqs:SendMessage', Arn, from(iam.arn(id)))
          : [{ principal: events, action: 'lambda:InvokeFunction', resource: Arn, context: from(iam.arn(id)) }]),
        ...writes(iam, events, 'sqs:SendMessage', DeadLetterConfig.Arn, from(iam.arn(id))),
      ]);
  });

export const scheduleRequests = (iam: Iam): Request[] =>
  iam.ofType('AWS::Scheduler::Schedule').flatMap(([, { Properties }]) => {
    const target = z.object({
      Arn: z.string(),
      RoleArn: z.string(),
      DeadLetterConfig: z.object({ Arn: z.string() }),
      RetryPolicy: z.object({ MaximumRetryAttempts: z.int().min(1) }),
    });
    const { Arn, RoleArn, DeadLetterConfig } = target.parse(iam.resolve(Properties.Target));
    const role = roleOf(iam, RoleArn);
    expect([RoleArn, iam.mayAssume(role, 'scheduler.amazonaws.com', from(RoleArn))]).toEqual([RoleArn, true]);
    const start = { principal: { role }, action: 'states:StartExecution', resource: Arn };
    return [start, ...writes(iam, { role }, 'sqs:SendMessage', DeadLetterConfig.Arn, tls)];
  });

const roleOf = (iam: Iam, arn: string): string => {
  const [id] = iam.ofType('AWS::IAM::Role').find(([each]) => iam.arn(each) === arn) ?? [];
  if (id === undefined) throw new Error(`no role ${arn}`);
  return id;
};

const machineRequests = (iam: Iam): Request[] =>
  iam.ofType('AWS::StepFunctions::StateMachine').flatMap(([id, { Properties }]) => {
    const role = roleOf(iam, String(iam.resolve(Properties.RoleArn)));
    expect(iam.mayAssume(role, 'states.amazonaws.com', from(iam.arn(id)))).toBe(true);
    const definition = String(iam.resolve(Properties.DefinitionString));
    const functions = [...new Set(definition.match(/arn:aws:lambda:[\w:-]+/g))];
    expect(functions.length).toBeGreaterThan(0);
    return functions.map(resource => ({ principal: { role }, action: 'lambda:InvokeFunction', resource }));
  });

/** notify-drift sends to the topics and the queue that its environment names. */
export const senderRequests = (iam: Iam): Request[] =>
  iam.ofType('AWS::Lambda::Function').flatMap(([, { Properties }]) => {
    const role = roleOf(iam, String(iam.resolve(Properties.Role)));
    expect(iam.mayAssume(role, 'lambda.amazonaws.com', {})).toBe(true);
    const { Variables } = z
      .object({ Variables: z.record(z.string(), z.string()) })
      .parse(iam.resolve(Properties.Environment) ?? { Variables: {} });
    const topics = Object.entries(Variables).filter(([name]) => name.endsWith('TOPIC_ARN'));
    const queues = Object.entries(Variables).filter(([name]) => name.endsWith('DEAD_LETTERS_URL'));
    return [
      ...topics.flatMap(([name, arn]) => writes(iam, { role }, topicAction(name), arn, tls)),
      ...queues.flatMap(([, id]) => writes(iam, { role }, 'sqs:SendMessage', iam.arn(id), tls)),
    ];
  });

/** A function that the event bus calls: Lambda writes a call that failed to the queue, with the function's role. */
const failedCallRequests = (iam: Iam): Request[] =>
  iam.ofType('AWS::Lambda::EventInvokeConfig').flatMap(([, { Properties }]) => {
    const name = String(iam.resolve(Properties.FunctionName));
    const [, called] =
      iam.ofType('AWS::Lambda::Function').find(([id]) => [id, iam.arn(id)].some(each => name.endsWith(each))) ?? [];
    if (called === undefined) throw new Error(`no function ${name}`);
    const { OnFailure } = z
      .object({ OnFailure: z.object({ Destination: z.string() }) })
      .parse(iam.resolve(Properties.DestinationConfig));
    const role = roleOf(iam, String(iam.resolve(called.Properties.Role)));
    return writes(iam, { role }, 'sqs:SendMessage', OnFailure.Destination, tls);
  });

/** Of the topic of operations a function only reads who has subscribed to it. */
const topicAction = (name: string): string =>
  name === environmentNames.operationsTopic ? 'sns:ListSubscriptionsByTopic' : 'sns:Publish';

export const makers = [
  ['an alarm', alarmRequests, 1],
  ['a rule', ruleRequests, 1],
  ['a call that failed', failedCallRequests, 1],
  ['a schedule', scheduleRequests, 1],
  ['a state machine', machineRequests, 7],
  ['a function that sends', senderRequests, 2],
] as const;
export const shown = ({ principal, action, resource }: Request): string =>
  `${'service' in principal ? principal.service : principal.role} ${action} ${resource}`;
