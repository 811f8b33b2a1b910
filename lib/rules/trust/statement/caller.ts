import { type ConditionTest, isWildcardPrincipal, type Statement, truthWhenAbsent } from '../../../policy.ts';

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

/** True for a test that looks as if it named callers. Whether it restricts them is another question. */
const looksAtCaller = (test: ConditionTest): boolean =>
  callerKeys.has(test.key.text.toLowerCase()) &&
  truthWhenAbsent(test) === 'false' &&
  test.values.length > 0 &&
  test.values.every(value => !/^[*?]*$/.test(value.text));

/** True for a statement for everyone, without any test that looks as if it named callers: tells which of two rules speaks of
 *  strangers that it allows. */
export const allowsEveryone = ({ effect, principal, conditions }: Statement): boolean =>
  effect === 'Allow' && isWildcardPrincipal(principal) && !conditions.some(looksAtCaller);
