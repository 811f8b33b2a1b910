/** Each form of each element of a policy beside each form of each other: what is read of it, and what is wrong with it. */
import { expect, test } from '@jest/globals';
import { parseControlPolicy, parsePolicy } from '../../../lib/policy.ts';
import { pairwise } from '../../support/pairwise.ts';
import { whole } from '../../support/whole/whole.ts';
import { countsOf, wordsIn } from '../../support/whole/words-in.ts';

/** Members of the text of a statement, or of the policy: as they are written. */
const forms: Readonly<Record<string, readonly string[]>> = {
  principal: [
    '"Principal": "*"',
    '"Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.example"}',
    '"Principal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:root"], "Service": "ec2.amazonaws.com"}',
    '"Principal": {"Federated": []}',
    '"Principal": {}',
    '"Principal": {"Users": "*", "AWS": 7}',
    '"Principal": ["*"]',
    '"Principal": "everyone"',
    '"NotPrincipal": {"AWS": "*"}',
    '"Principal": {"AWS": "*"}, "NotPrincipal": {"AWS": "*"}',
    '',
  ],
  condition: [
    '',
    '"Condition": {}',
    '"Condition": {"StringEquals": {"a:sub": "x", "a:aud": ["y", "z"]}}',
    '"Condition": {"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"a:n": 7.5}}',
    '"Condition": {"StringEquals": {"a:sub": null}}',
    '"Condition": {"StringEquals": {"a:sub": [["x"], {"y": 1}]}}',
    '"Condition": {"StringEquals": "x"}',
    '"Condition": [{"StringEquals": {"a:sub": "x"}}]',
    '"Condition": {"StringEquals": {"a:sub": "x", "A:SUB": "y"}}',
    '"Condition": {"StringEquals": {"a:sub": "x"}, "StringEquals": {"a:sub": "y"}}',
    '"Condition": {"StringLike": {"a:sub": ["\\u00e9*", "\\ud83d\\ude00", "tab\\t"]}}',
  ],
  action: [
    '"Action": "sts:AssumeRoleWithWebIdentity"',
    '"Action": ["sts:*", "*"]',
    '"NotAction": "sts:AssumeRole"',
    '"Action": [], "NotAction": "s3:*"',
    '"Action": {"a": "b"}',
    '"Action": ["sts:TagSession", 7, null]',
    '"Action": "sts", "Action": "sts:AssumeRole"',
    '',
  ],
  resource: [
    '',
    '"Resource": "*"',
    '"Resource": ["arn:aws:s3:::a", "b"]',
    '"NotResource": "arn:aws:s3:::a"',
    '"Resource": "*", "NotResource": "*"',
    '"Resource": 7',
  ],
  effect: ['"Effect": "Allow"', '"Effect": "Deny"', '"Effect": "allow"', '"Effect": true', '', '"effect": "Allow"'],
  sid: ['', '"Sid": "One"', '"Sid": "not one"', '"Sid": 1', '"Sid": ""', '"Id": "x", "Comment": "y"'],
  version: [
    '"Version": "2012-10-17"',
    '"Version": "2008-10-17"',
    '"Version": "2012-10-18"',
    '"Version": 2012',
    '',
    '"Version": "2008-10-17", "Version": "2012-10-17"',
    '"version": "2012-10-17", "Id": 7',
  ],
  statement: ['[%]', '%', '[%, %]', '[%, "x", null]', '[]', '"x"'],
  kind: ['trust', 'permissions'],
};

const said = (text: string, kind: 'trust' | 'permissions'): readonly string[] => {
  const parsed = parsePolicy(text, kind);
  if (!parsed.ok) return [`refused: ${parsed.problem.at.column} ${parsed.problem.message}`];
  const { problems, statements } = parsed.policy;
  return [...problems, ...statements.flatMap(one => one.problems)].map(
    ({ kind: of, message, at }) => `${of} ${at.column} ${message}`,
  );
};

test('texts', () => {
  const cases = pairwise(forms) as readonly Readonly<Record<string, string>>[];
  expect(cases.length).toBeGreaterThan(100);
  for (const of of cases) {
    const members = [of.sid, of.effect, of.principal, of.action, of.resource, of.condition].filter(one => one !== '');
    const statement = (of.statement ?? '').replaceAll('%', () => `{${members.join(', ')}}`);
    const text = `{${[of.version, `"Statement": ${statement}`].filter(one => one !== '').join(', ')}}`;
    const kind = of.kind === 'trust' ? 'trust' : 'permissions';
    const read = [parsePolicy(text, kind), parseControlPolicy(text)];
    whole(text, [kind, ...said(text, kind), countsOf(wordsIn(read))]);
  }
});
