import { expect, test } from '@jest/globals';
import { trustOpenToAccounts } from '../../../lib/rules/trust/trust-open-to-accounts.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { policy, statement, worldOf } from './judge.ts';

/** A key that AWS does not document: whether the test holds is open. */
const undocumented = { StringEquals: { 'sts:outbound': 'x' } };
const anyOrganization = { StringLike: { 'aws:PrincipalOrgID': 'o-*' } };
const opened = (AWS: string, Condition: object = {}) =>
  policy(statement(), { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', Condition });

test.each([
  ['any account, perhaps', opened('*', { ...undocumented, ...anyOrganization }), ['high may-be-any']],
  ['a named account, perhaps', opened('999999999999', undocumented), ['medium may-be-named']],
  ['a named account', opened('999999999999'), ['medium named']],
  ['any account by a test that all pass', opened('*', anyOrganization), ['critical tested']],
  ['the own account', opened('111122223333'), []],
])('%s', (_, text, wanted) => {
  const { findings } = verdictOf(trustOpenToAccounts, worldOf(text));
  expect(findings.map(({ severity, messageId }) => `${severity} ${messageId}`)).toEqual(wanted);
});
