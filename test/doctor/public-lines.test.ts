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
