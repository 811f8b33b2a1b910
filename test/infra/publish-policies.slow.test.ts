import { expect, test } from '@jest/globals';
import { cloudWatchMay } from '../../lib/doctor/publish-policy.ts';
import { auditorStack, everythingFast, type Json, templateOf } from '../support/synthesized.ts';

const own = '111122223333';
const asked = { partition: 'aws', region: 'eu-west-1', accountId: own, alarms: ['a-run-failed', 'a-no-run'] };

/** The value with what CloudFormation fills in; a resource is known by its logical id. */
const filled = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(filled);
  const pseudo: Json = { 'AWS::Partition': 'aws', 'AWS::Region': 'eu-west-1', 'AWS::AccountId': own };
  if ('Ref' in value) return pseudo[String(value.Ref)] ?? String(value.Ref);
  if ('Fn::Join' in value) return ((value['Fn::Join'] as Json)[1] as readonly unknown[]).map(filled).join('');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner)]));
};

test.each([false, true])('the policies that the stack writes allow CloudWatch (a key of its own: %s)', customerKey => {
  const { Resources } = templateOf(auditorStack({ ...everythingFast, customerKey }));
  const answers = (Type: string, element: string, actions: readonly string[], idOf: (properties: Json) => string) =>
    Object.values(Resources)
      .filter(each => each.Type === Type)
      .map(({ Properties = {} }) => {
        const text = JSON.stringify(filled(Properties[element]));
        return [
          idOf(Properties),
          actions.map(action => cloudWatchMay(text, { ...asked, action, resourceArn: idOf(Properties) })),
        ];
      });
  const topics = answers('AWS::SNS::TopicPolicy', 'PolicyDocument', ['sns:Publish'], ({ Topics }) =>
    String((filled(Topics) as readonly unknown[])[0]),
  );
  expect(topics.map(([id, said]) => [String(id).replace(/[0-9A-F]{8}$/, ''), said])).toEqual([
    ['NotificationsFindings', ['not-allowed']],
    ['NotificationsOperations', ['allowed']],
    ['NotificationsChat', ['not-allowed']],
  ]);
  const uses = ['kms:GenerateDataKey', 'kms:Decrypt'];
  expect(answers('AWS::KMS::Key', 'KeyPolicy', uses, () => `arn:aws:kms:eu-west-1:${own}:key/1`)).toEqual(
    customerKey ? [[expect.anything(), ['allowed', 'allowed']]] : [],
  );
});
