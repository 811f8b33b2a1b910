import { expect, test } from '@jest/globals';
import { atLeast, mildest, severities, whereDoubtful, worst } from '../../lib/model/finding.ts';

test.each([
  ['critical', 'high'],
  ['high', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['info', 'info'],
] as const)('an exposure that is %s where it is proven is %s where it cannot be excluded', (proven, doubtful) => {
  expect(whereDoubtful(proven)).toBe(doubtful);
});

test('severities are compared by how bad they are', () => {
  for (const [at, one] of severities.entries())
    for (const [beside, other] of severities.entries()) {
      expect([one, other, atLeast(one, other)]).toEqual([one, other, at <= beside]);
      expect([one, other, worst(one, other)]).toEqual([one, other, at <= beside ? one : other]);
      expect([one, other, mildest(one, other)]).toEqual([one, other, at <= beside ? other : one]);
    }
});
