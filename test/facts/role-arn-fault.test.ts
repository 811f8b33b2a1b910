import { describe, expect, test } from '@jest/globals';
import {
  isRoleArn,
  type RoleArnFault,
  roleArnFault as roleArnFaultAlone,
  roleArnFaults,
} from '../../lib/facts/role-arn-fault.ts';
import { isNearMissKey, nearMissPattern } from '../../lib/model/irsa-annotation.ts';
import { renderTemplate } from '../../lib/text.ts';
import { recorded } from '../support/whole/whole.ts';

const roleArnFault = recorded('roleArnFault', roleArnFaultAlone);
const roleArnFaultText = recorded('roleArnFaultText', ({ id, data }: RoleArnFault) =>
  renderTemplate(roleArnFaults[id], data),
);

describe('keys of annotations', () => {
  test.each([
    'eks.amazon.com/role-arn',
    'eks.amazonaws.com/role_arn',
    'eks.amazonaws.com/Role-ARN',
    'iam.amazonaws.com/role',
    'eks.amazonaws.co/role-arn',
    'eks.amazonaws.com/rolearn',
    'eks.amazonawsabc.com/role-arn',
    'eks.amazonaws.com/role-arnab',
    'eks.amazonaws.com/role-arnabc',
  ])('%s is a near miss of the role annotation', key => expect(isNearMissKey(key)).toBe(true));
  test.each([
    'eks.amazonaws.com/role-arn',
    'eks.amazonaws.com/audience',
    'eks.amazonaws.com/token-expiration',
    'meta.helm.sh/release-name',
    'example.com/role-arn',
    'eks.amazonawsabcd.com/role-arn',
  ])('%s is not a near miss of the role annotation', key => expect(isNearMissKey(key)).toBe(false));
});

test.each([
  ['a letter is wrong', 'eks.amazonaws.com/role-arm', true],
  ['a letter is missing', 'eks.amazonaws.com/role-an', true],
  ['a letter is twice', 'eks.amazonaws.com/roole-arn', true],
  ['two letters are the other way round', 'eks.amazonaws.com/rloe-arn', true],
  ['two letters of the prefix are', 'esk.amazonaws.com/role-arn', true],
  ['two letters are wrong', 'eks.amazonaws.com/rxle-arm', false],
  ['it is another key', 'eks.amazonaws.com/audience', false],
])('an admission policy matches the key where %s: %s', (_, key, matches) => {
  expect(new RegExp(nearMissPattern).test(key)).toBe(matches);
});

describe('role ARNs', () => {
  test.each([
    ['arn:aws:iam::111122223333:role/x', true],
    ['arn:aws-us-gov:iam::111122223333:role/a/b/x+=,.@-_', true],
    ['arn:aws:iam::111122223333:role/', false],
    ['arn:aws:iam::111122223333:role/x y', false],
  ])('%s is a role ARN: %s', (text, expected) => expect(isRoleArn(text)).toBe(expected));

  const right = 'arn:aws:iam::111122223333:role/x';
  const cases: readonly (readonly [text: string, id: keyof typeof roleArnFaults, corrected?: string])[] = [
    ['', 'empty'],
    ['   ', 'blank'],
    ['x'.repeat(2049), 'too-long'],
    ['arn:aws:iam::111122223333:role/x\n', 'white-space', right],
    ['\u200barn:aws:iam::111122223333:role/x', 'white-space', right],
    ['arn:aws:iam::111122223333:role/x y', 'white-space'],
    ['{{ .Values.role }}', 'template'],
    ['{{.Values.role}}', 'template'],
    ['arn:aws:iam::${ACCOUNT}:role/x', 'template'],
    ['arn:aws:iam::<account id>:role/x', 'template'],
    ['arn:aws:iam::111122223333:role/x,arn:aws:iam::111122223333:role/admin', 'several-arns'],
    ['"arn:aws:iam::111122223333:role/x"', 'quotes', right],
    ['ARN:AWS:IAM::111122223333:ROLE/x', 'upper-case', right],
    ['checkout-cart', 'name-only'],
    ['role:checkout-cart', 'no-arn'],
    ['arn:aws:sts::111122223333:assumed-role/x/s', 'session'],
    ['arn:aws:s3:::bucket', 'service'],
    ['arn:', 'service'],
    ['arn:aws:iam:111122223333:role/x', 'missing-colon', right],
    ['arn:aws:iam::role/x', 'missing-colon'],
    ['arn:aws:iam::::111122223333:role/x', 'extra-colon', right],
    ['arn:aws:iam:eu-west-1:111122223333:role/x', 'region', right],
    ['arn:aws:iam:::role/x', 'account-missing'],
    ['arn:aws:iam::11112222333:role/x', 'account-digits'],
    ['arn:aws:iam::my-account:role/x', 'account-text'],
    ['arn:aws:iam::111122223333:instance-profile/x', 'resource-type'],
    ['arn:aws:iam::111122223333:', 'resource-missing'],
    ['arn:aws:iam::111122223333:role/', 'role-name-missing'],
    ['arn:aws:iam::111122223333:role/team/', 'role-name-missing'],
    [`arn:aws:iam::111122223333:role/${'x'.repeat(65)}`, 'role-name'],
    ['arn:aws-cn:iam::111122223333:role/x', 'partition'],
  ];
  test.each(cases.map(([text, id, corrected = '']) => [text, id, corrected] as const))(
    '%j has the fault %s',
    (text, id, corrected) => {
      const fault = roleArnFault(text, 'aws');
      expect(fault?.id).toBe(id);
      expect(fault?.corrected ?? '').toBe(corrected);
      expect(fault && roleArnFaultText(fault)).toMatch(/^\S.*\S$/);
    },
  );

  test('every fault that has a message is found', () =>
    expect(new Set(cases.map(([, id]) => id))).toEqual(new Set(Object.keys(roleArnFaults))));

  test('every partition is accepted where that of the cluster is not known', () =>
    expect(roleArnFault('arn:aws-cn:iam::111122223333:role/x', undefined)).toBeUndefined());
});
