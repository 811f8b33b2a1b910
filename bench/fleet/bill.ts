/** The bill of a month: counts of the simulation and of the synthesized stack, times list prices. */
import * as z from 'zod';
import { type StepName, stepNames } from '../../lib/audit/contract.ts';
import { parseConfiguration, periodOf } from '../../lib/config/configuration.ts';
import { synthesizedTemplate } from '../../sandbox/workflow/synthesized-definition.ts';
import { billedSeconds, coldStart } from './durations.ts';
import { prices } from './prices.ts';
import { type FleetSize, type RunCounts, simulate } from './simulate.ts';

/** The size of a fleet, and how often it is audited. */
export interface Billed extends FleetSize {
  /** `rate(…)`, or a `cron(…)` that runs each day. */
  readonly schedule: string;
  readonly fastLane?: boolean;
  readonly customerKey?: boolean;
  /** Webhooks, each with a secret of its own. */
  readonly webhooks?: number;
}

/** Dollars a month by service, and in all. */
export type Bill = Readonly<Record<string, number>> & { readonly total: number };

/** A month of 30 days, in minutes: as the runs of an hourly schedule, 720. */
const month = 30 * 24 * 60;
/** Requests by which Lambda asks a queue that is empty: up to five at a time, each waits for twenty seconds (Lambda
 *  Developer Guide, "Using Lambda with Amazon SQS"). */
const idlePolls = (5 * month * 60) / 20;
/** Bytes of log that a call of a function and a transition leave: ids and counts. */
const logBytes = { invocation: 2000, transition: 3000 } as const;
/** Days that documents of runs are kept by default, and items of the table. */
const snapshotDays = 30;

/** Thrown for a schedule whose runs cannot be counted. */
export class ScheduleUnknown extends Error {
  override readonly name = 'ScheduleUnknown';
}

/** Simulated once a process, whatever the number of bills. */
const simulated = new Map<string, Promise<RunCounts>>();
const countsOfSmall = ({ accounts, clusters, roles, inCluster }: FleetSize): Promise<RunCounts> => {
  const size = { accounts, clusters, roles, inCluster };
  const key = JSON.stringify(size);
  const known = simulated.get(key) ?? simulate(size);
  simulated.set(key, known);
  return known;
};

/** The counts of one run of a fleet, at the most: each account adds the same up to a hundred, then less (the fleet table of
 *  docs/benchmarks.md). Two small fleets tell what it adds. */
const countsOf = async (size: FleetSize): Promise<RunCounts> => {
  const small = await countsOfSmall({ ...size, accounts: 1 });
  if (size.accounts === 1) return small;
  const more = await countsOfSmall({ ...size, accounts: 3 });
  const line = (a: number, b: number) => a + ((b - a) / 2) * (size.accounts - 1);
  const lines = <T extends Readonly<Record<string, number>>>(a: T, b: T): T =>
    Object.fromEntries(Object.entries(a).map(([name, value]) => [name, line(value, b[name] ?? value)])) as T;
  return {
    transitions: line(small.transitions, more.transitions),
    invocations: lines(small.invocations as Record<StepName, number>, more.invocations as Record<StepName, number>),
    s3: lines({ ...small.s3 }, { ...more.s3 }),
    dynamodb: lines({ ...small.dynamodb }, { ...more.dynamodb }),
    bucketBytes: line(small.bucketBytes, more.bucketBytes),
    tableBytes: line(small.tableBytes, more.tableBytes),
    seconds: {},
  };
};

const template = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.looseObject({}).default({}) })),
});

/** The parts of a stack that are there whatever it audits. */
const fixedOf = async ({ inCluster, fastLane = false, customerKey = false }: Billed) => {
  const asked = { inCluster: { enabled: inCluster }, fastLane: { enabled: fastLane }, customerKey };
  const configuration = parseConfiguration(JSON.stringify(asked), 'the bill');
  const resources = Object.values(template.parse(await synthesizedTemplate(configuration)).Resources);
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const memory = new Map<string, number>(
    ofType('AWS::Lambda::Function').map(each => [String(each.FunctionName), Number(each.MemorySize)]),
  );
  const alarms = ofType('AWS::CloudWatch::Alarm');
  const ownMetrics = new Set(
    alarms.filter(({ Namespace }) => Namespace === configuration.name).map(each => each.MetricName),
  );
  return {
    memoryOf: (step: StepName) => memory.get(`${configuration.name}-${step}`) ?? 0,
    alarmMetrics: alarms.reduce((sum, { Metrics }) => sum + (Array.isArray(Metrics) ? Metrics.length - 1 : 1), 0),
    ownMetrics: ownMetrics.size,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    keys: ofType('AWS::KMS::Key').length,
    polledQueues: ofType('AWS::Lambda::EventSourceMapping').length,
  };
};

/** The bill of a month in which nothing changes, which is what most runs see. Throws `ScheduleUnknown`. */
export const monthlyBill = async (billed: Billed): Promise<Bill> => {
  const period = periodOf(billed.schedule);
  if (period === undefined)
    throw new ScheduleUnknown(`--schedule: got ${billed.schedule}, want rate(…) or a daily cron(…)`);
  const runs = month / period;
  const [counts, fixed] = [await countsOf(billed), await fixedOf(billed)];
  const steps = stepNames.map(step => ({ step, calls: counts.invocations[step] ?? 0, memory: fixed.memoryOf(step) }));
  const invocations = steps.reduce((sum, { calls }) => sum + calls, 0);
  const gigabyteSeconds = steps
    .filter(({ calls }) => calls > 0)
    .reduce(
      (sum, { step, calls, memory }) =>
        sum + (memory / 1024) * (calls * billedSeconds(step, billed, memory) + coldStart),
      0,
    );
  const logs = (invocations * logBytes.invocation + counts.transitions * logBytes.transition) / 1e9;
  // One trace of each execution, the first of a second and five of a hundred others: at the most all of them.
  const traces = 1 + 2 * billed.accounts;
  const kept = Math.min(runs, (snapshotDays * 24 * 60) / period);
  const services = {
    stepFunctions: runs * counts.transitions * prices.transition,
    lambda: runs * (gigabyteSeconds * prices.gigabyteSecond + invocations * prices.invocation),
    dynamodb:
      runs * (counts.dynamodb.read * prices.readUnit + counts.dynamodb.write * prices.writeUnit) +
      (counts.tableBytes / 1e9) * prices.tableGigabyte,
    s3:
      runs * (counts.s3.put * prices.put + counts.s3.get * prices.get) +
      ((kept * counts.bucketBytes) / 1e9) * prices.bucketGigabyte,
    cloudWatch:
      fixed.alarmMetrics * prices.alarmMetric +
      fixed.ownMetrics * prices.metric +
      fixed.dashboards * prices.dashboard +
      runs * logs * prices.logGigabyte,
    xRay: runs * traces * prices.trace,
    kms: fixed.keys * prices.key,
    scheduler: runs * prices.scheduled,
    sqs: fixed.polledQueues * idlePolls * prices.queueRequest,
    secrets: (billed.webhooks ?? 0) * prices.secret,
    // A digest a day, to ten addresses.
    sns: 30 * (prices.publish + 10 * prices.email),
  };
  const total = Object.values(services).reduce((sum, dollars) => sum + dollars, 0);
  return { total, ...services };
};
