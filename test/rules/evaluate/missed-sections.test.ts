import { expect, test } from '@jest/globals';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
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
import { evaluate } from '../../support/whole/evaluate.ts';

const reason = { kind: 'denied', operation: 'read', message: 'no' } as const;
const unread = unavailable<never>(reason);
const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
const accountId = '111122223333';
const at = (clusterArn: string) => ({ region: 'eu-west-1', clusterArn });
const inShop = at(aReadCluster().cluster.arn);
const none = complete([]);
const rbac = complete({ roles: none, clusterRoles: none, roleBindings: none, clusterRoleBindings: none });
const aWholeCluster: typeof aReadCluster = over => ({
  ...aReadCluster({ configuredRoles: none, rbac, awsAuth: none, ...over }),
  accessEntries: none,
});

/** A world wholly read, and asked for. */
const whole: Parameters<typeof someFacts>[0] = {
  roles: complete([aRole({ detail })]),
  quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
  runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
  controlPolicies: complete([]),
  rolePermissions: complete({ roles: {}, policies: {}, levels: {} }),
  serviceUse: complete({}),
  clusters: complete([aWholeCluster()]),
};
const missedIn = (over: Parameters<typeof someFacts>[0]) =>
  evaluate(someFacts({ ...whole, ...over }), { rules: [] }).missed;
const inside = (over: Parameters<typeof aReadCluster>[0]) => ({ clusters: complete([aWholeCluster(over)]) });

test.each<[string, Parameters<typeof someFacts>[0], ReturnType<typeof missedIn>]>([
  ['nothing', {}, []],
  ['quotas', { quotas: unread }, [{ accountId, section: 'quotas' }]],
  ['CloudTrail', { runtime: unread }, [{ accountId, section: 'runtime' }]],
  ['permissions', { rolePermissions: unread }, [{ accountId, section: 'role-permissions' }]],
  ['use of services', { serviceUse: unread }, [{ accountId, section: 'service-use' }]],
  ['control policies', { controlPolicies: unread }, [{ accountId, section: 'control-policies' }]],
  ['roles and bindings', inside({ rbac: unread }), [{ accountId, section: 'rbac', ...inShop }]],
  ['aws-auth', inside({ awsAuth: unread }), [{ accountId, section: 'aws-auth', ...inShop }]],
  [
    'access entries',
    { clusters: complete([{ ...aWholeCluster(), accessEntries: unread }]) },
    [{ accountId, section: 'access-entries', ...inShop }],
  ],
  [
    'roles of a ConfigMap',
    inside({ configuredRoles: unread }),
    [{ accountId, section: 'configured-roles', ...inShop }],
  ],
  [
    'a provider',
    { providers: complete([aProvider({ detail: unread })]) },
    [{ accountId, section: 'provider-detail', providerArn: aProvider().arn }],
  ],
  [
    'details of a role',
    { roles: complete([aRole({ detail: unread })]) },
    [{ accountId, section: 'role-detail', roleArn: aRole().arn }],
  ],
  ['pods', inside({ pods: unread }), [{ accountId, section: 'pods', ...inShop }]],
  [
    'a page of pods',
    inside({ pods: withGaps([], [{ what: 'page 1', reason }]) }),
    [{ accountId, section: 'pods', ...inShop, part: '1ce6c646' }],
  ],
  [
    'the inside',
    { clusters: complete([{ ...aWholeCluster(), kubernetes: unread }]) },
    [{ accountId, section: 'inside', ...inShop }],
  ],
  [
    'an issuer that was not probed',
    { issuers: [anIssuer({ url: `${exampleIssuer}0` })] },
    [{ accountId, section: 'issuer', issuer: exampleIssuer }],
  ],
  ['no issuer at all', { issuers: [], clusters: complete([]) }, [{ accountId, section: 'issuer' }]],
  [
    'no issuer at all, where the account has one that is not of EKS',
    {
      issuers: [],
      clusters: complete([]),
      providers: complete([aProvider({ issuer: 'https://oidc.example.org/own' })]),
    },
    [{ accountId, section: 'issuer' }],
  ],
  [
    'a busy one',
    { issuers: [anIssuer({ keys: unavailable({ ...reason, kind: 'throttled' }) })] },
    [{ accountId, section: 'issuer', issuer: exampleIssuer }],
  ],
  [
    'one from a private network',
    { issuers: [anIssuer({ host: unread, fromPrivateNetwork: true })] },
    [{ accountId, section: 'issuer', issuer: exampleIssuer }],
  ],
  ['one that does not answer is a fact', { issuers: [anIssuer({ host: unread })] }, []],
  [
    'an account of the fleet',
    { fleet: indexOf([aSnapshot(whole)], ['444455556666']) },
    [{ accountId: '444455556666', section: 'account' }],
  ],
])('what findings are judged without: %s', (_title, over, expected) => expect(missedIn(over)).toEqual(expected));

test('what was not asked for is named once, however much there is of it', () => {
  const roles = complete([aRole(), aRole({ name: 'two' })]);
  const clusters = complete([aClusterSnapshot(), aClusterSnapshot({ cluster: aCluster({ name: 'two' }) })]);
  expect(missedIn({ roles, clusters })).toEqual([
    { accountId, section: 'role-detail', unasked: true },
    { accountId, section: 'inside', unasked: true },
    { accountId, section: 'pod-identity', unasked: true },
    { accountId, section: 'addons', unasked: true },
    { accountId, section: 'network', unasked: true },
    { accountId, section: 'nodes', unasked: true },
    { accountId, section: 'access-entries', unasked: true },
  ]);
});

test('what was not asked for of some only is named with these', () => {
  const other = aCluster({ name: 'other' });
  const two = { ...aRole(), arn: `${aRole().arn}-2` };
  expect(
    missedIn({
      roles: complete([aRole({ detail }), two]),
      clusters: complete([aWholeCluster(), aClusterSnapshot({ cluster: other })]),
    }),
  ).toEqual([
    { accountId, section: 'role-detail', roleArn: two.arn },
    { accountId, section: 'inside', ...at(other.arn) },
    { accountId, section: 'pod-identity', ...at(other.arn) },
    { accountId, section: 'addons', ...at(other.arn) },
    { accountId, section: 'network', ...at(other.arn) },
    { accountId, section: 'nodes', ...at(other.arn) },
    { accountId, section: 'access-entries', ...at(other.arn) },
  ]);
});

test.each(['CREATING', 'DELETING', 'FAILED', 'PENDING'])('a cluster that is %s has no inside to miss', status => {
  const cluster = aClusterSnapshot({ cluster: aCluster({ name: 'other', status }) });
  expect(missedIn({ clusters: complete([aWholeCluster(), cluster]) })).toEqual([]);
});

test('an account without an issuer misses none', () =>
  expect(missedIn({ issuers: [], clusters: complete([]), providers: complete([]) })).toEqual([]));

test('that a region is not asked is no choice for good: it may refuse only now', () => {
  const clusters = unavailable<never>({ ...reason, kind: 'not-asked-for' });
  expect(missedIn({ clusters, fleet: indexOf([]) })).toEqual([{ accountId, section: 'clusters', region: 'eu-west-1' }]);
});

test('another part of a list is another reading, and the same part the same whatever the order of its gaps', () => {
  const missing = (...pages: readonly string[]) =>
    missedIn({
      providers: withGaps(
        [aProvider()],
        pages.map(what => ({ what, reason })),
      ),
    })[0]?.part;
  expect(missing('page 2', 'page 4')).toBe(missing('page 4', 'page 2'));
  expect(missing('page 2')).not.toBe(missing('page 3'));
});

test('events of CloudTrail are others in every run: it does not count how many of them are missing', () => {
  const unreadEvents = (what: string) =>
    missedIn({
      runtime: withGaps({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }, [{ what, reason }]),
    });
  expect(unreadEvents('CloudTrail events of eu-west-1 after page 60')).toEqual([
    { accountId, section: 'runtime', part: 'sample' },
  ]);
  expect(unreadEvents('CloudTrail events of eu-west-1 after page 2')).toEqual(unreadEvents('after page 60'));
});

test('a list that was read in part is named with what it leaves open in the fleet', () => {
  expect(missedIn({ roles: withGaps([aRole({ detail })], [{ what: 'page 2', reason }]) })).toEqual([
    { accountId, section: 'roles', part: expect.any(String) },
    { accountId, section: 'roles', part: 'fleet' },
  ]);
  expect(missedIn({ clusters: unread })).toEqual([
    { accountId, section: 'clusters', region: 'eu-west-1' },
    { accountId, region: 'eu-west-1', section: 'clusters', part: 'fleet' },
  ]);
});
