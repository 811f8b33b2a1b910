import { describe, expect, test } from '@jest/globals';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aud, exact, host, judge, other, sub, where, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'IfExists on a key with a scheme beside an exact subject',
      where({ StringEquals: { [sub]: exact }, StringEqualsIfExists: { [`https://${aud}`]: 'sts.amazonaws.com' } }),
      ['trust-condition-vacuous low'],
    ],
    [
      'IfExists on the keys of a cluster that was replaced, beside an exact subject',
      where({
        StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
        StringEqualsIfExists: { [`${other}:sub`]: exact, [`${other}:aud`]: 'sts.amazonaws.com' },
      }),
      ['trust-condition-vacuous low', 'trust-condition-vacuous low'],
    ],
    [
      'IfExists on the key of a cluster that was replaced, beside a pattern of the present one',
      where({
        StringLike: { [sub]: 'system:serviceaccount:checkout:cart-*' },
        StringEquals: { [aud]: 'sts.amazonaws.com' },
        StringEqualsIfExists: { [`${other}:sub`]: exact },
      }),
      ['trust-condition-vacuous high', 'trust-subject-pattern-broad low'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});

const rule = ruleById('trust-condition-vacuous');
if (rule === undefined) throw new Error('there is no such rule');
const found = (condition: object) => evaluate(worldOf(where(condition)), { rules: [rule] }).findings;
const told = (condition: object) => found(condition).map(({ severity, messageId }) => `${severity} ${messageId}`);
const ownSubject = { [sub]: exact, [aud]: 'sts.amazonaws.com' };

describe('a test is always true where no token has its key and its operator asks for none', () => {
  const always = ['ForAllValues:StringEquals', 'ForAllValues:StringLike', 'StringEqualsIfExists', 'StringLikeIfExists'];
  const negated = ['StringNotEquals', 'StringNotLike', 'StringNotEqualsIfExists', 'ForAllValues:StringNotEquals'];
  const keys = [`${other}:sub`, `${other}:aud`, `https://${sub}`, `https://${aud}`];

  test.each([...always, ...negated].flatMap(operator => keys.map(key => [operator, key] as const)))(
    '%s on %s: high alone, low beside exact subjects',
    (operator, key) => {
      expect(told({ [operator]: { [key]: exact } })).toEqual(['high vacuous']);
      const blocks = { StringEquals: ownSubject, [operator]: { [key]: exact } };
      expect(told(blocks)).toEqual(['low leftover']);
    },
  );

  test.each(['StringEquals', 'StringLike', 'ForAnyValue:StringEquals'])(
    '%s is never true, which is told elsewhere',
    one => {
      for (const key of keys) expect(told({ [one]: { [key]: exact } })).toEqual([]);
    },
  );

  test.each([...always, ...negated])('%s on a key that tokens have restricts', operator => {
    for (const key of [sub, aud, sub.toUpperCase()]) expect(told({ [operator]: { [key]: exact } })).toEqual([]);
  });
});

describe('the fix of a test that is always true', () => {
  const fixOf = (condition: object) => {
    const [first] = found(condition);
    if (first === undefined) throw new Error('nothing was found');
    return first.fix;
  };
  const leftOver = { StringEqualsIfExists: { [`https://${aud}`]: 'sts.amazonaws.com' } };

  test('removes a leftover where another test has the key that is meant, and moves it where none has', () => {
    expect(fixOf({ StringEquals: ownSubject, ...leftOver }).summary).toBe(
      'Remove the test: who can assume the role stays the same.',
    );
    expect(fixOf({ StringEquals: { [sub]: exact }, ...leftOver }).summary).toBe(`Test ${aud} with StringEquals.`);
  });

  test.each([
    ['ForAllValues:StringLike', 'StringLike'],
    ['StringLikeIfExists', 'StringLike'],
    ['ForAllValues:StringEqualsIfExists', 'StringEquals'],
  ])('writes %s as %s, which asks for the key', (operator, wanted) => {
    expect(fixOf({ [operator]: { [`https://${sub}`]: exact } })).toMatchObject({
      summary: `Test ${host}:sub with ${wanted}.`,
      commands: [expect.stringContaining(`"${wanted}"`)],
    });
  });

  test.each(['StringNotEquals', 'StringNotLikeIfExists'])(
    'has no command for %s: what it is to allow is a choice',
    operator => {
      const fix = fixOf({ [operator]: { [`https://${sub}`]: 'system:serviceaccount:kube-system:*' } });
      expect(fix.commands).toEqual([]);
      expect(fix.choice).toContain('name them under StringEquals');
    },
  );
});
