/** A reading that lacks nothing is held for a whole one, and one that lacks something resolves nothing of that. */
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { AssumeEvents } from '../../lib/model/runtime.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import {
  aCluster,
  aClusterSnapshot,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  someFacts,
} from '../support/example-world.ts';
import { toldByRuns } from '../support/told-by-runs.ts';

type Parts = Omit<Parameters<typeof someFacts>[0], 'settings'>;
const facts = (parts: Parts): Facts => someFacts({ ...parts, settings: { inCluster: true } });
const detail = (isAdministrator: boolean) => complete({ attachedPolicyArns: [], isAdministrator, tags: {} });
const shop = aReadCluster({ serviceAccounts: complete([aServiceAccount()]), pods: complete([]) });
const failed = aClusterSnapshot({ cluster: aCluster({ name: 'new', status: 'FAILED' }) });

test('a cause that can no longer be decided hides nothing that it once explained, where all was read', () => {
  const vault = aServiceAccount({
    annotations: { 'eks.amazonaws.com/role-arn': aRole().arn, 'eks.amazonaws.com/audience': 'vault' },
  });
  const clusters = complete([aReadCluster({ serviceAccounts: complete([vault]), pods: complete([]) })]);
  const roles = complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:other' }) })]);
  const run = toldByRuns();
  const first = run(facts({ clusters, roles }));
  expect(first).toContain('opened service-account-audience-refused high');
  expect(first.join()).not.toContain('role-not-trusting');
  const told = run(facts({ clusters, roles, providers: complete([]) }));
  expect(told).toContain('opened service-account-role-not-trusting high');
});

describe('a severity that falls is told', () => {
  const open = (isAdministrator: boolean) =>
    complete([aRole({ trustPolicy: aTrustPolicy({ condition: {} }), detail: detail(isAdministrator) })]);
  const milder = expect.arrayContaining([expect.stringMatching(/^changed trust-any-subject .* (high|medium)$/)]);
  const worse = expect.arrayContaining([expect.stringMatching(/^escalated trust-any-subject .* critical$/)]);

  test.each(['FAILED', 'CREATING', 'DELETING'])('beside a cluster that is %s', status => {
    const run = toldByRuns();
    const beside = aClusterSnapshot({ cluster: aCluster({ name: 'new', status }) });
    run(facts({ clusters: complete([shop]), roles: open(true) }));
    expect(run(facts({ clusters: complete([shop, beside]), roles: open(false) }))).toEqual(milder);
  });

  test('where the account has its first cluster, and where its last one is gone', () => {
    const run = toldByRuns();
    run(facts({ clusters: complete([]), roles: open(true) }));
    expect(run(facts({ clusters: complete([shop]), roles: open(false) }))).toEqual(milder);
    expect(run(facts({ clusters: complete([shop]), roles: open(true) }))).toEqual(worse);
    expect(run(facts({ clusters: complete([]), roles: open(false) }))).toEqual(milder);
    expect(run(facts({ clusters: complete([]), roles: open(true) }))).toEqual(worse);
  });

  test('where the account has no issuer left to probe', () => {
    const run = toldByRuns();
    run(facts({ clusters: complete([]), roles: open(true), issuers: [anIssuer()] }));
    const left = { clusters: complete([]), providers: complete([]), issuers: [] };
    expect(run(facts({ ...left, roles: open(false) }))).toEqual(milder);
  });
});

test('a severity that rises with the first role of an account, whose details are not asked for, is told as worse', () => {
  const run = toldByRuns();
  const clusters = complete([aReadCluster({ serviceAccounts: complete([]), pods: complete([]) })]);
  const world = (...roles: readonly ReturnType<typeof aRole>[]) =>
    facts({ clusters, roles: complete(roles), providers: complete([]) });
  expect(run(world())).toContain('opened cluster-provider-missing info');
  expect(run(world(aRole({ detail: notAskedFor('iam:GetRole') })))).toContain(
    'escalated cluster-provider-missing high',
  );
  expect(run(world())).toContain('changed cluster-provider-missing info');
});

test('a refusal is no part of a dead cluster while a cluster that could not be read may have the user of its role', () => {
  const gone = 'https://oidc.eks.eu-west-1.amazonaws.com/id/0F1E2D3C4B5A69788796A5B4C3D2E1F0';
  const roles = complete([aRole({ trustPolicy: aTrustPolicy({ issuer: gone }) })]);
  const denied = unavailable<never>({ kind: 'denied', operation: 'eks:AccessKubernetesApi', message: 'no' });
  const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/33333333333333333333333333333333';
  const unread = aClusterSnapshot({ cluster: aCluster({ name: 'other', issuer }), kubernetes: denied });
  const first = (...clusters: readonly ReturnType<typeof aClusterSnapshot>[]) =>
    toldByRuns()(facts({ clusters: complete(clusters), roles })).join();
  expect(first(shop)).not.toContain('service-account-role-not-trusting');
  expect(first(shop, unread)).toContain('opened service-account-role-not-trusting high');
});

test('another effect of a known cause opens beside a cluster that failed', () => {
  const second = 'https://oidc.eks.eu-west-1.amazonaws.com/id/22222222222222222222222222222222';
  const mailer = complete([aServiceAccount({ name: 'mailer' })]);
  const stock = {
    ...aReadCluster({ serviceAccounts: mailer, pods: complete([]), issuer: complete(second) }),
    cluster: { ...shop.cluster, arn: `${shop.cluster.arn}-stock`, name: 'stock', issuer: second },
  };
  const policies = [
    aTrustPolicy(),
    aTrustPolicy({ issuer: second, subject: 'system:serviceaccount:checkout:mailer' }),
  ].map(text => JSON.parse(text).Statement);
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: policies.flat() });
  const refused = (name: string, issuer?: string): AssumeEvents => ({
    ...call(name),
    userAgents: ['aws-sdk-go-v2/1.32.0 os/linux lang/go#1.23.2'],
    providerArn: aProvider(issuer === undefined ? {} : { issuer }).arn,
  });
  const world = (clusters: readonly (typeof shop)[], ...events: readonly AssumeEvents[]) =>
    facts({
      clusters: complete(clusters),
      roles: complete([aRole({ trustPolicy })]),
      providers: complete([aProvider({ issuer: second })]),
      issuers: [anIssuer(), anIssuer({ url: second })],
      runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events }),
    });
  const run = toldByRuns();
  run(world([shop, stock], refused('cart')));
  expect(run(world([shop, stock, failed], refused('cart'), refused('mailer', second)))).toContainEqual(
    expect.stringMatching(/^opened runtime-assume-failing \[mailer\]/),
  );
});

const call = (name: string, over: Partial<AssumeEvents> = {}): AssumeEvents => ({
  roleArn: aRole().arn,
  subject: `system:serviceaccount:checkout:${name}`,
  providerArn: aProvider().arn,
  region: 'eu-west-1',
  successes: 0,
  failures: [{ errorCode: 'AccessDenied', errorMessage: 'no', count: 3, lastAt: '2026-11-01T05:00:00Z' }],
  userAgents: ['aws-sdk-java/1.11.600'],
  verificationMethods: [],
  lastAt: '2026-11-01T05:00:00Z',
  ...over,
});

test('events of CloudTrail that were not read resolve nothing of a role whose other calls were read', () => {
  const events = [call('a'), call('b', { userAgents: ['Boto3/1.9.0'] })];
  const reason = { kind: 'throttled', operation: 'cloudtrail:LookupEvents', message: 'Rate exceeded' } as const;
  const window = { from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z' };
  const whole = facts({ runtime: complete({ ...window, events }) });
  const part = withGaps({ ...window, events: events.slice(0, 1) }, [{ what: 'events after page 1', reason }]);
  const run = toldByRuns();
  const opened = run(whole);
  expect(opened).toContainEqual(expect.stringMatching(/^opened runtime-assume-failing \[b\]/));
  const told = run(facts({ runtime: part }));
  expect(told.length).toBeGreaterThan(0);
  expect(told.map(step => step.split(' ')[0])).toEqual(told.map(() => 'unconfirmed'));
  const again = run(whole);
  expect(again.map(step => step.split(' ')[0])).toEqual(again.map(() => 'confirmed'));
});

test('an expired waiver stays reported while what it covered could not be checked', () => {
  const reason = { kind: 'throttled', operation: 'iam:ListRoles', message: 'Rate exceeded' } as const;
  const roles = complete([aRole({ trustPolicy: aTrustPolicy({ condition: {} }) })]);
  const expired = { subject: '*', reason: 'moving', owner: 'platform', expires: '2026-10-01' };
  const run = toldByRuns([
    { ...expired, rule: 'trust-any-subject' },
    { ...expired, rule: 'trust-any-subject', upTo: 'high' },
  ]);
  const opened = run(facts({ roles })).filter(step => step.includes('waiver-expired'));
  expect(opened).toEqual(['opened waiver-expired low']);
  expect(run(facts({ roles: unavailable(reason) }))).toContain('unconfirmed waiver-expired low');
  expect(run(facts({ roles }))).toContain('confirmed waiver-expired low');
  expect(run(facts({ roles: complete([aRole()]) }))).toContain('resolved waiver-expired low: gone');
});
