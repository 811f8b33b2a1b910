/** The bill of a month of a fleet of any size: a run is simulated. */
import { type Bill, billOf, countsAt, monthMinutes } from '../../bin/price/bill.ts';
import type { BilledFleet } from '../../bin/price/durations.ts';
import { parseConfiguration, periodOf } from '../../lib/config/configuration.ts';
import { synthesizedTemplate } from '../../sandbox/workflow/synthesized-definition.ts';
import { type RunCounts, simulate } from './simulate.ts';

/** The size of a fleet, and how often it is audited. */
export interface Billed extends BilledFleet {
  /** `rate(…)`, or a `cron(…)` that runs each day. */
  readonly schedule: string;
  readonly fastLane?: boolean;
  readonly customerKey?: boolean;
  /** Webhooks, each with a secret of its own. */
  readonly webhooks?: number;
}

/** Thrown for a schedule whose runs cannot be counted. */
export class ScheduleUnknown extends Error {
  override readonly name = 'ScheduleUnknown';
}

/** Simulated once a process, whatever the number of bills. */
const simulated = new Map<string, Promise<RunCounts>>();
const countsOf = ({ accounts, clusters, roles, inCluster }: BilledFleet): Promise<RunCounts> => {
  const size = { accounts, clusters, roles, inCluster };
  const key = JSON.stringify(size);
  const known = simulated.get(key) ?? simulate(size);
  simulated.set(key, known);
  return known;
};

/** The bill of a month in which nothing changes, which is what most runs see. Throws `ScheduleUnknown`. */
export const monthlyBill = async (billed: Billed): Promise<Bill> => {
  const { accounts, inCluster, fastLane = false, customerKey = false, schedule, webhooks: secrets = 0 } = billed;
  const period = periodOf(schedule);
  if (period === undefined) throw new ScheduleUnknown(`--schedule: got ${schedule}, want rate(…) or a daily cron(…)`);
  const one = await countsOf({ ...billed, accounts: 1 });
  const counts = accounts === 1 ? one : countsAt(accounts, one, await countsOf({ ...billed, accounts: 3 }));
  const asked = { inCluster: { enabled: inCluster }, fastLane: { enabled: fastLane }, customerKey };
  const configuration = parseConfiguration(JSON.stringify(asked), 'the bill');
  const stack = { template: await synthesizedTemplate(configuration), name: configuration.name };
  return billOf({ fleet: billed, runs: monthMinutes / period, secrets }, counts, stack);
};
