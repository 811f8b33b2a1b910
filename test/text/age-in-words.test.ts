import { expect, test } from '@jest/globals';
import { ageInWords } from '../../lib/text/age-in-words.ts';

test.each([
  ['2026-11-28T05:59:30Z', 'less than a minute ago (2026-11-28T05:59:30Z)'],
  ['2026-11-28T05:59:00Z', '1 minute ago (2026-11-28T05:59:00Z)'],
  ['2026-11-28T03:00:01Z', '2 hours ago (2026-11-28T03:00:01Z)'],
  ['2026-11-25T06:00:00Z', '3 days ago (2026-11-25T06:00:00Z)'],
  ['2026-11-28T06:00:01Z', 'at 2026-11-28T06:00:01Z, which is not past here'],
  ['never', 'at never, which is not past here'],
])('%s', (instant, said) => {
  expect(ageInWords(instant, '2026-11-28T06:00:00Z')).toBe(said);
});
