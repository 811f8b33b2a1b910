import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { judge, subject, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, () => Facts, readonly string[]]>([
    [
      'a namespace that is not there',
      () => worldOf(subject('system:serviceaccount:gone:cart'), { clusters: complete([aReadCluster()]) }),
      ['trust-subject-unknown-namespace medium'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts())).toEqual(expected);
  });
});
