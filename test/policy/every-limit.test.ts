/** Both sides of each limit of what is worked out of a policy. */
import { describe, expect, test } from '@jest/globals';
import { addressText } from '../../lib/policy/decide/address-range.ts';
import type { TextGrammar } from '../../lib/policy/decide/text-grammar.ts';
import { isSpent, policyBudget } from '../../lib/policy/who/budget.ts';
import { valuesApart } from '../../lib/policy/who/key-choice.ts';
import { textClasses } from '../../lib/policy/who/text-classes.ts';
import {
  accountBudget,
  accountOfSubject,
  decodePolicyText,
  type Glob,
  globMatches,
  intersectGlobs,
  isPlaceholder,
  maxPolicyLength,
  parsePolicy,
  partsOfSubject,
  rangeOf,
  run,
  wildcardGlob,
  zoneOf,
} from '../../lib/policy.ts';
import { aStatement, mustParse, policyText, S } from '../support/trust-cases.ts';
import { strangersIn } from '../support/whole/everyone.ts';

const counting = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('addresses', () => {
  test.each<[string, string | undefined]>([
    ['10.1.2.3', '10.1.2.3 to 10.1.2.3 of 32'],
    ['10.1.2.3/8', '10.0.0.0 to 10.255.255.255 of 8'],
    ['0.0.0.0/0', '0.0.0.0 to 255.255.255.255 of 0'],
    ['255.255.255.255/32', '255.255.255.255 to 255.255.255.255 of 32'],
    ['256.0.0.0', undefined],
    ['0.0.0.256', undefined],
    ['10.0.0.0/33', undefined],
    ['10.0.0.0/8/8', undefined],
    ['10.0.0.0/', undefined],
    ['10.0.0.0/x', undefined],
    ['10.0.0', undefined],
    ['10.0.0.0.0', undefined],
    ['', undefined],
    ['::', '0:0:0:0:0:0:0:0 to 0:0:0:0:0:0:0:0 of 128'],
    ['::1/128', '0:0:0:0:0:0:0:1 to 0:0:0:0:0:0:0:1 of 128'],
    ['::/129', undefined],
    ['2001:db8::/32', '2001:db8:0:0:0:0:0:0 to 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff of 32'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8 to 1:2:3:4:5:6:7:8 of 128'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0 to 1:2:3:4:5:6:7:0 of 128'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8 to 0:2:3:4:5:6:7:8 of 128'],
    ['1:2:3:4:5:6:7::8', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['1::2::3', undefined],
    ['1::12345', undefined],
    ['1::g', undefined],
  ])('%j', (text, expected) => {
    const range = rangeOf(text);
    const shown =
      range && `${addressText(range.first, range.bits)} to ${addressText(range.last, range.bits)} of ${range.fixed}`;
    expect(shown).toBe(expected);
  });
});

describe('the length of a policy', () => {
  const ofLength = (length: number): string => {
    const text = policyText([aStatement()]);
    return text + ' '.repeat(length - text.length);
  };

  test('is as IAM takes it', () => {
    expect(parsePolicy(ofLength(maxPolicyLength)).ok).toBe(true);
    expect(parsePolicy(ofLength(maxPolicyLength + 1))).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('131073') },
    });
  });

  test('is three times as much where it is encoded', () => {
    const most = 3 * maxPolicyLength + 16;
    const encoded = (length: number): string => '%7B'.padEnd(length, ' ');
    expect(decodePolicyText(encoded(most))).toBe('{'.padEnd(most - 2, ' '));
    expect(decodePolicyText(encoded(most + 1))).toBe(encoded(most + 1));
  });
});

describe('subjects', () => {
  test.each<[string, object | undefined]>([
    [`${S}${'n'.repeat(63)}:app`, { namespace: 'n'.repeat(63), name: 'app' }],
    [`${S}${'n'.repeat(64)}:app`, undefined],
    [`${S}shop:${'a'.repeat(253)}`, { namespace: 'shop', name: 'a'.repeat(253) }],
    [`${S}shop:${'a'.repeat(254)}`, undefined],
    [`${S}shop:${'a'.repeat(400)}`, undefined],
    [`${S}shop`, undefined],
  ])('that a service account can have %#', (subject, account) => {
    expect(accountOfSubject(subject)).toEqual(account);
  });

  test.each<[string, object | undefined]>([
    [`${S}shop:Cart`, { namespace: 'shop', name: 'Cart' }],
    [`${S}shop:`, undefined],
    [`${S}:cart`, undefined],
    [`${S}shop:cart:x`, undefined],
    [`${S}shop`, undefined],
    ['shop:cart', undefined],
  ])('in their parts: %s', (subject, parts) => {
    expect(partsOfSubject(subject)).toEqual(parts);
  });

  test.each<[string, boolean]>([
    [`\${name}`, true],
    [`\${aws:username}`, false],
    [`\${a\${*}`, false],
    [`\${a\${b}`, true],
    [`\${ *}`, false],
    [`\${name`, false],
    ['{{ name }}', true],
    ['{{ name', false],
    ['name }}', false],
    ['}} {{', false],
    ['$(name)', true],
    ['$(name', false],
    ['<name>', true],
    ['<>', false],
  ])('that a template engine left: %s', (text, expected) => {
    expect(isPlaceholder(text)).toBe(expected);
  });
});

describe('the intersection of two patterns', () => {
  const both = (a: string, b: string): readonly string[] | undefined =>
    intersectGlobs(wildcardGlob(a), wildcardGlob(b))?.map(({ text }) => text);

  test.each<[string, string, readonly string[]]>([
    ['?', 'a', ['a']],
    ['a', '?', ['a']],
    ['?', '?', ['?']],
    ['a', 'b', []],
    ['*a', 'b*', ['b*a']],
    ['a*', '*a', ['a*a', 'a']],
    ['a', '*', ['a']],
    ['*', '', ['']],
  ])('%s and %s', (a, b, expected) => {
    expect([...(both(a, b) ?? ['too many'])].sort()).toEqual([...expected].sort());
  });

  test('is worked out up to 600 characters together', () => {
    const long = 'a'.repeat(599);
    expect(both(long, '*')).toEqual([long]);
    expect(both(`${long}a`, '*')).toBeUndefined();
  });

  test('has 48 patterns at most', () => {
    const overlap = (letters: number) => both(`*${'a'.repeat(letters)}`, `${'a'.repeat(letters)}*`);
    expect(overlap(47)).toHaveLength(48);
    expect(overlap(48)).toBeUndefined();
  });

  test('matches what both match', () => {
    const all = ['', 'a', 'b', 'ab', 'ba', 'aab', 'bb', 'abab'];
    for (const [a, b] of [
      ['*a*', '*b'],
      ['?*', '*b?'],
      ['a*b*', '*a?'],
    ] as const) {
      const globs = intersectGlobs(wildcardGlob(a), wildcardGlob(b)) ?? [];
      for (const text of all)
        expect(globs.some(glob => globMatches(glob, text))).toBe(
          globMatches(wildcardGlob(a), text) && globMatches(wildcardGlob(b), text),
        );
    }
  });
});

describe('values that patterns tell apart', () => {
  const letters: TextGrammar = [run(/[a-z]/, 0)];
  const holding = (count: number): readonly Glob[] =>
    counting(count).map(at => wildcardGlob(`*${String.fromCharCode(97 + at)}*`));

  test('are 256 at most', () => {
    const eight = textClasses(holding(8), [...letters], policyBudget());
    expect([eight.values.length, eight.isComplete]).toEqual([256, true]);
    const nine = textClasses(holding(9), [...letters], policyBudget());
    expect([nine.values.length, nine.isComplete]).toEqual([257, false]);
  });

  test('are not all found where the work is spent', () => {
    const budget = { left: 10 };
    expect(textClasses(holding(4), [...letters], budget).isComplete).toBe(false);
    expect(budget.left).toBeLessThan(0);
  });

  test('leave out 32 regions of others at most', () => {
    const regionOf = (value: string): Glob | undefined => {
      const [owner = ''] = value.split('/');
      return value.includes('/') && /^o+$/.test(owner) ? wildcardGlob(`${owner}/*`) : undefined;
    };
    const grammar: TextGrammar = [run(/[a-z]/, 1), '/', run(/[a-z]/, 1)];
    const found = [32, 33].map(count => {
      const globs = counting(count).map(at => wildcardGlob(`${'o'.repeat(at + 1)}/x*`));
      return valuesApart([[...grammar]], globs, regionOf, policyBudget());
    });
    expect(found).toEqual([
      { values: ['x/x'], isComplete: true },
      { values: ['y/y'], isComplete: false },
    ]);
  });
});

describe('requests of a stranger', () => {
  const context = {
    roleArn: 'arn:aws:iam::111122223333:role/app',
    now: '2026-11-01T06:00:00.000Z',
    roleTags: {},
    zone: zoneOf(['111122223333']),
    isCluster: () => true,
    audiencesOf: () => undefined,
  };
  const anyone = (over: object) =>
    aStatement({ Principal: { AWS: '*' }, Action: ['sts:AssumeRole', 'sts:TagSession'], ...over });
  /** For each tag two denials, of which one applies whatever the tag is. */
  const closedBy = (tags: number) =>
    mustParse(
      policyText([
        anyone({
          Condition: { StringLike: Object.fromEntries(counting(tags).map(at => [`aws:RequestTag/t${at}`, '*'])) },
        }),
        ...counting(tags).flatMap(at =>
          ['a*', 'b*'].map(value =>
            anyone({ Effect: 'Deny', Condition: { StringNotLike: { [`aws:RequestTag/t${at}`]: value } } }),
          ),
        ),
      ]),
    );

  test('are tried up to 2,048, and beyond them it is not decided', () => {
    expect(strangersIn(closedBy(11), context)).toEqual([]);
    expect(strangersIn(closedBy(12), context)).toMatchObject([
      {
        verdict: 'may-be',
        isAnyone: true,
        because: 'the conditions of this policy are too many to be compared within the stated work',
      },
    ]);
  });
});

test('the work of an account is spent where it is below nothing', () => {
  const account = accountBudget();
  const budget = { left: 5, share: -1, account };
  account.left = 0;
  expect(isSpent(budget)).toBe(false);
  account.left = -1;
  expect(isSpent(budget)).toBe(true);
  expect(isSpent({ ...budget, share: 0 })).toBe(false);
  expect(isSpent({ left: 0 })).toBe(false);
  expect(isSpent({ left: -1 })).toBe(true);
});
