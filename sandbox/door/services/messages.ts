/**
 * SNS, SQS, Step Functions, EventBridge, Security Hub, Secrets Manager and KMS. Sources: Service Authorization Reference of each;
 * SNS Developer Guide, "Amazon SNS key management"; SQS Developer Guide, "Key management".
 */
import { record } from '../stack.ts';
import { type Call, type Needed, type Operations, onAll, regionalArn, text, throughKey } from './needed.ts';

const topic =
  (action: string) =>
  ({ input }: Call): readonly Needed[] => [{ action: `sns:${action}`, resource: text(input, 'TopicArn') }];

/** SNS. */
export const sns: Operations = {
  Publish: call => [
    ...topic('Publish')(call),
    ...throughKey(call, text(call.input, 'TopicArn'), 'sns', ['kms:GenerateDataKey', 'kms:Decrypt']),
  ],
  ListSubscriptionsByTopic: topic('ListSubscriptionsByTopic'),
  GetTopicAttributes: topic('GetTopicAttributes'),
};

const queueArn = (call: Call): string => {
  const [name = '', accountId = ''] = text(call.input, 'QueueUrl').split('/').reverse();
  return `arn:${call.partition}:sqs:${call.region}:${accountId}:${name}`;
};
const queue =
  (action: string) =>
  (call: Call): readonly Needed[] => [{ action: `sqs:${action}`, resource: queueArn(call) }];

/** SQS. */
export const sqs: Operations = {
  SendMessage: call => [
    ...queue('SendMessage')(call),
    ...throughKey(call, queueArn(call), 'sqs', ['kms:GenerateDataKey', 'kms:Decrypt']),
  ],
  ReceiveMessage: call => [
    ...queue('ReceiveMessage')(call),
    ...throughKey(call, queueArn(call), 'sqs', ['kms:Decrypt']),
  ],
  DeleteMessage: queue('DeleteMessage'),
  GetQueueAttributes: queue('GetQueueAttributes'),
  GetQueueUrl: call => [
    { action: 'sqs:GetQueueUrl', resource: regionalArn(call, 'sqs', text(call.input, 'QueueName')) },
  ],
};

/** Step Functions. */
export const states: Operations = {
  StartExecution: ({ input }) => [{ action: 'states:StartExecution', resource: text(input, 'stateMachineArn') }],
  DescribeExecution: ({ input }) => [{ action: 'states:DescribeExecution', resource: text(input, 'executionArn') }],
  ListExecutions: ({ input }) => [{ action: 'states:ListExecutions', resource: text(input, 'stateMachineArn') }],
  DescribeStateMachine: ({ input }) => [
    { action: 'states:DescribeStateMachine', resource: text(input, 'stateMachineArn') },
  ],
};

/** EventBridge: one permission for each bus and source of the entries. */
export const events: Operations = {
  PutEvents: call =>
    [call.input.Entries].flat().map(entry => {
      const { EventBusName = 'default', Source, DetailType } = record(entry, 'an entry');
      const bus = String(EventBusName);
      return {
        action: 'events:PutEvents',
        resource: bus.startsWith('arn:') ? bus : regionalArn(call, 'events', `event-bus/${bus}`),
        context: { 'events:source': String(Source), 'events:detail-type': String(DetailType) },
      };
    }),
};

/** Security Hub: the product is the account's own (`default`). */
export const securityhub: Operations = {
  BatchImportFindings: call =>
    [call.input.Findings].flat().map(finding => {
      const { ProductArn, AwsAccountId } = record(finding, 'a finding');
      return {
        action: 'securityhub:BatchImportFindings',
        resource: String(ProductArn),
        context: { 'securityhub:TargetAccount': String(AwsAccountId) },
      };
    }),
};

/** Secrets Manager: a name gets six characters behind it (`arn:…:secret:NAME-Xxxxxx`). A secret under a customer's key is decrypted with
 *  the caller's right to that key (Secrets Manager User Guide, "Secret encryption and decryption"). */
export const secretsmanager: Operations = {
  GetSecretValue: call => {
    const id = text(call.input, 'SecretId');
    const resource = id.startsWith('arn:') ? id : regionalArn(call, 'secretsmanager', `secret:${id}-a1B2c3`);
    return [
      { action: 'secretsmanager:GetSecretValue', resource },
      ...throughKey(call, resource, 'secretsmanager', ['kms:Decrypt']),
    ];
  },
};

/** KMS, for people: services use keys through `throughKey`. */
export const kms: Operations = {
  GetKeyPolicy: call => {
    const id = text(call.input, 'KeyId');
    const resource = id.startsWith('arn:') ? id : regionalArn(call, 'kms', `key/${id}`);
    return [{ action: 'kms:GetKeyPolicy', resource }];
  },
};

/** Questions that people ask of a deployment. */
export const cloudformation: Operations = {
  DescribeStacks: call => [
    {
      action: 'cloudformation:DescribeStacks',
      resource: regionalArn(call, 'cloudformation', `stack/${call.input.StackName ?? '*'}/sandbox`),
    },
  ],
};
export const monitoring: Operations = { DescribeAlarms: onAll('cloudwatch:DescribeAlarms') };
export const scheduler: Operations = {
  GetSchedule: call => {
    const name = call.path.replace('/schedules/', '').replace(/\?.*/, '');
    return [{ action: 'scheduler:GetSchedule', resource: regionalArn(call, 'scheduler', `schedule/default/${name}`) }];
  },
};
