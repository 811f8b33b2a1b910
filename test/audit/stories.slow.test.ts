/** Runs of fleets that change: all that each run answers, writes and sends, whole. */
import { test } from '@jest/globals';
import { beginRun } from '../../lib/audit/steps/begin-run.ts';
import { recordFailure } from '../../lib/audit/steps/record-failure.ts';
import { sendSummary } from '../../lib/audit/steps/send-summary.ts';
import { TransientError } from '../../lib/kit/errors.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { someChoices } from '../support/audit-ports.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aProvider, aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';
import { fleetStory } from '../support/fleet-story.ts';
import { golden } from '../support/golden.ts';

const [first, second, third] = ['111122223333', '444455556666', '777788889999'];
const role = (accountId: string, name: string, trust: Parameters<typeof aTrustPolicy>[0]) =>
  aRole({ name, arn: `arn:aws:iam::${accountId}:role/${name}`, trustPolicy: aTrustPolicy({ accountId, ...trust }) });
const open = { condition: {} };
const anAccount = (
  accountId: string,
  trust: Parameters<typeof aTrustPolicy>[0] = {},
  clusters: Parameters<typeof aSnapshot>[0] = { clusters: complete([]) },
) =>
  aSnapshot({
    ...{ accountId, providers: complete([aProvider({ accountId })]), ...clusters },
    roles: complete([role(accountId, 'cart', trust)]),
  });
const withCluster = (accountId: string) => anAccount(accountId, {}, { clusters: complete([aReadCluster({})]) });
const refused = (operation: string) => ({
  ...{ kind: 'denied' as const, operation, permission: operation },
  message: `AccessDenied: not authorized to perform ${operation}`,
});
const day = (number: number, time = '06:00:00.000Z') => `2026-11-${String(number).padStart(2, '0')}T${time}`;

test('what could be read falls, comes back, and comes and goes', async () => {
  const story = fleetStory({ [first]: anAccount(first, open), [second]: anAccount(second) });
  const { accounts, clock } = story;
  await story.full('all is read', 'run-1');
  clock.at = day(2);
  accounts[first] = { ...anAccount(first, open), roles: unavailable(refused('iam:ListRoles')) };
  await story.full('roles are refused', 'run-2');
  clock.at = day(3);
  accounts[first] = new Error('socket hang up');
  accounts[second] = {
    ...anAccount(second),
    providers: withGaps([aProvider({ accountId: second })], [{ what: 'one', reason: refused('iam:GetRole') }]),
  };
  await story.full('nothing of one account, a part of the other', 'run-3');
  for (const number of [4, 5, 6, 7, 8, 9]) {
    clock.at = day(number);
    accounts[first] = number === 5 ? new Error('socket hang up') : anAccount(first, open);
    accounts[second] = anAccount(second);
    await story.full(number === 5 ? 'nothing again' : 'all is read', `run-${number}`);
  }
  await story.asked();
  golden('stories/coverage.txt', story.text());
});

test('what is below the wanted severity is told to nobody, and coverage all the same is kept', async () => {
  const story = fleetStory({ [first]: anAccount(first, open) }, { minSeverity: 'critical' });
  await story.full('nothing that is wanted', 'run-1');
  story.clock.at = day(2);
  story.accounts[second] = anAccount(second, { condition: { StringEquals: {} } });
  story.listed.add(second);
  await story.full('another account', 'run-2');
  story.clock.at = day(3);
  story.accounts[second] = anAccount(second);
  await story.full('what was open is fixed', 'run-3');
  await story.asked();
  golden('stories/below-the-severity.txt', story.text());
});

test('an account leaves, comes back, and leaves for good', async () => {
  const story = fleetStory({ [first]: anAccount(first, open), [second]: anAccount(second, open) });
  const { clock, listed } = story;
  await story.full('both', 'run-1');
  const leaves = async (numbers: readonly number[]) => {
    listed.delete(second);
    for (const number of numbers) {
      clock.at = day(number, number === 3 ? '05:59:59.999Z' : undefined);
      await story.full('without the second', `run-${number}`);
    }
  };
  await leaves([2, 3]);
  listed.add(second);
  clock.at = day(4);
  await story.full('both again', 'run-4');
  await leaves([5, 6, 7]);
  listed.add(second);
  clock.at = day(8);
  await story.full('the second is back after it was closed', 'run-8');
  await story.asked();
  golden('stories/an-account-leaves.txt', story.text());
});

test('destinations refuse, wait, go and come', async () => {
  const story = fleetStory({ [first]: anAccount(first) });
  const { answers, accounts, clock } = story;
  Object.assign(answers, { mail: new Error('HTTP 500'), night: 'held' });
  for (const number of [1, 2, 3, 4, 5, 6]) {
    clock.at = day(number);
    accounts[first] = anAccount(first, number % 2 === 0 ? open : {});
    if (number === 4) answers.night = 'sent';
    if (number === 5) delete answers.mail;
    if (number === 6) answers.hook = 'sent';
    await story.full(`destinations: ${Object.keys(answers).join(', ')}`, `run-${number}`);
  }
  await story.asked();
  golden('stories/destinations.txt', story.text());
});

test('fast runs between full ones', async () => {
  const story = fleetStory({ [first]: withCluster(first), [second]: anAccount(second), [third]: anAccount(third) });
  const { accounts, clock } = story;
  await story.fast('before any full run', [first]);
  clock.at = day(1, '07:00:00.000Z');
  await story.full('all', 'run-1');
  clock.at = day(1, '08:00:00.000Z');
  accounts[second] = anAccount(second, open);
  await story.fast('of one', [second]);
  accounts[first] = { ...anAccount(first, open), roles: unavailable(refused('iam:ListRoles')) };
  await story.fast('of two, of which one can be read in part', [first, second]);
  accounts[third] = new Error('socket hang up');
  await story.fast('of one that cannot be read', [third]);
  await story.fast('of one that is not audited', ['999900001111']);
  clock.at = day(2);
  accounts[first] = anAccount(first);
  accounts[third] = anAccount(third);
  await story.full('all again', 'run-2');
  await story.asked();
  golden('stories/fast-runs.txt', story.text());
});

test('runs that fail, are skipped, meet a newer version, and the week afterwards', async () => {
  const waivers = [
    {
      ...{
        rule: 'trust-any-subject',
        subject: `arn:aws:iam::${first}:role/cart`,
        finding: 'b8a623b638d5fe5b8415afe603335e5b',
      },
      ...{ reason: 'known', owner: 'team', expires: '2026-12-01', upTo: 'high' as const },
    },
  ];
  const story = fleetStory({ [first]: anAccount(first, open), [second]: anAccount(second, open) }, { waivers });
  const { clock, choices } = story;
  await story.full('a finding is waived', 'run-1');
  clock.at = day(2);
  const failure = { status: 'TIMED_OUT', error: 'States.Timeout', message: 'list-targets: ran out of time' } as const;
  await story.act('a run failed', ports => recordFailure(ports, { runId: 'run-2', startedAt: day(2), failure }));
  await story.act('its event comes again', ports =>
    recordFailure(ports, { runId: 'run-2', startedAt: day(2), failure }),
  );
  clock.at = day(3);
  await story.act('a run is skipped', async ports => {
    await ports.findings.claimRun('run-other', clock.at);
    await ports.findings.recordSkipped({ runId: 'run-3', startedAt: clock.at, skippedFor: 'run-other' });
    // It was to begin while the first run was going on, which lasted some seconds.
    await ports.findings.recordSkipped({ runId: 'run-early', startedAt: day(1, '06:00:02.000Z'), skippedFor: 'run-1' });
    await ports.findings.releaseRun('run-other');
  });
  clock.at = day(4);
  story.accounts[second] = anAccount(second);
  await story.full('no page can be written', 'run-4', {
    pages: {
      toolVersion: '0',
      put: async () => {
        throw new Error('the bucket is full');
      },
    },
  });
  const summary = (runId: string) => ({ runId, startedAt: clock.at, accounts: [], summary: true });
  clock.at = day(9);
  await story.act('the weekly summary', ports => sendSummary(ports, choices, summary('week-1')));
  story.writeNewer(second, 'finding#');
  clock.at = day(10);
  await story.full('a newer version wrote findings', 'run-5');
  clock.at = day(16);
  await story.act('the next summary', ports => sendSummary(ports, choices, summary('week-2')));
  await story.asked();
  golden('stories/runs-that-fail.txt', story.text());
});

test('an organization with policies, and clusters of which some cannot be read', async () => {
  const inside = aReadCluster({
    serviceAccounts: complete([
      aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': `arn:aws:iam::${second}:role/cart` } }),
    ]),
  });
  const policy = (id: string, ...targets: readonly string[]) => ({
    ...{ id, name: id, targets: complete(targets), document: complete('{"Statement":[]}') },
  });
  let cluster: 'read' | 'denied' | 'throws' | 'no answer' = 'read';
  const chains = { [first]: complete([first, 'r-1']), [second]: complete([second, 'ou-1', 'r-1']) };
  const story = fleetStory(
    { [first]: withCluster(first), [second]: anAccount(second, open) },
    { settings: { ...someChoices().settings, inCluster: true } },
    {
      organization: { read: async () => complete({ id: 'o-1234567890', accounts: [first, second, third] }) },
      controlPolicies: {
        read: async () =>
          complete({ policies: [policy('p-1', second)], chains, services: complete([policy('p-2', 'ou-1')]) }),
      },
      clusters: {
        read: async () => {
          if (cluster === 'throws') throw new Error('socket hang up');
          if (cluster === 'no answer') throw new TransientError('no answer');
          const { kubernetes, podIdentity, addons } = inside;
          return cluster === 'read'
            ? { kubernetes, podIdentity, addons }
            : { kubernetes: unavailable(refused('kubernetes')), podIdentity, addons };
        },
      },
    },
  );
  await story.full('all is read', 'run-1');
  for (const [at, state] of (['denied', 'throws', 'no answer', 'read'] as const).entries()) {
    cluster = state;
    story.clock.at = day(at + 2);
    await story.full(`the cluster: ${state}`, `run-${at + 2}`);
  }
  await story.fast('a change', [second]);
  story.clock.at = day(7);
  const start = (runId: string) => ({ runId, startedAt: story.clock.at });
  await story.act('a run begins', ports => beginRun(ports, start('run-6')));
  await story.act('another one does not', ports => beginRun(ports, start('run-7')));
  await story.act('the same one again', ports => beginRun(ports, start('run-6')));
  await story.asked();
  golden('stories/an-organization.txt', story.text());
});
