/** Runs of the fast lane: an event is noted, and the accounts that it is of are read when its slot is over. */
import { noteChanges } from '../../lib/audit/fast-lane/note-changes.ts';
import { disturb } from './draw.ts';
import { baseOf, followBase } from './promises/fast-truth.ts';
import type { Run } from './simulation/run.ts';
import { execute } from './simulation/workflow.ts';
import { checkAfter, type Schedule } from './under-way.ts';
import { drawFaults } from './world/reading-faults.ts';
import { mutate } from './world/world.ts';

const eventOf = (accountId: string, number: number, at: string): string =>
  JSON.stringify({
    ...{ account: accountId, source: 'aws.iam', 'detail-type': 'AWS API Call via CloudTrail' },
    detail: {
      ...{
        eventID: `e${number}`,
        eventSource: 'iam.amazonaws.com',
        eventName: 'UpdateAssumeRolePolicy',
        eventTime: at,
      },
      ...{ awsRegion: 'us-east-1', recipientAccountId: accountId, requestParameters: { roleName: 'cart' } },
    },
  });

/** Notes an event of an account; answers the run that will tell of it. */
const noted = async ({
  simulation,
  comings,
  accounts,
  runs,
}: Schedule): Promise<{ readonly runId: string; readonly until: string; readonly accountId: string }> => {
  const { bucket, now } = simulation;
  const accountId = comings.pick(accounts);
  const body = eventOf(accountId, runs, now());
  let started = { runId: '', until: now() };
  const executions = {
    start: async (runId: string, { until }: { readonly until: string }) => {
      started = { runId, until };
    },
  };
  await noteChanges({ documents: bucket.store, now, executions }, [{ messageId: `m${runs}`, body }]);
  return { ...started, accountId };
};

/** A fast run that begins now. The world may change before it reads. */
export const newFastRun = async (schedule: Schedule): Promise<Run> => {
  const { simulation, comings, world, profile, say } = schedule;
  schedule.runs += 1;
  // Not in the call: a schedule of which nothing is told is the same.
  const change = comings.chance(0.7) ? mutate(comings, world) : undefined;
  if (change !== undefined) say?.(`the world changes: ${change}`);
  const { runId, until, accountId } = await noted(schedule);
  simulation.time = Math.max(simulation.time, Date.parse(until));
  const all = baseOf(simulation, []);
  const accounts = all?.run.accounts.includes(accountId) ? [accountId] : [];
  const base = baseOf(simulation, accounts);
  const run: Run = {
    ...{ runId, startedAt: simulation.now(), kind: 'fast', isFast: true, accounts, outcome: 'not begun' },
    ...(base === undefined ? {} : { base }),
    faults: comings.chance(0.7) ? [] : drawFaults(comings, world, simulation.options.asked),
    world: structuredClone(world),
  };
  if (comings.chance(0.4)) disturb(comings, profile, run);
  return run;
};

/** One fast run, alone. */
export const runFast = async (schedule: Schedule): Promise<void> => {
  const { simulation, verdicts } = schedule;
  const run = await newFastRun(schedule);
  await execute(simulation, run);
  if (run.repeat) await simulation.invocations.release();
  followBase(simulation, run, verdicts);
  checkAfter(schedule, run);
  schedule.isClean = false;
};
