/** The region in which EventBridge hands on the events of calls: of IAM that of its control plane, of other services the one that was asked. */
import { expect, test } from '@jest/globals';
import { apiEventOf } from '../../../sandbox/aws/api-event.ts';
import { aWorld, aWorldAccount } from '../../support/aws-world.ts';

const eventOf = (partition: string, service: string, operation: string, region: string) => {
  const account = { ...aWorldAccount(), partition };
  const call = { world: aWorld(), account, callerArn: '', region, userAgent: 'test', input: {} };
  return apiEventOf(call, { protocol: 'query', service, operation, region, input: {} }, '127.0.0.1');
};

test.each([
  ['aws', 'iam', 'eu-central-1', 'us-east-1'],
  ['aws-cn', 'iam', 'cn-northwest-1', 'cn-north-1'],
  ['aws-us-gov', 'iam', 'us-gov-east-1', 'us-gov-west-1'],
  ['aws', 'eks', 'eu-central-1', 'eu-central-1'],
  ['aws-cn', 'eks', 'cn-northwest-1', 'cn-northwest-1'],
])('in %s a change of %s, signed for %s, is told in %s', (partition, service, signed, told) => {
  const event = eventOf(partition, service, 'UpdateAssumeRolePolicy', signed);
  expect(event).toMatchObject({ region: told, source: `aws.${service}`, detail: { awsRegion: told } });
});

test('a control plane that is not known here is no guess', () => {
  expect(() => eventOf('aws-iso', 'iam', 'DeleteRole', 'us-iso-west-1')).toThrow(
    "no region of IAM's control plane is known in aws-iso",
  );
  expect(eventOf('aws-iso', 'iam', 'GetRole', 'us-iso-west-1')).toBeUndefined();
});
