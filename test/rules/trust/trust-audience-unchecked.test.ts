import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aProvider } from '../../support/example-world.ts';
import { exact, judge, said, sub, where, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    ['no audience, one at the provider', where({ StringEquals: { [sub]: exact } }), ['trust-audience-unchecked info']],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });

  test.each<[string, () => Facts, readonly string[]]>([
    [
      'no audience, two at the provider',
      () =>
        worldOf(where({ StringEquals: { [sub]: exact } }), {
          providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]),
        }),
      ['trust-audience-unchecked low'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts())).toEqual(expected);
  });
});

describe('what a rule says in rare cases', () => {
  test.each<[string, string, () => Facts, readonly string[]]>([
    [
      'trust-audience-unchecked',
      'a provider without audiences',
      () => worldOf(where({ StringEquals: { [sub]: exact } }), { providers: complete([aProvider({ audiences: [] })]) }),
      ['info none'],
    ],
  ])('%s: %s', (ruleId, _, facts, expected) => expect(said(ruleId, facts())).toEqual(expected));
});
