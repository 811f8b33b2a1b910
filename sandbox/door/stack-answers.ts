/** Answers to people who ask about a deployment: its stack, schedule, alarms, topics and keys, as the template has them. Sources: the API
 *  References of CloudFormation, CloudWatch, EventBridge Scheduler, SNS, KMS and DynamoDB. */
import { type Answer, errorAnswer, jsonAnswer, queryAnswer } from './answers.ts';
import type { Allowed } from './backends.ts';
import { ofType, record, type Stack } from './stack.ts';

const escaped = (text: string): string => text.replace(/[&<>]/g, character => `&#${character.charCodeAt(0)};`);

type Told = (allowed: Allowed, stack: Stack) => Answer;

const describeStacks: Told = ({ call: { input } }, stack) => {
  const { name } = stack;
  if (input.StackName !== undefined && input.StackName !== name)
    return errorAnswer(
      { service: 'cloudformation' },
      'ValidationError',
      `Stack with id ${input.StackName} does not exist`,
    );
  const outputs = stack.outputs.map(
    ({ key, value, description }) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${escaped(value)}</OutputValue><Description>${escaped(description)}</Description></member>`,
  );
  return queryAnswer(
    'DescribeStacks',
    `<Stacks><member><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs.join('')}</Outputs></member></Stacks>`,
  );
};

const describeAlarms: Told = (_allowed, stack) =>
  jsonAnswer({
    MetricAlarms: ofType(stack, 'AWS::CloudWatch::Alarm').map(({ properties: { AlarmName, AlarmActions } }) => ({
      ...{ AlarmName, AlarmActions, ActionsEnabled: true, StateValue: 'OK' },
    })),
  });

const topicAttributes: Told = ({ call: { input } }, stack) => {
  const { TopicArn } = input;
  const policy = ofType(stack, 'AWS::SNS::TopicPolicy').find(({ properties }) =>
    [properties.Topics].flat().includes(TopicArn),
  );
  const key = stack.resources.find(({ arn }) => arn === TopicArn)?.properties.KmsMasterKeyId;
  const entry = (name: string, value: unknown): string =>
    `<entry><key>${name}</key><value>${escaped(String(value))}</value></entry>`;
  const entries = [
    entry('Policy', JSON.stringify(policy?.properties.PolicyDocument ?? { Statement: [] })),
    ...(key === undefined ? [] : [entry('KmsMasterKeyId', key)]),
  ];
  return queryAnswer('GetTopicAttributes', `<Attributes>${entries.join('')}</Attributes>`);
};

const keyPolicy: Told = (_allowed, stack) =>
  jsonAnswer({ Policy: JSON.stringify(ofType(stack, 'AWS::KMS::Key')[0]?.properties.KeyPolicy) });

const timeToLive: Told = (_allowed, stack) => {
  const [table] = ofType(stack, 'AWS::DynamoDB::Table');
  const { AttributeName, Enabled } = record(table?.properties.TimeToLiveSpecification ?? {}, 'TimeToLiveSpecification');
  return jsonAnswer({
    TimeToLiveDescription: { AttributeName, TimeToLiveStatus: Enabled === true ? 'ENABLED' : 'DISABLED' },
  });
};

const schedule: Told = ({ call: { path } }, stack) => {
  const name = path.replace('/schedules/', '').replace(/\?.*/, '');
  const found = ofType(stack, 'AWS::Scheduler::Schedule').find(({ properties }) => properties.Name === name);
  const service = { service: 'scheduler' };
  if (found === undefined)
    return errorAnswer(service, 'ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
  const { State = 'ENABLED', ScheduleExpression, ScheduleExpressionTimezone } = found.properties;
  return jsonAnswer({ Name: name, State, ScheduleExpression, ScheduleExpressionTimezone });
};

/** Concurrent executions of Lambda: what an account has (Lambda Developer Guide, "Lambda quotas"). Those of IAM are the world's. */
const concurrency: Told = () => jsonAnswer({ Quota: { ServiceCode: 'lambda', QuotaCode: 'L-B99A9384', Value: 1000 } });

const told: Readonly<Record<string, Told>> = {
  'cloudformation:DescribeStacks': describeStacks,
  'monitoring:DescribeAlarms': describeAlarms,
  'sns:GetTopicAttributes': topicAttributes,
  'kms:GetKeyPolicy': keyPolicy,
  'dynamodb:DescribeTimeToLive': timeToLive,
  'scheduler:GetSchedule': schedule,
};

/** The answer of the stack; undefined for a request that is not about it. */
export const stackAnswer = (allowed: Allowed, stack: Stack): Answer | undefined => {
  const { service, operation, input } = allowed.call;
  if (service === 'servicequotas' && input.ServiceCode === 'lambda') return concurrency(allowed, stack);
  return told[`${service}:${operation}`]?.(allowed, stack);
};
