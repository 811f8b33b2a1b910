/** The longest time between two runs, in days, that a schedule can have. */
const longestDays = (expression: string): number => {
  const [, count, unit = ''] = /^rate\((\d+) ([a-z]+?)s?\)$/.exec(expression) ?? [];
  if (count !== undefined) return Math.ceil((Number(count) * (minutesOf[unit] ?? 1440)) / 1440);
  const [, , day = '*', month = '*', weekday = '*', year = '*'] =
    /^cron\((.+)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  const isAny = (field: string): boolean => field === '*' || field === '?';
  if (!isAny(year) || !isAny(month)) return 366;
  if (!isAny(day) || /[L#]/i.test(weekday)) return 35;
  return isAny(weekday) ? 1 : 7;
};

const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/** One sentence where the documents of a full run are gone before the next one: the fast lane compares with them. */
export const keptTooShort = ({
  schedule,
  retention,
  fastLane,
}: {
  readonly schedule: { readonly expression: string; readonly enabled: boolean };
  readonly retention: { readonly snapshotDays: number };
  readonly fastLane: { readonly enabled: boolean };
}): string | undefined => {
  const wanted = longestDays(schedule.expression) + 1;
  return fastLane.enabled && schedule.enabled && retention.snapshotDays < wanted
    ? `retention.snapshotDays: got ${retention.snapshotDays}, wanted at least ${wanted} with fastLane and ${schedule.expression}: the fast lane compares with the documents of the last full run`
    : undefined;
};
