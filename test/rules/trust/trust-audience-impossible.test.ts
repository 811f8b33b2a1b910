import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, type ReadFailure, unavailable } from '../../../lib/model/collected.ts';
import { aProvider } from '../../support/example-world.ts';
import { aud, exact, judge, other, own, provider, said, sub, where, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'IfExists on the key of a cluster that was replaced, beside tests that no token passes',
      where({ StringEquals: { [sub]: exact, [aud]: 'other' }, StringEqualsIfExists: { [`${other}:sub`]: exact } }),
      ['trust-audience-impossible high', 'trust-condition-vacuous high'],
    ],
    [
      'the audience of the other domain',
      where({ StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com.cn' } }),
      ['trust-audience-impossible high'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});

const refused: ReadFailure = { kind: 'denied', operation: 'iam:GetOpenIDConnectProvider', message: 'no' };

describe('what a rule says in rare cases', () => {
  test.each<[string, string, () => Facts, readonly string[]]>([
    [
      'trust-audience-impossible',
      'a provider whose audiences were refused',
      () =>
        worldOf(where({ StringEquals: own }), { providers: complete([aProvider({ detail: unavailable(refused) })]) }),
      [`unknown unread: the audiences of ${provider} (iam:GetOpenIDConnectProvider: no)`],
    ],
  ])('%s: %s', (ruleId, _, facts, expected) => expect(said(ruleId, facts())).toEqual(expected));
});
