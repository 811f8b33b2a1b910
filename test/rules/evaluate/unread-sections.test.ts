import { expect, test } from '@jest/globals';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import {
  aCluster,
  aClusterSnapshot,
  anIssuer,
  aProvider,
  aRole,
  aSnapshot,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';

const reason = { kind: 'denied', operation: 'read', message: 'no' } as const;
const unread = unavailable<never>(reason);
const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
const shop = aReadCluster().cluster.arn;
const aWholeCluster: typeof aReadCluster = over => aReadCluster({ configuredRoles: complete([]), ...over });

/** A world wholly read, and asked for. */
const whole: Parameters<typeof someFacts>[0] = {
  roles: complete([aRole({ detail })]),
  quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
  runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
  controlPolicies: complete([]),
  clusters: complete([aWholeCluster()]),
};
const unreadIn = (over: Parameters<typeof someFacts>[0]) =>
  evaluate(someFacts({ ...whole, ...over }), { rules: [] }).unread;
const inside = (over: Parameters<typeof aReadCluster>[0]) => ({ clusters: complete([aWholeCluster(over)]) });

test.each<[string, Parameters<typeof someFacts>[0], ReturnType<typeof unreadIn>]>([
  ['nothing', {}, []],
  ['quotas', { quotas: unread }, [{ section: 'quotas' }]],
  ['CloudTrail', { runtime: unread }, [{ section: 'runtime' }]],
  ['control policies', { controlPolicies: unread }, [{ section: 'control-policies' }]],
  ['roles of a ConfigMap', inside({ configuredRoles: unread }), [{ section: 'configured-roles', clusterArn: shop }]],
  [
    'a provider',
    { providers: complete([aProvider({ detail: unread })]) },
    [{ section: 'provider-detail', of: aProvider().arn }],
  ],
  [
    'details of a role',
    { roles: complete([aRole({ detail: unread })]) },
    [{ section: 'role-detail', roleArn: aRole().arn }],
  ],
  ['pods', inside({ pods: unread }), [{ section: 'pods', clusterArn: shop }]],
  [
    'a page of pods',
    inside({ pods: withGaps([], [{ what: 'page 1', reason }]) }),
    [{ section: 'pods', clusterArn: shop, missingPart: '1ce6c646' }],
  ],
  [
    'the inside',
    { clusters: complete([{ ...aWholeCluster(), kubernetes: unread }]) },
    [{ section: 'inside', clusterArn: shop }],
  ],
  [
    'an issuer that was not probed',
    { issuers: [anIssuer({ url: `${exampleIssuer}0` })] },
    [{ section: 'issuer', of: exampleIssuer }],
  ],
  ['no issuer at all', { issuers: [], clusters: complete([]) }, [{ section: 'issuer' }]],
  [
    'a busy one',
    { issuers: [anIssuer({ keys: unavailable({ ...reason, kind: 'throttled' }) })] },
    [{ section: 'issuer', of: exampleIssuer }],
  ],
  [
    'one from a private network',
    { issuers: [anIssuer({ host: unread, fromPrivateNetwork: true })] },
    [{ section: 'issuer', of: exampleIssuer }],
  ],
  ['one that does not answer is a fact', { issuers: [anIssuer({ host: unread })] }, []],
  [
    'an account of the fleet',
    { fleet: indexOf([aSnapshot(whole)], ['444455556666']) },
    [{ section: 'fleet', of: JSON.stringify({ accountId: '444455556666' }) }],
  ],
])('what findings are judged without: %s', (_title, over, expected) => expect(unreadIn(over)).toEqual(expected));

test('what was not asked for is named once, however much there is of it', () => {
  const roles = complete([aRole(), aRole({ name: 'two' })]);
  const clusters = complete([aClusterSnapshot(), aClusterSnapshot({ cluster: aCluster({ name: 'two' }) })]);
  expect(unreadIn({ roles, clusters })).toEqual([
    { section: 'role-detail', unasked: true },
    { section: 'inside', unasked: true },
    { section: 'pod-identity', unasked: true },
    { section: 'addons', unasked: true },
  ]);
});

test('what was not asked for of some only is named with these', () => {
  const other = aCluster({ name: 'other' });
  const two = { ...aRole(), arn: `${aRole().arn}-2` };
  expect(
    unreadIn({
      roles: complete([aRole({ detail }), two]),
      clusters: complete([aWholeCluster(), aClusterSnapshot({ cluster: other })]),
    }),
  ).toEqual([
    { section: 'role-detail', roleArn: two.arn },
    { section: 'inside', clusterArn: other.arn },
    { section: 'pod-identity', clusterArn: other.arn },
    { section: 'addons', clusterArn: other.arn },
  ]);
});

test.each(['CREATING', 'DELETING', 'FAILED', 'PENDING'])('a cluster that is %s has no inside to miss', status => {
  const cluster = aClusterSnapshot({ cluster: aCluster({ name: 'other', status }) });
  expect(unreadIn({ clusters: complete([aWholeCluster(), cluster]) })).toEqual([]);
});

test('an account without an issuer misses none', () =>
  expect(unreadIn({ issuers: [], clusters: complete([]), providers: complete([]) })).toEqual([]));

test('that a region is not asked is no choice for good: it may refuse only now', () => {
  const clusters = unavailable<never>({ ...reason, kind: 'not-asked-for' });
  expect(unreadIn({ clusters, fleet: indexOf([]) })).toEqual([{ section: 'clusters', of: 'eu-west-1' }]);
});

test('another part of a list is another reading, and the same part the same whatever the order of its gaps', () => {
  const missing = (...pages: readonly string[]) =>
    unreadIn({
      providers: withGaps(
        [aProvider()],
        pages.map(what => ({ what, reason })),
      ),
    })[0]?.missingPart;
  expect(missing('page 2', 'page 4')).toBe(missing('page 4', 'page 2'));
  expect(missing('page 2')).not.toBe(missing('page 3'));
});

test('events of CloudTrail are others in every run: it does not count how many of them are missing', () => {
  const unreadEvents = (what: string) =>
    unreadIn({
      runtime: withGaps({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }, [{ what, reason }]),
    });
  expect(unreadEvents('CloudTrail events of eu-west-1 after page 60')).toEqual([
    { section: 'runtime', missingPart: 'some' },
  ]);
  expect(unreadEvents('CloudTrail events of eu-west-1 after page 2')).toEqual(unreadEvents('after page 60'));
});

test('a list that was read in part is named with what it leaves open in the fleet', () => {
  expect(unreadIn({ roles: withGaps([aRole({ detail })], [{ what: 'page 2', reason }]) })).toEqual([
    { section: 'roles', missingPart: expect.any(String) },
    { section: 'fleet', of: '111122223333' },
  ]);
  expect(unreadIn({ clusters: unread })).toEqual([
    { section: 'clusters', of: 'eu-west-1' },
    {
      section: 'fleet',
      of: JSON.stringify({ accountId: '111122223333', region: 'eu-west-1', failed: 'read denied' }),
    },
  ]);
});
