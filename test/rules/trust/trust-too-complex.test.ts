import { describe, expect, test } from '@jest/globals';
import { complexCondition } from '../../support/complex-policies.ts';
import { audOnly, judge, sub, where, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    ['patterns that cannot be compared', where({ ...audOnly, ...complexCondition(sub) }), ['trust-too-complex high']],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});
