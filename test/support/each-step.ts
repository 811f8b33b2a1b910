/** Every step, twice over and once for a change: each document of the bucket is read and written. */
import { expect } from '@jest/globals';
import type { FunctionName } from '../../lib/audit/contract.ts';
import { noteChanges } from '../../lib/audit/fast-lane/note-changes.ts';
import { overlayIssuers } from '../../lib/audit/fast-lane/overlay-issuers.ts';
import { planFastRun } from '../../lib/audit/fast-lane/plan-fast-run.ts';
import type { AuditPorts } from '../../lib/audit/ports.ts';
import { runFailure } from '../../lib/audit/run-failure.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { collectCluster } from '../../lib/audit/steps/collect-cluster.ts';
import { completeRun } from '../../lib/audit/steps/complete-run.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import { probeIssuers } from '../../lib/audit/steps/probe-issuers.ts';
import { recordFailure } from '../../lib/audit/steps/record-failure.ts';
import { sendSummary } from '../../lib/audit/steps/send-summary.ts';
import { complete } from '../../lib/model/collected.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { aCall } from './api-events.ts';
import { aStart, portsOver, someChoices } from './audit-ports.ts';
import { aReadCluster, aServiceAccount } from './example-cluster.ts';
import { aProvider, aRole, aSnapshot, aTrustPolicy } from './example-world.ts';

/** The account whose service account names a role of `other`. */
export const own = '111122223333';
const other = '444455556666';
const inside = { ...someChoices().settings, inCluster: true };
const choices = someChoices({ settings: inside });

/** A world in which every document is read and written by somebody: an account whose service account names a role of
 *  another one, a finding that opens, a destination that refuses, issuers for which no time was left. */
const worldPorts = (): AuditPorts => {
  const role = `arn:aws:iam::${other}:role/far`;
  const cluster = aReadCluster({
    serviceAccounts: complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': role } })]),
  });
  const { kubernetes, podIdentity, addons } = cluster;
  const read = { kubernetes, podIdentity, addons };
  const open = aRole({ trustPolicy: aTrustPolicy({ condition: {} }) });
  return portsOver(
    {
      [own]: aSnapshot({ roles: complete([open]), clusters: complete([cluster]) }),
      [other]: aSnapshot({
        ...{ accountId: other, regions: [], roles: complete([]) },
        providers: complete([aProvider({ accountId: other })]),
      }),
    },
    {
      clusters: { read: async () => read },
      findings: memoryFindingStore(),
      notifiers: [
        { name: 'down', send: async () => Promise.reject(new Error('no')) },
        { name: 'up', send: async () => 'sent' },
      ],
      issuers: { read: async () => ({}) },
      pages: { toolVersion: '0', put: async () => undefined },
    },
  );
};

/** Runs every step with the ports that it gets: two full runs, the weekly summary, a failed run and one of the fast lane.
 *  `of` gives a step its share of the ports, above all its view of the bucket. */
export const runEachStep = async (of: (step: FunctionName, ports: AuditPorts) => AuditPorts): Promise<void> => {
  const ports = worldPorts();
  const the = (step: FunctionName): AuditPorts => of(step, ports);
  for (const number of [1, 2]) {
    const start = aStart(number);
    const state = await listTargets(the('list-targets'), start);
    for (const accountId of state.accounts) {
      const { clusters } = await collectAccount(the('collect-account'), choices, { ...start, accountId });
      const { clusters: reader } = ports;
      if (reader === undefined) throw new Error('no reader of clusters');
      for (const some of clusters)
        await collectCluster(
          { ...the('collect-cluster'), clusters: reader },
          { ...start, accountId, clusters: [...some] },
        );
    }
    await indexIssuers(the('index-issuers'), choices, state);
    await probeIssuers(the('probe-issuers'), state);
    for (const accountId of state.accounts) {
      const evaluating = the('evaluate-account');
      const isLost = number === 2 && accountId === other;
      const { put } = evaluating.documents;
      // The evaluation ends after its last write: its summary is missing.
      const documents = isLost
        ? {
            ...evaluating.documents,
            put: async (key: string, value: unknown) => (/summaries/.test(key) ? undefined : put(key, value)),
          }
        : evaluating.documents;
      await evaluateAccount({ ...evaluating, documents }, choices, { ...start, accountId });
    }
    await notifyDrift(the('notify-drift'), choices, state);
    const { findings } = ports as AuditPorts & { readonly findings: ReturnType<typeof memoryFindingStore> };
    await sendSummary({ ...the('notify-drift'), findings }, choices, { ...state, summary: true });
    await completeRun(the('complete-run'), choices, state);
    if (number === 2) await fastRun(the);
    await recordFailure(the('complete-run'), { ...start, failure: runFailure('FAILED', { error: 'E', cause: '' }) });
  }
};

/** One run of the fast lane after them. */
const fastRun = async (the: (step: FunctionName) => AuditPorts): Promise<void> => {
  const message = { messageId: 'm', body: JSON.stringify(aCall('aws.iam', 'DeleteRole', { roleName: 'x' })) };
  const executions = { start: async () => undefined };
  const { run: runId = '' } = await noteChanges({ ...the('note-changes'), executions }, [message]);
  const state = await planFastRun(the('plan-fast-run'), { runId });
  expect(state.accounts).toEqual([own]);
  const item = { runId, startedAt: state.startedAt, accountId: own };
  await collectAccount(the('collect-account'), choices, item);
  await overlayIssuers(the('overlay-issuers'), choices, state);
  await probeIssuers(the('probe-issuers'), state);
  await evaluateAccount(the('evaluate-account'), choices, item);
  await notifyDrift(the('notify-drift'), choices, state);
};
