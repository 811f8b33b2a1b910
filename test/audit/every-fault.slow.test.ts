/** Each call of each step to the bucket, the table and the world, made to fail in each way: all that becomes of it. */
import { expect, test } from '@jest/globals';
import { noteChanges } from '../../lib/audit/fast-lane/note-changes.ts';
import { overlayIssuers } from '../../lib/audit/fast-lane/overlay-issuers.ts';
import { planFastRun } from '../../lib/audit/fast-lane/plan-fast-run.ts';
import type { AuditPorts } from '../../lib/audit/ports.ts';
import { runAudit } from '../../lib/audit/run-audit.ts';
import { beginRun } from '../../lib/audit/steps/begin-run.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { collectCluster } from '../../lib/audit/steps/collect-cluster.ts';
import { completeRun } from '../../lib/audit/steps/complete-run.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import { probeIssuers } from '../../lib/audit/steps/probe-issuers.ts';
import { recordFailure } from '../../lib/audit/steps/record-failure.ts';
import { sendSummary } from '../../lib/audit/steps/send-summary.ts';
import { complete } from '../../lib/model/collected.ts';
import type { IssuerFacts } from '../../lib/model/issuer.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aCall } from '../support/api-events.ts';
import { portsOver, someChoices } from '../support/audit-ports.ts';
import { outcomesOf } from '../support/every-fault.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { anIssuer, aProvider, aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';
import { heldWorld } from '../support/held-world.ts';

const own = '111122223333';
const other = '444455556666';
const left = '777788889999';
const closed = '888899990000';
const later = '999900001122';
const choices = {
  ...someChoices({
    rules: catalog.filter(({ id }) => ['trust-any-subject', 'cluster-provider-missing'].includes(id)),
    concurrency: 1,
  }),
  settings: { ...someChoices().settings, inCluster: true },
};

/** Two accounts, of which a service account of one names a role of the other; one that cannot be read, one that a newer version of
 *  the program wrote, one that leaves; a
 *  destination for each answer, and one that is taken out. */
const fleet = () => {
  const { ports: kept, holder, told, writeNewer } = heldWorld();
  const overOther = { id: 'p-1', name: 'deny', targets: complete([other]), document: complete('{}') };
  const chains = Object.fromEntries([own, other, closed, later, left].map(id => [id, complete([id, 'r-1'])]));
  const clock = { at: '2026-11-25T06:00:30.000Z' };
  const listed = [own, other, closed, later, left];
  const far = `arn:aws:iam::${other}:role/far`;
  const cluster = aReadCluster({
    serviceAccounts: complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': far } })]),
  });
  const inside = { kubernetes: cluster.kubernetes, podIdentity: cluster.podIdentity, addons: cluster.addons };
  const policies = { own: aTrustPolicy({ condition: {} }) };
  const role = (accountId: string, name: string, trustPolicy: string) =>
    aRole({ name, arn: `arn:aws:iam::${accountId}:role/${name}`, trustPolicy });
  const open = aTrustPolicy({ condition: {} });
  const snapshots = () => ({
    [own]: aSnapshot({
      ...{ clusters: complete([cluster]), providers: complete([]) },
      roles: complete([role(own, 'cart', policies.own), role(own, 'web', open)]),
    }),
    [other]: aSnapshot({
      ...{ accountId: other, regions: [], providers: complete([aProvider({ accountId: other })]) },
      roles: complete([role(other, 'far', aTrustPolicy({ accountId: other, condition: {} }))]),
    }),
    [later]: aSnapshot({
      ...{ accountId: later, clusters: complete([]), providers: complete([aProvider({ accountId: later })]) },
      roles: complete([role(later, 'new', aTrustPolicy({ accountId: later, condition: {} }))]),
    }),
    [left]: aSnapshot({
      ...{ accountId: left, clusters: complete([]), providers: complete([aProvider({ accountId: left })]) },
      roles: complete([role(left, 'old', aTrustPolicy({ accountId: left, condition: {} }))]),
    }),
  });
  const send = (name: string, answer: () => 'sent' | 'held') => ({
    name,
    send: async ({ id }: { readonly id: string }) => {
      const end = answer();
      told.set(`sent to ${name} ${id}`, JSON.stringify(end));
      return end;
    },
  });
  const refuse = () => {
    throw new Error('HTTP 500');
  };
  const notifiers = [send('up', () => 'sent'), send('down', refuse), send('night', () => 'held'), send('gone', refuse)];
  const ports = {
    ...portsOver({}),
    ...kept,
    targets: { list: async () => listed.map(accountId => ({ accountId, regions: ['eu-west-1'] })) },
    organization: { read: async () => complete({ id: 'o-1234567890', accounts: [own, other, left] }) },
    controlPolicies: { read: async () => complete({ policies: [overOther], chains, services: complete([overOther]) }) },
    accounts: {
      read: async ({ accountId }: { readonly accountId: string }) => {
        const snapshot = new Map(Object.entries(snapshots())).get(accountId);
        if (snapshot === undefined) throw new Error('no such account');
        return snapshot;
      },
    },
    clusters: { read: async () => inside },
    // The first is told as soon as it is known, the last is left for want of time.
    issuers: {
      read: async (urls: readonly string[], take?: (facts: IssuerFacts) => Promise<void>) => {
        await take?.(anIssuer({ url: urls[0] ?? '' }));
        return Object.fromEntries(urls.slice(1, -1).map(url => [url, anIssuer({ url })]));
      },
    },
    calls: { take: () => ({ 'iam:ListRoles': 1 }) },
    subscriptions: { read: async () => [] },
    notifiers,
    now: () => clock.at,
  };
  return { ports, holder, clock, listed, notifiers, policies, writeNewer };
};

const at = (day: number, time = '06:00:00.000Z') => `2026-11-${20 + day}T${time}`;
const start = (day: number) => ({ runId: `run-${day}`, startedAt: at(day) });

test('each call of each step is failed in each way, and the step ends as it did', async () => {
  const world = fleet();
  const { clock, holder } = world;
  const told: string[] = [];
  const run = async (day: number) => {
    clock.at = at(day, '06:30:00.000Z');
    await runAudit(world.ports as AuditPorts, choices, start(day));
  };
  await run(1);
  world.listed.pop();
  world.notifiers.pop();
  await run(2);
  world.policies.own = aTrustPolicy();
  world.writeNewer(other, 'finding#');
  world.writeNewer(later, 'watermark');
  clock.at = at(4, '06:10:00.000Z');
  type Ports = typeof world.ports;
  const step = async (title: string, work: (ports: Ports) => Promise<unknown>) => {
    told.push(await outcomesOf(title, holder, world.ports, work));
  };
  const state = { ...start(4), accounts: [own, other, closed, later] };
  const account = { ...start(4), accountId: own };
  await step('list-targets', ports => beginRun(ports, start(4)));
  await step('list-targets while a run goes on', ports => beginRun(ports, { ...start(4), runId: 'run-5' }));
  for (const accountId of state.accounts)
    await step(`collect-account ${accountId}`, ports => collectAccount(ports, choices, { ...account, accountId }));
  await step('collect-cluster', ports => collectCluster(ports, { ...account, clusters: ['eu-west-1/shop'] }));
  await step('index-issuers', ports => indexIssuers(ports, choices, state));
  await step('probe-issuers', ports => probeIssuers(ports, state));
  for (const accountId of state.accounts)
    await step(`evaluate-account ${accountId}`, ports => evaluateAccount(ports, choices, { ...account, accountId }));
  await step('notify-drift', ports => notifyDrift(ports, choices, state));
  await step('complete-run', ports => completeRun(ports, choices, state));
  const failure = { status: 'FAILED', error: 'E', message: 'it ended' } as const;
  await step('complete-run, of a run that failed', ports => recordFailure(ports, { ...start(3), failure }));
  const summary = { ...start(5), runId: 'summary-1', accounts: [], summary: true };
  await step('notify-drift, the weekly summary', ports => sendSummary(ports, choices, summary));
  const messages = [{ messageId: '1', body: JSON.stringify(aCall('aws.iam', 'DeleteRole', { roleName: 'web' })) }];
  const executions = { start: async () => undefined };
  await step('note-changes', ports => noteChanges({ executions, ...ports }, messages));
  const runId = 'fast-20261124T061100Z';
  clock.at = at(4, '06:11:00.000Z');
  await step('plan-fast-run', ports => planFastRun(ports, { runId }));
  const fast = { runId, startedAt: clock.at, accounts: [own], fast: true as const };
  const changed = { runId, startedAt: clock.at, accountId: own };
  await collectAccount(world.ports, choices, changed);
  await collectCluster(world.ports, { ...changed, clusters: ['eu-west-1/shop'] });
  await step('overlay-issuers', ports => overlayIssuers(ports, choices, fast));
  await step('probe-issuers, fast', ports => probeIssuers(ports, fast));
  await step('evaluate-account, fast', ports => evaluateAccount(ports, choices, changed));
  await step('notify-drift, fast', ports => notifyDrift(ports, choices, fast));
  golden('every-fault.txt', `${told.join('\n\n')}\n`);
  expect(told).toHaveLength(23);
});
