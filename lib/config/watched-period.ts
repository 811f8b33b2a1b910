import type { Configuration } from './configuration.ts';

const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/**
 * The time between two runs in minutes, as far as an expression tells without a calendar: every `rate`, and a `cron`
 * that runs each day (the longest gap is then at most a day). Undefined for the rest.
 */
export const periodOf = (expression: string): number | undefined => {
  const [, count, unit = ''] = /^rate\((\d+) ([a-z]+?)s?\)$/.exec(expression) ?? [];
  const each = minutesOf[unit];
  if (each !== undefined) return Number(count) * each;
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  const [, , dayOfMonth, month, dayOfWeek] = fields;
  const everyDay = [dayOfMonth, month, dayOfWeek].every(field => field === '*' || field === '?');
  return fields.length === 6 && everyDay ? 1440 : undefined;
};

/** CloudWatch looks back seven days at the most, and an alarm on a missing run takes two periods. */
const longestPeriod = 84 * 60;

/** The minutes between two runs where an alarm can tell that one is missing; undefined where none can. */
export const watchedPeriod = ({ schedule }: Pick<Configuration, 'schedule'>): number | undefined => {
  const period = periodOf(schedule.expression);
  return schedule.enabled && period !== undefined && period <= longestPeriod ? period : undefined;
};
