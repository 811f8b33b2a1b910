import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aud, findingsIn, inside, judge, sub, subject, where, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'a prefix of names',
      subject('system:serviceaccount:checkout:cart-*', 'StringLike'),
      ['trust-subject-pattern-broad low'],
    ],
    [
      'a question mark',
      subject('system:serviceaccount:checkout:cart-?', 'StringLike'),
      ['trust-subject-pattern-broad low'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});

describe('names of what exists', () => {
  test('a pattern lists who is allowed and the shortest names that anyone could create', () => {
    const accounts = ['cart-api', 'cart-web', 'other'].map(name => aServiceAccount({ name }));
    const facts = worldOf(subject('system:serviceaccount:checkout:cart-*', 'StringLike'), {
      clusters: complete([aReadCluster({ serviceAccounts: complete(accounts) })]),
    });
    const [finding] = findingsIn(facts);
    expect(finding?.evidence.map(one => one.got)).toEqual(
      expect.arrayContaining([
        'checkout/cart-api, checkout/cart-web',
        expect.stringMatching(/^checkout\/cart-\w, checkout\/cart-\w$/),
      ]),
    );
    expect(finding?.fix.commands.join()).toContain('system:serviceaccount:checkout:cart-api');
    expect(finding?.fix.commands.join()).not.toContain('checkout:other');
  });
});

const pattern = (...values: readonly string[]): string =>
  where({ StringLike: { [sub]: values }, StringEquals: { [aud]: 'sts.amazonaws.com' } });

describe('what exists, where it was read', () => {
  test.each<[string, string, Facts, readonly string[]]>([
    [
      'trust-subject-pattern-broad',
      'more than anybody reads',
      worldOf(
        pattern('system:serviceaccount:checkout:cart-*'),
        inside(...Array.from({ length: 12 }, (_, at) => `cart-${at}`)),
      ),
      [
        'checkout/cart-0, checkout/cart-1, checkout/cart-10, checkout/cart-11, checkout/cart-2, checkout/cart-3, checkout/cart-4, checkout/cart-5, checkout/cart-6, checkout/cart-7 and 2 more',
      ],
    ],
    [
      'trust-subject-pattern-broad',
      'none',
      worldOf(pattern('system:serviceaccount:checkout:cart-*'), inside('pay')),
      ['none'],
    ],
  ])('%s: %s', (ruleId, _, facts, expected) => {
    const found = findingsIn(facts).find(finding => finding.ruleId === ruleId);
    expect(found?.evidence.filter(({ what }) => what.startsWith('existing')).map(({ got }) => got)).toEqual(expected);
  });

  test('a pattern that leaves one name is that name, and not broad', () => {
    const letters = [...'bcdefghijklmnopqrstuvwxyz0123456789'];
    const text = where({
      StringLike: { [sub]: 'system:serviceaccount:checkout:?' },
      StringNotEquals: { [sub]: letters.map(letter => `system:serviceaccount:checkout:${letter}`) },
      StringEquals: { [aud]: 'sts.amazonaws.com' },
    });
    expect(judge(worldOf(text))).toEqual([]);
    expect(judge(worldOf(text.replace('"system:serviceaccount:checkout:9"', '"x"')))).toContain(
      'trust-subject-pattern-broad low',
    );
  });
});
