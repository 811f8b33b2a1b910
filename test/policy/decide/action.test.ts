import { expect, test } from '@jest/globals';
import { actionTruth, maybe, mayCover, no, truthWhenAbsent, yes } from '../../../lib/policy.ts';
import { aStatement, mustParse, policyText, policyWith } from '../../support/trust-cases.ts';

const statementWith = (over: Readonly<Record<string, unknown>>) => {
  const [statement] = mustParse(policyText([aStatement(over)])).statements;
  if (!statement) throw new Error('no statement');
  return statement;
};

test.each([
  [{ Action: 'sts:AssumeRole' }, yes, no],
  [{ Action: 'STS:assumerole' }, yes, no],
  [{ Action: 'sts:AssumeRole*' }, yes, yes],
  [{ Action: 'sts:AssumeRole???????????????' }, no, yes],
  [{ Action: '*' }, yes, yes],
  [{ Action: ['sts:TagSession', 'sts:*Identity'] }, no, yes],
  [{ Action: 's*:AssumeRole' }, maybe, no],
  [{ Action: 'st?:AssumeRole*' }, maybe, maybe],
  [{ Action: 'iam:*' }, no, no],
  [{ Action: undefined, NotAction: 'sts:TagSession' }, yes, yes],
  [{ Action: undefined, NotAction: 'sts:AssumeRole' }, no, yes],
  [{ Action: undefined, NotAction: 'st?:*' }, maybe, maybe],
  [{ NotAction: 'sts:TagSession' }, maybe, maybe],
  [{ Action: undefined }, maybe, maybe],
])('%j covers sts:AssumeRole and web identity as IAM documents', (over, assumeRole, webIdentity) => {
  const statement = statementWith(over);
  expect(actionTruth(statement, 'sts:AssumeRole')).toBe(assumeRole);
  expect(actionTruth(statement, 'sts:AssumeRoleWithWebIdentity')).toBe(webIdentity);
  expect(mayCover(statement)).toBe(webIdentity !== no);
});

test.each([
  ['StringEquals', 'x', 'false'],
  ['StringNotEquals', 'x', 'true'],
  ['StringEqualsIfExists', 'x', 'true'],
  ['ForAllValues:StringEquals', 'x', 'true'],
  ['ForAnyValue:StringNotEquals', 'x', 'false'],
  ['ForAnyValue:StringEqualsIfExists', 'x', 'unknown'],
  ['StringEquals', [], 'unknown'],
  ['Null', 'true', 'unknown'],
  ['stringequals', 'x', 'unknown'],
])('%s of %j comes to %s on a key that the request lacks', (operator, values, truth) => {
  const [condition] = policyWith({ [operator]: { key: values } }).statements[0]?.conditions ?? [];
  expect(condition && truthWhenAbsent(condition)).toBe(truth);
});
