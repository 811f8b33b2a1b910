import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The days that CloudWatch Logs allows, in order. */
const allowedDays: readonly RetentionDays[] = Object.values(RetentionDays)
  .filter((value): value is RetentionDays => typeof value === 'number' && value <= RetentionDays.TEN_YEARS)
  .sort((a, b) => a - b);

/** The shortest retention that keeps logs for at least the wanted days; ten years if more are wanted. */
export const logRetentionOf = (days: number): RetentionDays =>
  allowedDays.find(allowed => allowed >= days) ?? RetentionDays.TEN_YEARS;
