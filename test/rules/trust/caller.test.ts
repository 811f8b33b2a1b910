import { expect, test } from '@jest/globals';
import { allowsEveryone } from '../../../lib/rules/trust/statement/caller.ts';
import { aStatement, mustParse, policyText } from '../../support/trust-cases.ts';

test.each<readonly [object, boolean]>([
  [{}, true],
  [{ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, false],
  [{ StringLike: { 'AWS:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } }, false],
  [{ StringLike: { 'aws:PrincipalArn': '*' } }, true],
  [{ StringLike: { 'aws:PrincipalArn': ['arn:aws:iam::111122223333:role/*', '?*'] } }, true],
  [{ StringEquals: { 'aws:PrincipalOrgID': [] } }, true],
  [{ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, true],
  [{ StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, true],
])('a statement for everyone with the condition %j names no caller: %s', (Condition, open) => {
  const [statement] = mustParse(policyText([aStatement({ Principal: '*', Condition })])).statements;
  expect(statement && allowsEveryone(statement)).toBe(open);
});

test.each([{ Effect: 'Deny' }, { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }])(
  '%j is not for everyone',
  over => {
    const [statement] = mustParse(policyText([aStatement({ Principal: '*', Condition: {}, ...over })])).statements;
    expect(statement && allowsEveryone(statement)).toBe(false);
  },
);
