import { expect, test } from '@jest/globals';
import { fastLaneName } from '../../lib/audit/contract.ts';
import { watchersOf } from '../../lib/audit/watchers.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { auditorStack, templateOf } from '../support/synthesized.ts';

const daily = { expression: 'cron(0 6 * * ? *)' };
test.each<readonly [string, object]>([
  ['nothing', {}],
  ['another name', { name: 'other', schedule: daily }],
  ['the weekly summary', { weeklySummary: { enabled: true } }],
  ['the fast lane', { fastLane: { enabled: true } }],
  [
    'both, under a key and another name',
    { name: 'b', weeklySummary: { enabled: true }, fastLane: { enabled: true }, customerKey: true },
  ],
  ['no schedule', { schedule: { enabled: false }, weeklySummary: { enabled: true } }],
  ['the longest period that has an alarm', { schedule: { expression: 'rate(84 hours)' } }],
  ['a longer period', { schedule: { expression: 'rate(85 hours)' } }],
  ['a calendar', { schedule: { expression: 'cron(0 6 ? * MON *)' } }],
])(
  'alarms, schedules and dead letters are those of the stack, where the configuration asks for %s',
  (_title, asked) => {
    const configuration = parseConfiguration(JSON.stringify(asked), 'test');
    const { Resources } = templateOf(auditorStack(asked));
    const named = (type: string, key: string) =>
      Object.values(Resources)
        .filter(({ Type }) => Type === type)
        .map(({ Properties }) => String(Properties?.[key]))
        .sort();
    const { alarms, schedules, deadLetters } = watchersOf(configuration);
    expect([...alarms].sort()).toEqual(named('AWS::CloudWatch::Alarm', 'AlarmName'));
    expect([...schedules].sort()).toEqual(named('AWS::Scheduler::Schedule', 'Name'));
    expect([...deadLetters].sort()).toEqual(
      named('AWS::SQS::Queue', 'QueueName').filter(name => name !== fastLaneName(configuration.name)),
    );
  },
);
