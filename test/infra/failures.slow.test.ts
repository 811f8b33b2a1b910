import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, type SandboxRun, startSandbox } from '../../sandbox/start-sandbox.ts';
import {
  fleetServers,
  manyAccounts,
  manyServers,
  member,
  own,
  twoAccounts,
  twoRegions,
} from '../../sandbox/world/scenarios/two-accounts.ts';
import type { Fault } from '../../sandbox/world/world.ts';
import { isWhole, sample } from '../support/sample.ts';

/** The workflow over a world in which something fails for one run, and is well again in the next. */
const servers = fleetServers();
let sandbox: Sandbox;
let first: SandboxRun;
let number = 0;

const run = (retryInterval?: number): Promise<SandboxRun> => {
  number += 1;
  return sandbox.run(`run-${number}`, undefined, retryInterval);
};
const shown = ({ result }: SandboxRun): string[] =>
  result.transitions.map(({ kind, after }) => `${kind} ${after.finding.ruleId} ${after.finding.subject}`).sort();
const opened = (one: SandboxRun): string[] =>
  one.result.evaluations.flatMap(({ findings }) => findings.map(finding => finding.id)).sort();
interface Sent {
  readonly digestId: string;
  readonly transitions: readonly unknown[];
  readonly factChanges: readonly unknown[];
  readonly coverage?: { readonly notices: readonly { readonly kind: string }[] };
}
const sentBy = ({ messages }: SandboxRun): readonly Sent[] =>
  messages.map(({ document }) => JSON.parse(document) as Sent);
const digests = (one: SandboxRun): string[] => sentBy(one).map(({ digestId }) => digestId);
/** Messages that tell more than that coverage fell or returned. */
const news = (one: SandboxRun): readonly Sent[] =>
  sentBy(one).filter(({ transitions, factChanges }) => transitions.length + factChanges.length > 0);
const coverage = (one: SandboxRun): readonly string[] =>
  sentBy(one).flatMap(sent => (sent.coverage?.notices ?? []).map(({ kind }) => kind));
const kinds = ({ result }: SandboxRun): string[] => [...new Set(result.transitions.map(({ kind }) => kind))].sort();

beforeAll(async () => {
  sandbox = await startSandbox(
    { issuers: servers, world: twoAccounts, regions: twoRegions },
    { requestTimeout: 3_000 },
  );
  first = await run();
});
afterEach(() => {
  sandbox.world.faults.length = 0;
});
afterAll(() => sandbox.stop());

describe('nothing fails', () => {
  test('finds the faults of both accounts and nothing healthy', () => {
    expect(first.result.gaps).toEqual([]);
    expect(shown(first).map(text => text.replace(/arn:\S+:/, ''))).toEqual([
      'opened cluster-provider-missing cluster/stray',
      'opened cluster-provider-missing cluster/lost',
      'opened provider-audience-missing oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2',
      'opened trust-any-subject role/z-open',
      'opened trust-any-subject role/open',
    ]);
    expect(digests(first)).toHaveLength(1);
  });

  test('makes the calls of the formula and no more', async () => {
    // With a time-out that no call reaches on a busy machine: a repeat would count.
    const patient = await startSandbox({ issuers: fleetServers(), world: twoAccounts, regions: twoRegions });
    const { result } = await patient.run('patient-1').finally(patient.stop);
    const { accounts } = sandbox.world;
    const sum = (of: (account: (typeof accounts)[number]) => number) =>
      accounts.reduce((total, account) => total + of(account), 0);
    const rolePages = sum(({ roles }) => Math.ceil(roles.length / 1000));
    const clusterPages = (account: (typeof accounts)[number], region: string) =>
      Math.max(1, Math.ceil(account.clusters.filter(cluster => cluster.region === region).length / 100));
    expect(result.apiCalls).toEqual({
      'sts:GetCallerIdentity': 1,
      'sts:AssumeRole': accounts.length - 1,
      'iam:ListRoles': rolePages,
      'iam:GetAccountAuthorizationDetails': rolePages,
      'iam:ListOpenIDConnectProviders': accounts.length,
      'iam:GetOpenIDConnectProvider': sum(({ providers }) => providers.length),
      'eks:ListClusters': sum(account =>
        twoRegions.reduce((total, region) => total + clusterPages(account, region), 0),
      ),
      'eks:DescribeCluster': sum(({ clusters }) => clusters.length),
      'tls:Handshake': new Set(sandbox.world.issuers.map(({ url }) => new URL(url).host)).size,
      'issuer:GetDiscovery': sandbox.world.issuers.length,
      'issuer:GetKeys': sandbox.world.issuers.length,
    });
  });

  test('is quiet afterwards', async () => {
    const again = await run();
    expect([shown(again), again.messages, again.written]).toEqual([[], [], 0]);
  });
});

type Gap = readonly [accountId: string, region: string | undefined, operation: string, permission: string | undefined];
const denied = (accountId: string, region: string | undefined, operation: string): Gap => [
  accountId,
  region,
  operation,
  operation,
];

const gaps: readonly (readonly [string, Fault, Gap])[] = [
  [
    'ListRoles denied',
    { operation: 'iam:ListRoles', accountId: own, kind: 'deny' },
    denied(own, undefined, 'iam:ListRoles'),
  ],
  [
    'ListRoles cut on page 2',
    { operation: 'iam:ListRoles', accountId: own, kind: 'cut-page' },
    [own, undefined, 'iam:ListRoles', undefined],
  ],
  [
    'ListRoles timing out',
    { operation: 'iam:ListRoles', accountId: own, kind: 'time-out' },
    [own, undefined, 'iam:ListRoles', undefined],
  ],
  [
    'ListClusters denied in a region',
    { operation: 'eks:ListClusters', accountId: own, region: 'eu-central-1', kind: 'deny' },
    denied(own, 'eu-central-1', 'eks:ListClusters'),
  ],
  [
    'DescribeCluster denied of one cluster',
    { operation: 'eks:DescribeCluster', resource: 'lost', kind: 'deny' },
    denied(own, 'eu-west-1', 'eks:DescribeCluster'),
  ],
  [
    'AssumeRole denied into the member',
    { operation: 'sts:AssumeRole', resource: member, kind: 'deny' },
    denied(member, undefined, 'sts:AssumeRole'),
  ],
  [
    'one provider denied',
    { operation: 'iam:GetOpenIDConnectProvider', resource: 'B2B2', kind: 'deny' },
    denied(own, undefined, 'iam:GetOpenIDConnectProvider'),
  ],
];

describe.each(sample(gaps, 3))('%s', (_title, fault, [accountId, region, operation, permission]) => {
  test('leaves a gap that is told, closes nothing, opens nothing; the next run confirms what was open', async () => {
    sandbox.world.faults.push({ ...fault });
    const broken = await run();
    const { gaps } = broken.result;
    expect(gaps).toContainEqual(
      expect.objectContaining({
        accountId,
        ...(region === undefined ? {} : { region }),
        reason: expect.objectContaining({
          operation,
          ...(permission === undefined ? {} : { permission: expect.stringContaining(permission) }),
        }),
      }),
    );
    expect(kinds(broken).filter(kind => kind !== 'unconfirmed')).toEqual([]);
    expect(broken.result.factChanges).toEqual([]);
    expect([news(broken), [...new Set(coverage(broken))]]).toEqual([[], ['fell']]);
    sandbox.world.faults.length = 0;
    const well = await run();
    expect(well.result.gaps).toEqual([]);
    expect(shown(well)).toEqual(shown(broken).map(text => text.replace('unconfirmed', 'confirmed')));
    expect(well.result.transitions.map(({ summary }) => summary).filter(text => text !== 'confirmed again')).toEqual(
      [],
    );
    expect([news(well), coverage(well).filter(kind => kind !== 'returned')]).toEqual([[], []]);
    expect(opened(well)).toEqual(opened(first));
  });
});

test('throttling that passes leaves no trace', async () => {
  sandbox.world.faults.push({ operation: 'iam:ListRoles', kind: 'throttle', times: 2 });
  const throttled = await run();
  expect([throttled.result.gaps, shown(throttled), news(throttled)]).toEqual([[], [], []]);
});

test('an issuer that answers nothing closes no finding, and all is as before when it is back', async () => {
  const [server] = servers.filter(({ url }) => url.includes('5C5C'));
  if (server === undefined) throw new Error('no issuer of shop');
  server.discovery = 'reset';
  const down = await run();
  server.discovery = 'valid';
  const up = await run();
  expect(shown(down).filter(text => text.includes('issuer-'))).toHaveLength(1);
  expect(down.result.transitions.filter(({ kind }) => kind === 'resolved')).toEqual([]);
  expect(opened(up)).toEqual(opened(first));
});

/** A fault is fixed for a while: `z-open`, an open finding on the second page of the roles, is away. */
const takeAway = (): (() => void) => {
  const [account] = sandbox.world.accounts;
  const at = account?.roles.findIndex(({ name }) => name === 'z-open') ?? -1;
  const [role] = account?.roles.splice(at, 1) ?? [];
  if (account === undefined || role?.name !== 'z-open') throw new Error('z-open is not there');
  return () => account.roles.push(role);
};

/** Of a change: the digests that told it, over runs of which the first meets the fault. */
const toldOver = async (runs: number): Promise<readonly SandboxRun[]> => {
  const done: SandboxRun[] = [];
  const putBack = takeAway();
  try {
    for (let left = runs; left > 0; left -= 1) done.push(await run());
  } finally {
    putBack();
  }
  return done;
};

const crashes = ['collect-account', 'evaluate-account'].flatMap(step =>
  ['before', 'after'].map(when => ({ step, when })),
);

describe('a step ends before its time', () => {
  test.each(sample(crashes, 2))('$step, $when its writes: a change is told exactly once', async ({ step, when }) => {
    sandbox.world.faults.push({ operation: `step:${step}`, accountId: own, resource: when, kind: 'crash', times: 1 });
    const runs = await toldOver(3);
    const messages = runs.flatMap(one => one.messages.map(({ text }) => text));
    expect(new Set(runs.flatMap(digests)).size).toBe(messages.length);
    expect(messages.filter(text => text.includes('resolved') && text.includes('z-open'))).toHaveLength(1);
    expect(runs.slice(-1).flatMap(news)).toEqual([]);
    expect(kinds(await run())).toEqual(['reopened']);
  });
});

describe('notify-drift ends before its time', () => {
  test.each([
    ['before', 1],
    ['after', 0],
  ])('%s its writes: the run says so, and %d message follows in the next', async (when, following) => {
    sandbox.world.faults.push({ operation: 'step:notify-drift', resource: when, kind: 'crash', times: 1 });
    const putBack = takeAway();
    try {
      await expect(run()).rejects.toThrow('NotificationFailed');
      const [next, last] = [await run(), await run()];
      expect(next.messages.filter(({ text }) => text.includes('z-open'))).toHaveLength(following);
      expect([shown(next), news(next).length, news(last)]).toEqual([[], following, []]);
    } finally {
      putBack();
    }
    expect(kinds(await run())).toEqual(['reopened']);
  });
});

test('a topic that refuses a digest gets it in the next run, once', async () => {
  const { middlewareStack } = sandbox.services.sns;
  const name = 'refuse';
  const putBack = takeAway();
  try {
    middlewareStack.add(
      () => async () => {
        throw Object.assign(new Error('not authorized to publish'), { name: 'AuthorizationErrorException' });
      },
      { step: 'initialize', name },
    );
    const refused = await run().finally(() => middlewareStack.remove(name));
    expect(refused.messages).toEqual([]);
    expect(refused.result.notification.failed).toHaveLength(1);
    const [next, last] = [await run(), await run()];
    expect(next.messages.filter(({ text }) => text.includes('z-open'))).toHaveLength(1);
    expect([shown(next), news(last)]).toEqual([[], []]);
  } finally {
    putBack();
  }
  expect(kinds(await run())).toEqual(['reopened']);
});

test('of two runs at the same time one is skipped and says why; a change is told once, and nothing is lost', async () => {
  const putBack = takeAway();
  try {
    const both = await Promise.allSettled([run(), run()]);
    const ids = both.flatMap(one =>
      one.status === 'fulfilled' ? (one.value.result.notification.digestIds ?? []) : [],
    );
    const reasons = both.flatMap(one => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(reasons).toEqual([expect.stringMatching(/^Error: run run-\d+ is still going on: this one is skipped/)]);
    const next = await run();
    expect(ids).toHaveLength(1);
    expect([shown(next), news(next)]).toEqual([[], []]);
  } finally {
    putBack();
  }
  expect(kinds(await run())).toEqual(['reopened']);
});

test('a fleet of many accounts: small states, and a provider for another account’s cluster is no orphan', async () => {
  // One more than the issuers of one connection.
  const count = isWhole ? 60 : 33;
  const fleet = await startSandbox({ issuers: manyServers(count), world: manyAccounts(count), regions: ['eu-west-1'] });
  try {
    const sizes = new Map<string, number>();
    const done = await fleet.run('fleet-1', event => {
      if (event.phase !== 'done') return;
      const size = Buffer.byteLength(JSON.stringify(event.output));
      sizes.set(event.step, Math.max(sizes.get(event.step) ?? 0, size));
    });
    expect(done.result.gaps).toEqual([]);
    expect(shown(done)).toEqual([]);
    // One host: a connection for each 32 issuers.
    expect(done.result.apiCalls['tls:Handshake']).toBe(2);
    expect(done.result.apiCalls['issuer:GetDiscovery']).toBe(count);
    // The list of accounts is the only answer that grows with them: 15 bytes an id. 10,000 accounts stay below 256 KiB.
    const { 'list-targets': targets = Infinity, ...others } = Object.fromEntries(sizes);
    expect(targets).toBeLessThan(200 + 20 * count);
    expect(200 + 20 * 10_000).toBeLessThan(256 * 1024);
    expect(Object.entries(others).filter(([, size]) => size > 1024)).toEqual([]);
  } finally {
    await fleet.stop();
  }
});
