import { truthWhenAbsent } from '../../../policy/decide/evaluate-test.ts';
import { isWildcardPrincipal } from '../../../policy/decide/web-identity.ts';
import type { ConditionTest, Statement } from '../../../policy/parse/policy.ts';

/** Keys that say who calls. */
const callerKeys = new Set([
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:userid',
]);

/** Keys that say more of a caller whose account is named already. */
const detailKeys = new Set(['aws:username', 'aws:multifactorauthpresent', 'sts:externalid']);

/** True for a test that excludes callers of an account that is named: by who they are, a tag, or how they signed in. */
export const testsCallerOfAccount = (test: ConditionTest): boolean => {
  const key = test.key.text.toLowerCase();
  const isOfCaller = callerKeys.has(key) || detailKeys.has(key) || key.startsWith('aws:principaltag/');
  return isOfCaller && excludesOthers(test);
};

const excludesOthers = (test: ConditionTest): boolean =>
  truthWhenAbsent(test) === 'false' &&
  test.values.length > 0 &&
  test.values.every(value => !/^[*?]*$/.test(value.text));

/** True for a test that excludes every caller but those that it names. */
const testsCaller = (test: ConditionTest): boolean =>
  callerKeys.has(test.key.text.toLowerCase()) && excludesOthers(test);

/** True for a statement for everyone, without any test that looks as if it named callers. */
export const allowsEveryone = ({ effect, principal, conditions }: Statement): boolean =>
  effect === 'Allow' && isWildcardPrincipal(principal) && !conditions.some(testsCaller);
