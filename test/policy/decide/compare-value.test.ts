import { describe, expect, test } from '@jest/globals';
import { decideOnly } from '../../../lib/policy.ts';
import { aRequest, aud, policyWith, provider, sub, variable } from '../../support/trust-cases.ts';

type Row = readonly [operator: string, actual: string, wanted: string, outcome: 'allow' | 'deny' | 'unknown'];

/** A role's tag may have any value: every comparison can be asked of it (docs/facts.md §A.3, §A.4). */
const outcomeOf = (operator: string, actual: string, wanted: string) =>
  decideOnly(policyWith({ [operator]: { 'aws:ResourceTag/x': wanted } }), aRequest({ roleTags: { x: actual } }));

const numbers: readonly Row[] = [
  ['NumericEquals', '10', '10', 'allow'],
  ['NumericEquals', '10', '10.0', 'allow'],
  ['NumericEquals', '+7', '7', 'allow'],
  ['NumericEquals', '-7', '7', 'deny'],
  ['NumericEquals', '1.25', '1.25', 'allow'],
  ['NumericEquals', '10', '11', 'deny'],
  ['NumericNotEquals', '10', '11', 'allow'],
  ['NumericNotEquals', '10', '10', 'deny'],
  ['NumericLessThan', '9', '10', 'allow'],
  ['NumericLessThan', '10', '10', 'deny'],
  ['NumericLessThan', '11', '10', 'deny'],
  ['NumericLessThanEquals', '9', '10', 'allow'],
  ['NumericLessThanEquals', '10', '10', 'allow'],
  ['NumericLessThanEquals', '11', '10', 'deny'],
  ['NumericGreaterThan', '11', '10', 'allow'],
  ['NumericGreaterThan', '10', '10', 'deny'],
  ['NumericGreaterThan', '9', '10', 'deny'],
  ['NumericGreaterThanEquals', '11', '10', 'allow'],
  ['NumericGreaterThanEquals', '10', '10', 'allow'],
  ['NumericGreaterThanEquals', '9', '10', 'deny'],
  // A text that is no number has no documented order.
  ['NumericEquals', 'ten', '10', 'unknown'],
  ['NumericEquals', '10', 'ten', 'unknown'],
  ['NumericEquals', 'a10', '10', 'unknown'],
  ['NumericEquals', '10a', '10', 'unknown'],
  ['NumericEquals', '', '', 'unknown'],
  ['NumericEquals', '1e1', '10', 'unknown'],
  ['NumericEquals', '10.', '10', 'unknown'],
  ['NumericEquals', '.5', '0.5', 'unknown'],
  ['NumericNotEquals', 'ten', '10', 'unknown'],
];

const dates: readonly Row[] = [
  ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'allow'],
  ['DateEquals', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z', 'allow'],
  ['DateEquals', '2025-12-31T19:00:00-05:00', '2026-01-01T00:00:00Z', 'allow'],
  ['DateEquals', '2026-01-01T00:00Z', '2026-01-01T00:00:00Z', 'allow'],
  ['DateEquals', '2026-01-01T00:00:00.250Z', '2026-01-01T00:00:00.250Z', 'allow'],
  ['DateEquals', '2026-01-01T00:00:00.250Z', '2026-01-01T00:00:00.251Z', 'deny'],
  ['DateEquals', '1767225600', '2026-01-01T00:00:00Z', 'allow'],
  ['DateEquals', '1767225601', '2026-01-01T00:00:00Z', 'deny'],
  ['DateNotEquals', '1767225601', '2026-01-01T00:00:00Z', 'allow'],
  ['DateLessThan', '2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', 'allow'],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'deny'],
  ['DateLessThanEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'allow'],
  ['DateLessThanEquals', '2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z', 'deny'],
  ['DateGreaterThan', '2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z', 'allow'],
  ['DateGreaterThan', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'deny'],
  ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'allow'],
  ['DateGreaterThanEquals', '2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', 'deny'],
  // Forms that the documentation does not name: no zone, no time, words before or after, dates that do not exist.
  ...[
    '2026-01-01T00:00:00',
    '2026-01-01',
    'x2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Zx',
    '2026-13-01T00:00:00Z',
    '2026-01-01T00:00:00x01:00',
    '2026-01-01T00:00:00.Z',
    'x1767225600',
    '1767225600x',
    '1767225600000000',
    'January 1, 2026 UTC',
    '',
  ].map((actual): Row => ['DateEquals', actual, '2026-01-01T00:00:00Z', 'unknown']),
];

const arn = 'arn:aws:iam::111122223333:role/path/app';
const arns: readonly Row[] = [
  ['ArnEquals', arn, arn, 'allow'],
  ['ArnLike', arn, arn, 'allow'],
  ['ArnEquals', arn, 'arn:aws:iam::111122223333:role/*', 'allow'],
  ['ArnLike', arn, 'arn:aws:iam::111122223333:role/p?th/app', 'allow'],
  ['ArnLike', arn, 'arn:*:iam::*:role/path/app', 'allow'],
  ['ArnNotEquals', arn, arn, 'deny'],
  ['ArnNotLike', arn, 'arn:aws:iam::111122223333:role/x', 'allow'],
  // Each of the six parts on its own: a star stops at the colon, but in the last part.
  ['ArnLike', arn, 'arn:aws-cn:iam::111122223333:role/path/app', 'deny'],
  ['ArnLike', arn, 'arn:aws:sts::111122223333:role/path/app', 'deny'],
  ['ArnLike', arn, 'arn:aws:iam:eu-west-1:111122223333:role/path/app', 'deny'],
  ['ArnLike', arn, 'arn:aws:iam::444455556666:role/path/app', 'deny'],
  ['ArnLike', arn, 'arn:aws:iam::111122223333:role/path/other', 'deny'],
  ['ArnLike', arn, 'arn:aws:*:role/path/app', 'unknown'],
  [
    'ArnLike',
    'arn:aws:logs:eu-west-1:111122223333:log-group:a:b',
    'arn:aws:logs:eu-west-1:111122223333:log-group:*',
    'allow',
  ],
  [
    'ArnLike',
    'arn:aws:logs:eu-west-1:111122223333:log-group:a:b',
    'arn:aws:logs:eu-west-1:111122223333:log-group:a:b',
    'allow',
  ],
  [
    'ArnLike',
    'arn:aws:logs:eu-west-1:111122223333:log-group:a:b',
    'arn:aws:logs:eu-west-1:111122223333:log-groupa:b',
    'deny',
  ],
  [
    'ArnLike',
    'arn:aws:logs:eu-west-1:111122223333:log-group:a:b',
    'arn:aws:logs:eu-west-1:111122223333:log-groupab',
    'deny',
  ],
  // A text that is no ARN, on either side, is not documented.
  ['ArnLike', arn, '*', 'unknown'],
  ['ArnLike', arn, 'role/path/app', 'unknown'],
  ['ArnLike', arn, 'x:aws:iam::111122223333:role/path/app', 'unknown'],
  ['ArnLike', 'no:arn:at:all:or:six', 'arn:aws:iam::111122223333:role/path/app', 'unknown'],
  ['ArnLike', 'arn:aws:iam', 'arn:aws:iam::111122223333:role/path/app', 'unknown'],
  ['ArnNotLike', 'arn:aws:iam', 'arn:aws:iam::111122223333:role/path/app', 'unknown'],
];

const booleans: readonly Row[] = [
  ['Bool', 'true', 'true', 'allow'],
  ['Bool', 'TRUE', 'true', 'allow'],
  ['Bool', 'false', 'true', 'deny'],
  ['Bool', 'false', 'False', 'allow'],
  ['Bool', 'yes', 'true', 'deny'],
  ['Bool', 'true', 'yes', 'unknown'],
  ['Bool', 'true', '', 'unknown'],
];

const strings: readonly Row[] = [
  ['StringEquals', 'a*', 'a*', 'allow'],
  ['StringEquals', 'ab', 'a*', 'deny'],
  ['StringEquals', '*', '*', 'allow'],
  ['StringEquals', 'x', '*', 'deny'],
  ['StringLike', 'x', '*', 'allow'],
  ['StringLike', '', '*', 'allow'],
  ['StringLike', 'x', '**', 'allow'],
  ['StringLike', 'ab', '?', 'deny'],
  ['StringLike', 'a', '?', 'allow'],
  ['StringLike', '', '?', 'deny'],
  ['StringEqualsIgnoreCase', 'AbC', 'aBc', 'allow'],
  ['StringEqualsIgnoreCase', 'AbC', 'aBx', 'deny'],
  ['StringNotEqualsIgnoreCase', 'AbC', 'aBc', 'deny'],
  ['BinaryEquals', 'eA==', 'eA==', 'unknown'],
  ['IpAddress', '10.1.2.3', '10.0.0.0/8', 'allow'],
  ['IpAddress', '11.1.2.3', '10.0.0.0/8', 'deny'],
  ['IpAddress', '2001:db8::1', '2001:db8::/32', 'allow'],
  ['IpAddress', '10.1.2.3', '::/0', 'deny'],
  ['IpAddress', '::10', '0.0.0.0/0', 'deny'],
  ['NotIpAddress', '10.1.2.3', '10.0.0.0/8', 'deny'],
  ['IpAddress', 'home', '10.0.0.0/8', 'unknown'],
];

describe.each([
  ['numbers', numbers],
  ['dates', dates],
  ['ARNs', arns],
  ['booleans', booleans],
  ['strings', strings],
])('%s', (_, rows) => {
  test.each(rows.map(([operator, actual, wanted, outcome]) => ({ operator, actual, wanted, outcome })))(
    '$operator: "$actual" against "$wanted": $outcome',
    ({ operator, actual, wanted, outcome }) => {
      expect(outcomeOf(operator, actual, wanted)).toBe(outcome);
    },
  );
});

describe('values that the request does not show', () => {
  test.each([
    ['NumericLessThan', '10'],
    ['DateLessThan', '2026-01-01T00:00:00Z'],
    ['Bool', 'true'],
    ['StringEquals', 'x'],
    ['ArnLike', arn],
  ])('%s of the session name is unknown', (operator, wanted) => {
    expect(decideOnly(policyWith({ [operator]: { 'sts:RoleSessionName': wanted } }), aRequest())).toBe('unknown');
  });

  test('but every text matches * under StringLike alone', () => {
    const like = (operator: string) =>
      decideOnly(policyWith({ [operator]: { 'sts:RoleSessionName': '*' } }), aRequest());
    expect([like('StringLike'), like('StringEquals'), like('ArnLike')]).toEqual(['allow', 'unknown', 'unknown']);
  });

  test('a time is within every bound or none, and that is unknown', () => {
    expect(decideOnly(policyWith({ DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }), aRequest())).toBe(
      'unknown',
    );
  });
});

describe('policy variables', () => {
  const outcome = (condition: unknown, version: string | null = '2012-10-17') =>
    decideOnly(policyWith(condition, version), aRequest({ roleTags: { x: arn, flag: 'true', star: 'a*' } }));

  test.each([
    ['the subject is itself', { StringEquals: { [sub]: variable(sub) } }, 'allow'],
    ['the subject is not the audience', { StringEquals: { [aud]: variable(sub) } }, 'deny'],
    ['the audience is itself', { StringEquals: { [aud]: variable(aud) } }, 'allow'],
    ['a variable without a value matches nothing', { StringEquals: { [aud]: variable('aws:username') } }, 'deny'],
    ['nor does an ARN of it', { ArnLike: { 'aws:ResourceTag/x': variable('aws:PrincipalArn') } }, 'deny'],
    ['an unknowable variable', { StringEquals: { [aud]: variable('sts:RoleSessionName') } }, 'unknown'],
    ['an unknowable ARN', { ArnLike: { 'aws:ResourceTag/x': `${arn}${variable('sts:RoleSessionName')}` } }, 'unknown'],
    ['an ARN from a tag', { ArnLike: { 'aws:ResourceTag/x': variable('aws:ResourceTag/x') } }, 'allow'],
    [
      'a boolean from a tag is not documented',
      { Bool: { 'aws:SecureTransport': variable('aws:ResourceTag/flag') } },
      'unknown',
    ],
    ['wildcards in a substituted value', { StringLike: { [aud]: variable('aws:ResourceTag/star') } }, 'unknown'],
    [
      'but under StringEquals they are text',
      { StringEquals: { 'aws:ResourceTag/star': variable('aws:ResourceTag/star') } },
      'allow',
    ],
    [
      'a default is used for what is absent',
      { StringEquals: { [aud]: variable("aws:username, 'sts.amazonaws.com'") } },
      'allow',
    ],
    ['and not for what is there', { StringEquals: { [aud]: variable(`${sub}, 'sts.amazonaws.com'`) } }, 'deny'],
  ])('%s', (_, condition, expected) => {
    expect(outcome(condition)).toBe(expected);
  });

  test('a boolean with the text of a variable is plain text in an old version, and not documented', () => {
    expect(outcome({ Bool: { 'aws:SecureTransport': variable('aws:SecureTransport') } }, '2008-10-17')).toBe('unknown');
  });

  test('the provider is documented as its ARN, and may come in another form', () => {
    expect(outcome({ ArnEquals: { 'aws:FederatedProvider': provider } })).toBe('allow');
    expect(outcome({ ArnEquals: { 'aws:FederatedProvider': arn } })).toBe('unknown');
    expect(outcome({ StringNotEquals: { 'aws:FederatedProvider': provider } })).toBe('deny');
    expect(outcome({ StringNotEquals: { 'aws:FederatedProvider': 'x' } })).toBe('unknown');
  });
});
