/** Schedules as EventBridge Scheduler reads them (User Guide, "Schedule types in EventBridge Scheduler"): a wrong one is refused
 *  here in one sentence, and not by a deployment that rolls back. */
import * as z from 'zod';

/** A field of a cron expression: its numbers, its names in their order, and the special forms that it may have. */
interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
  readonly special?: RegExp;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const fields = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31, special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', min: 1, max: 12, names: months },
  {
    name: 'day of the week',
    min: 1,
    max: 7,
    names: weekdays,
    special: /^(\?|L|[1-7]L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5])$/,
  },
  { name: 'year', min: 1970, max: 2199 },
] as const satisfies readonly CronField[];

const numberOf = (text: string, { min, max, names = [] }: CronField): number | undefined => {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + min : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
};

/** One entry of a list: `*`, `5`, `1-5`, `0/15`, `*\/15`, a name, or a special form of the field. */
const isEntry = (text: string, field: CronField): boolean => {
  if (field.special?.test(text.toUpperCase())) return true;
  const [range = '', step, ...more] = text.split('/');
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))) return false;
  if (range === '*') return true;
  const [from, to, ...rest] = range.split('-').map(part => numberOf(part, field));
  return rest.length === 0 && from !== undefined && (!range.includes('-') || to !== undefined);
};

/** A list of entries; `?` stands alone. */
const isField = (text: string, field: CronField): boolean => {
  const entries = text.split(',');
  return entries.every(entry => isEntry(entry, field) && (entry !== '?' || entries.length === 1));
};

/** Days of each month, in a leap year. */
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True where each day of the month that is named comes after the end of every month that is named, such as 31 February. */
const neverComes = (days: string, months: string): boolean => {
  if (!/^[\d,-]+$/.test(days) || months.includes('/')) return false;
  const lengths = months.split(',').flatMap(entry => {
    const [from = 1, to = from] = entry === '*' ? [1, 12] : entry.split('-').map(part => numberOf(part, fields[3]));
    return from > to ? longest : longest.slice(from - 1, to);
  });
  return Math.min(...days.split(/[,-]/).map(Number)) > Math.max(...lengths);
};

/** The fault of a schedule in words of the form `wanted …`; undefined where it has none. */
const faultOf = (expression: string): string | undefined => {
  const rate = /^rate\((.*)\)$/.exec(expression)?.[1];
  if (rate !== undefined)
    return /^(1 (minute|hour|day)|[1-9]\d{0,8} (minutes|hours|days))$/.test(rate)
      ? undefined
      : 'rate(<whole number of at least 1> minutes|hours|days), such as rate(6 hours)';
  const cron = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (cron === undefined) return 'rate(…) or cron(…)';
  const parts = cron.split(' ');
  if (parts.length !== fields.length)
    return `six fields in cron(minutes hours day-of-month month day-of-week year), such as cron(0 8 ? * MON *); it has ${parts.length}`;
  const wrong = fields.find((field, index) => !isField(parts[index] ?? '', field));
  if (wrong !== undefined) return `a valid ${wrong.name} in cron(…): ${wrong.min} to ${wrong.max}, or *`;
  const [, , days = '', named = ''] = parts;
  if (neverComes(days, named)) return `a day that a month of cron(…) has, not day ${days} of ${named}`;
  const unset = [parts[2], parts[4]].filter(part => part === '?').length;
  return unset === 1 ? undefined : '? in exactly one of day of the month and day of the week of cron(…)';
};

/** A schedule: `rate(6 hours)` or `cron(0 8 ? * MON *)`. */
export const scheduleExpression = z.string().superRefine((text, context) => {
  const fault = faultOf(text);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});
