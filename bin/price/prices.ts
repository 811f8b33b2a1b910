/**
 * Public list prices of AWS in us-east-1 in US dollars, without free tiers. The links are the pages that AWS keeps them on;
 * looked up on 26 November 2026 in copies of these pages and in articles of 2026 about them. Most regions have these prices
 * or some ten percent more.
 */
export const prices = {
  /** https://aws.amazon.com/step-functions/pricing/: standard workflows, a transition. */
  transition: 0.025 / 1e3,
  /** https://aws.amazon.com/lambda/pricing/: a GB-second on arm64, and a request. */
  gigabyteSecond: 0.000_013_333_4,
  invocation: 0.2 / 1e6,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/: a unit; a GB and month of storage, and of its continuous backup. */
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
  tableGigabyte: 0.25 + 0.2,
  /** https://aws.amazon.com/s3/pricing/: S3 Standard. */
  put: 0.005 / 1e3,
  get: 0.0004 / 1e3,
  bucketGigabyte: 0.023,
  /** https://aws.amazon.com/cloudwatch/pricing/: a month of each, a GB of logs. A dashboard beyond the three free ones. */
  metric: 0.3,
  alarmMetric: 0.1,
  dashboard: 3,
  logGigabyte: 0.5,
  /** https://aws.amazon.com/xray/pricing/: a recorded trace. */
  trace: 5 / 1e6,
  /** https://aws.amazon.com/kms/pricing/: a customer key and month. */
  key: 1,
  /** https://aws.amazon.com/sqs/pricing/: a request to a standard queue. */
  queueRequest: 0.4 / 1e6,
  /** https://aws.amazon.com/secrets-manager/pricing/: a secret and month. */
  secret: 0.4,
  /** https://aws.amazon.com/sns/pricing/: a request, and an email. */
  publish: 0.5 / 1e6,
  email: 2 / 1e5,
  /** https://aws.amazon.com/eventbridge/pricing/: a start by the scheduler. */
  scheduled: 1 / 1e6,
} as const;
