import { expect, test } from '@jest/globals';
import { scheduleExpression } from '../../lib/config/schedule-expression.ts';

/** Examples of the EventBridge Scheduler User Guide among them. */
test.each([
  'rate(1 hour)',
  'rate(6 hours)',
  'rate(90 minutes)',
  'cron(0 8 ? * MON *)',
  'cron(15 10 ? * 6L 2022-2030)',
  'cron(0/15 8-18 ? * MON-FRI *)',
  'cron(*/10 * * * ? *)',
  'cron(0 18 L * ? *)',
  'cron(0 0 15W JAN,JUL ? *)',
  'cron(0 9 ? * 2#1 *)',
  'cron(0 9 29 2 ? *)',
  'cron(0 9 31 1-2 ? *)',
  'cron(0 9 28,31 FEB ? *)',
  'cron(0 9 31 11-2 ? *)',
  'cron(0 9 30 4,JUN ? *)',
  'cron(0 9 28-30 2 ? *)',
  'cron(0 9 31 */2 ? *)',
  'cron(0 9 ? 2 MON *)',
])('%s is a schedule', text => {
  expect(scheduleExpression.safeParse(text).success).toBe(true);
});

test.each([
  ['rate(0 hours)', 'at least 1'],
  ['rate(-1 hours)', 'at least 1'],
  ['rate(2 hour)', 'minutes|hours|days'],
  ['rate(1.5 hours)', 'whole number'],
  ['rate(6 weeks)', 'minutes|hours|days'],
  ['at(2026-01-01T00:00:00)', 'rate(…) or cron(…)'],
  ['cron(0 8 * * MON)', 'it has 5'],
  ['cron(60 8 ? * MON *)', 'minutes'],
  ['cron(0 24 ? * MON *)', 'hours'],
  ['cron(0 8 32 * ? *)', 'day of the month'],
  ['cron(0 8 ? 13 MON *)', 'month'],
  ['cron(0 8 ? * 8 *)', 'day of the week'],
  ['cron(0 8 ? * MON 1969)', 'year'],
  ['cron(0/0 8 ? * MON *)', 'minutes'],
  ['cron(0 8 1 * MON *)', 'exactly one'],
  ['cron(0 8 30 2 ? *)', 'not day 30 of 2'],
  ['cron(0 8 30,31 FEB ? *)', 'not day 30,31 of FEB'],
  ['cron(0 8 30-31 2 ? *)', 'not day 30-31 of 2'],
  ['cron(0 8 31 4,JUN,9,11 ? *)', 'not day 31 of 4,JUN,9,11'],
  ['cron(0 8 ? * ? *)', 'exactly one'],
  ['cron(0 8-x ? * MON *)', 'hours'],
  ['cron(0 8 1,? * ? *)', 'day of the month'],
  ['cron(0  8 * * ? *)', 'it has 7'],
])('%s is refused: %s', (text, words) => {
  const { error } = scheduleExpression.safeParse(text);
  expect(error?.issues.map(({ message }) => message).join()).toContain(words);
});
