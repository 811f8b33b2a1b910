import { expect, test } from '@jest/globals';
import { publicLines } from '../../lib/doctor/public-lines.ts';

test('a public report has no account, address, key or organization, and the same is replaced by the same word', () => {
  const [first, second] = publicLines([
    {
      check: 'subscriptions',
      result: 'failed',
      text: "o'neil+irsa@example.co.uk is not subscribed to irsa-auditor-findings",
      fix: 'aws sns subscribe --topic-arn arn:aws:sns:eu-west-1:111122223333:irsa-auditor-findings',
    },
    {
      check: 'member roles',
      result: 'unread',
      text: 'arn:aws:iam::111122223333:role/x, 444455556666 of o-a1b2c3d4e5 by AKIAIOSFODNN7EXAMPLE, in 3600 s',
    },
  ]);
  expect(first).toEqual({
    check: 'subscriptions',
    result: 'failed',
    text: '<address-1> is not subscribed to irsa-auditor-findings',
    fix: 'aws sns subscribe --topic-arn arn:aws:sns:eu-west-1:<account-2>:irsa-auditor-findings',
  });
  expect(second?.text).toBe('arn:aws:iam::<account-2>:role/x, <account-3> of <id-4> by <id-5>, in 3600 s');
});

/** One word for each, numbered in the order in which they come. */
test.each<readonly [kind: string, text: string, told: string]>([
  ['a key of a user and one of a session', 'AKIAIOSFODNN7EXAMPLE and ASIAIOSFODNN7EXAMPLE', '<id-1> and <id-2>'],
  ['two organizations', 'o-a1b2c3d4e5, o-a1b2c3d4e6xyz', '<id-1>, <id-2>'],
  ['an organization with the longest id', `o-${'a1'.repeat(16)}`, '<id-1>'],
  ['two accounts, one twice', '111122223333 444455556666 111122223333', '<account-1> <account-2> <account-1>'],
  ['addresses', 'a@b.example, a.b-c@d-e.co.uk', '<address-1>, <address-2>'],
  ['each kind', 'a@b.example 111122223333 o-a1b2c3d4e5', '<address-1> <account-2> <id-3>'],
  [
    'an account in an ARN and in an address of a queue',
    'arn:aws:iam::111122223333:root https://sqs.eu-west-1.amazonaws.com/111122223333/q',
    'arn:aws:iam::<account-1>:root https://sqs.eu-west-1.amazonaws.com/<account-1>/q',
  ],
  ['numbers of other lengths', '11112222333 1793588400000', '11112222333 1793588400000'],
  [
    'words that only begin like an id',
    'o-ring AKIA pro-a1b2c3d4e5 run-111122223333-x',
    'o-ring AKIA pro-a1b2c3d4e5 run-111122223333-x',
  ],
])('%s', (_kind, text, told) => {
  const line = { check: 'c', result: 'failed', text, fix: text } as const;
  expect(publicLines([line, { ...line, text: 'nothing' }])).toEqual([
    { ...line, text: told, fix: told },
    { ...line, text: 'nothing', fix: told },
  ]);
});

test('a line without a fix has none', () => {
  const line = { check: 'c', result: 'ok', text: 'the table is there' } as const;
  expect(publicLines([line])).toEqual([line]);
});
