import { expect, test } from '@jest/globals';
import { complete, notAskedFor, readFailuresOf, valueOr, withGaps } from '../../lib/model/collected.ts';

test('what was not asked for says so, or why', () => {
  const reason = { kind: 'not-asked-for', operation: 'iam:ListRoles' };
  expect(notAskedFor('iam:ListRoles')).toEqual({
    status: 'unavailable',
    reason: { ...reason, message: 'not asked for' },
  });
  expect(notAskedFor('iam:ListRoles', 'off')).toEqual({ status: 'unavailable', reason: { ...reason, message: 'off' } });
});

test('a value with a gap is a part, and one without is whole', () => {
  const gap = { what: 'page 2', reason: { kind: 'denied', operation: 'iam:ListRoles', message: 'no' } } as const;
  expect(withGaps(['a'], [])).toEqual(complete(['a']));
  expect(withGaps(['a'], [gap])).toEqual({ status: 'partial', value: ['a'], gaps: [gap] });
  expect(readFailuresOf(withGaps(['a'], [gap]))).toEqual([gap.reason]);
  expect([valueOr(withGaps(['a'], [gap]), []), valueOr<readonly string[]>(notAskedFor('x'), ['b'])]).toEqual([
    ['a'],
    ['b'],
  ]);
});
