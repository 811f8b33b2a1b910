import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aud, exact, judge, sub, where, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, () => Facts, readonly string[]]>([
    [
      '80 % of the known quota',
      () =>
        worldOf(
          where({
            StringEquals: {
              [aud]: 'sts.amazonaws.com',
              [sub]: Array.from({ length: 45 }, (_, at) => `${exact}-${at}`),
            },
          }),
          { quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }) },
        ),
      ['trust-size-near-limit low'],
    ],
    [
      '80 % of the most that there is',
      () =>
        worldOf(
          where({
            StringEquals: {
              [aud]: 'sts.amazonaws.com',
              [sub]: Array.from({ length: 180 }, (_, at) => `${exact}-${at}`),
            },
          }),
        ),
      ['trust-size-near-limit low'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts())).toEqual(expected);
  });
});
