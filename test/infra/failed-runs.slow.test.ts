import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts';
import { firstAudit, issuerServers, regions } from '../../sandbox/world/scenarios/first-audit.ts';
import { fleetServers, own, twoAccounts, twoRegions } from '../../sandbox/world/scenarios/two-accounts.ts';
import { sample } from '../support/sample.ts';

/** Whatever ends a step of the synthesized workflow, the run leaves a record that says so. */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ issuers: fleetServers(), world: twoAccounts, regions: twoRegions });
});
afterEach(() => {
  sandbox.world.faults.length = 0;
});
afterAll(() => sandbox.stop());

const recordOf = async (runId: string, { services }: Sandbox = sandbox) => {
  const retention = { resolvedDays: 1, historyDays: 1 };
  const store = dynamodbFindingStore({ client: services.dynamodb, tableName: 'irsa-auditor-findings', retention });
  const { items } = await store.runs({ limit: 50 });
  return items.find(run => run.runId === runId);
};

const ending = [
  ['list-targets', 'crash', /out of memory, or a crash/],
  ['list-targets', 'time-out', /ran out of time/],
  ['index-issuers', 'crash', /out of memory, or a crash/],
  ['index-issuers', 'time-out', /ran out of time/],
  ['notify-drift', 'crash', /^notify-drift: .*out of memory, or a crash/],
  ['notify-drift', 'time-out', /^notify-drift: ran out of time/],
  ['complete-run', 'crash', /out of memory, or a crash/],
  ['complete-run', 'time-out', /ran out of time/],
  // Of the steps that catch nothing: Step Functions lets no Catch see a States.Runtime, the engine here does.
  ['list-targets', 'state', /could not process its own state/],
  ['index-issuers', 'state', /could not process its own state/],
  ['complete-run', 'state', /could not process its own state/],
] as const;
test.each(sample(ending, 4))('%s, %s: the run fails and its record says why', async (step, kind, words) => {
  const runId = `${step}-${kind}`;
  sandbox.world.faults.push({ operation: `step:${step}`, kind });
  await expect(sandbox.run(runId)).rejects.toThrow('the workflow failed');
  expect((await recordOf(runId))?.failure?.message).toMatch(words);
});

const goingOn = [
  ['collect-account', 'crash'],
  ['collect-account', 'time-out'],
  ['evaluate-account', 'crash'],
  ['evaluate-account', 'time-out'],
  ['probe-issuers', 'crash'],
  ['probe-issuers', 'time-out'],
] as const;
test.each(sample(goingOn, 2))('%s, %s: the run goes on and its record has a gap that says why', async (step, kind) => {
  const runId = `${step}-${kind}`;
  sandbox.world.faults.push({
    operation: `step:${step}`,
    kind,
    ...(step === 'probe-issuers' ? {} : { accountId: own }),
  });
  await sandbox.run(runId);
  const record = await recordOf(runId);
  expect(record?.gaps).toContainEqual(
    expect.objectContaining({
      accountId: own,
      reason: expect.objectContaining({ operation: step, message: expect.stringMatching(/time or memory/) }),
    }),
  );
});

test.each(sample(['crash', 'time-out'] as const, 1))(
  'collect-cluster, %s: the run goes on and its record has a gap of each cluster that says why',
  async kind => {
    const inside = await startSandbox({ issuers: issuerServers(), world: firstAudit, regions });
    try {
      inside.world.faults.push({ operation: 'step:collect-cluster', kind });
      await inside.run(kind);
      const record = await recordOf(kind, inside);
      const ended = record?.gaps.filter(({ reason }) => reason.operation === 'collect-cluster') ?? [];
      expect(new Set(ended.map(({ clusterName }) => clusterName))).toEqual(
        new Set([...inside.world.kubernetes.keys()].map(arn => arn.replace(/.*\//, ''))),
      );
      for (const { reason } of ended) expect(reason.message).toMatch(/time or memory/);
    } finally {
      await inside.stop();
    }
  },
);
