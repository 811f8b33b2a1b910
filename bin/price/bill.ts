/** The bill of a month: counts of a run and of the synthesized stack, times list prices. */
import * as z from 'zod';
import { type StepName, stepNames } from '../../lib/audit/contract.ts';
import { type BilledFleet, billedSeconds, coldStart } from './durations.ts';
import { prices } from './prices.ts';

/** The calls that AWS counts of one run. */
export interface BilledCounts {
  /** States that were entered, and one for the start of each execution. */
  readonly transitions: number;
  readonly invocations: Readonly<Partial<Record<StepName, number>>>;
  readonly s3: { readonly put: number; readonly get: number };
  /** Request units. */
  readonly dynamodb: { readonly read: number; readonly write: number };
  /** The documents that the run leaves in the bucket, compressed, and the items that the table holds. */
  readonly bucketBytes: number;
  readonly tableBytes: number;
}

/** Dollars a month by service, and in all. */
export type Bill = Readonly<Record<string, number>> & { readonly total: number };

/** A month of 30 days, in minutes: as the runs of an hourly schedule, 720. */
export const monthMinutes = 30 * 24 * 60;
/** Requests by which Lambda asks a queue that is empty: up to five at a time, each waits for twenty seconds (Lambda
 *  Developer Guide, "Using Lambda with Amazon SQS"). */
const idlePolls = (5 * monthMinutes * 60) / 20;
/** Bytes of log that a call of a function and a transition leave: ids and counts. */
const logBytes = { invocation: 2000, transition: 3000 } as const;

/** The counts of several accounts, at the most: each adds the same up to a hundred, then less (the fleet table of docs/benchmarks.md).
 *  The counts of one account and of three tell what it adds. */
export const countsAt = (accounts: number, one: BilledCounts, three: BilledCounts): BilledCounts => {
  const line = (a: number, b: number) => a + ((b - a) / 2) * (accounts - 1);
  const lines = <T extends object>(a: T, b: T): T =>
    Object.fromEntries(
      Object.entries(a).map(([name, value]) => [name, line(value, Number(b[name as keyof T] ?? value))]),
    ) as T;
  return {
    transitions: line(one.transitions, three.transitions),
    invocations: lines(one.invocations, three.invocations),
    s3: lines(one.s3, three.s3),
    dynamodb: lines(one.dynamodb, three.dynamodb),
    bucketBytes: line(one.bucketBytes, three.bucketBytes),
    tableBytes: line(one.tableBytes, three.tableBytes),
  };
};

const templateShape = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.looseObject({}).default({}),
      DeletionPolicy: z.string().exactOptional(),
    }),
  ),
});

/** The resources of a synthesized template. */
export const resourcesIn = (template: unknown) => Object.values(templateShape.parse(template).Resources);

/** The parts of a stack that are there whatever it audits. `name`: of the deployment. */
const fixedOf = (template: unknown, name: string) => {
  const resources = resourcesIn(template);
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const memory = new Map<string, number>(
    ofType('AWS::Lambda::Function').map(each => [String(each.FunctionName), Number(each.MemorySize)]),
  );
  const alarms = ofType('AWS::CloudWatch::Alarm');
  const ownMetrics = new Set(alarms.filter(({ Namespace }) => Namespace === name).map(each => each.MetricName));
  return {
    memoryOf: (step: StepName) => memory.get(`${name}-${step}`) ?? 0,
    alarmMetrics: alarms.reduce((sum, { Metrics }) => sum + (Array.isArray(Metrics) ? Metrics.length - 1 : 1), 0),
    ownMetrics: ownMetrics.size,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    keys: ofType('AWS::KMS::Key').length,
    polledQueues: ofType('AWS::Lambda::EventSourceMapping').length,
  };
};

/** The bill of a month in which nothing changes, which is what most runs see. `runs`: in the month, whose documents are kept for 30 days;
 *  `secrets`: one of each webhook. */
export const billOf = (
  { fleet, runs, secrets }: { readonly fleet: BilledFleet; readonly runs: number; readonly secrets: number },
  counts: BilledCounts,
  { template, name }: { readonly template: unknown; readonly name: string },
): Bill => {
  const fixed = fixedOf(template, name);
  const steps = stepNames.map(step => ({ step, calls: counts.invocations[step] ?? 0, memory: fixed.memoryOf(step) }));
  const invocations = steps.reduce((sum, { calls }) => sum + calls, 0);
  const gigabyteSeconds = steps
    .filter(({ calls }) => calls > 0)
    .reduce(
      (sum, { step, calls, memory }) =>
        sum + (memory / 1024) * (calls * billedSeconds(step, fleet, memory) + coldStart),
      0,
    );
  const logs = (invocations * logBytes.invocation + counts.transitions * logBytes.transition) / 1e9;
  // One trace of each execution, the first of a second and five of a hundred others: at the most all of them.
  const traces = 1 + 2 * fleet.accounts;
  const services = {
    stepFunctions: runs * counts.transitions * prices.transition,
    lambda: runs * (gigabyteSeconds * prices.gigabyteSecond + invocations * prices.invocation),
    dynamodb:
      runs * (counts.dynamodb.read * prices.readUnit + counts.dynamodb.write * prices.writeUnit) +
      (counts.tableBytes / 1e9) * prices.tableGigabyte,
    s3:
      runs * (counts.s3.put * prices.put + counts.s3.get * prices.get) +
      ((runs * counts.bucketBytes) / 1e9) * prices.bucketGigabyte,
    cloudWatch:
      fixed.alarmMetrics * prices.alarmMetric +
      fixed.ownMetrics * prices.metric +
      fixed.dashboards * prices.dashboard +
      runs * logs * prices.logGigabyte,
    xRay: runs * traces * prices.trace,
    kms: fixed.keys * prices.key,
    scheduler: runs * prices.scheduled,
    sqs: fixed.polledQueues * idlePolls * prices.queueRequest,
    secrets: secrets * prices.secret,
    // A digest a day, to ten addresses.
    sns: 30 * (2 * prices.publish + 10 * prices.email),
  };
  const total = Object.values(services).reduce((sum, dollars) => sum + dollars, 0);
  return { total, ...services };
};
