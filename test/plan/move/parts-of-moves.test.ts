import { expect, test } from '@jest/globals';
import type { Role } from '../../../lib/model/account.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { iamQuotas } from '../../../lib/model/quotas.ts';
import type { AssumeEvents } from '../../../lib/model/runtime.ts';
import { endOf } from '../../../lib/plan/move/clusters.ts';
import { replaceCluster } from '../../../lib/plan/move/replace-cluster.ts';
import { secondRole } from '../../../lib/plan/move/second-role.ts';
import { terraformOfPlan } from '../../../lib/plan/move/terraform-statements.ts';
import { usedBecause } from '../../../lib/plan/move/unused-since.ts';
import { callersOf } from '../../../lib/plan/pod-identity/callers.ts';
import { hasAgent } from '../../../lib/plan/pod-identity/obstacles.ts';
import { aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import {
  aCluster,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import { golden } from '../../support/golden.ts';
import { used } from '../../support/impact-world.ts';

/** The parts that plans of moves are made of, each by itself. */

const newIssuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E';
const green = aCluster({ name: 'green', issuer: newIssuer, arn: aCluster().arn.replace('shop', 'green') });
const both = complete([aReadCluster(), aReadCluster({}, { cluster: green })]);
const path = (issuer: string): string => issuer.replace('https://', '');
type World = Parameters<typeof someFacts>[0];
const permissions = (over: object) =>
  complete({
    roles: { [aRole().arn]: { inline: [], attached: [], instanceProfiles: [], tags: {}, ...over } },
    policies: {},
    levels: {},
  });

const second = (over: World = {}, role = aRole(), quota = 4096) => {
  const facts = someFacts({
    ...{ clusters: both, roles: complete([role]) },
    providers: complete([aProvider(), aProvider({ issuer: newIssuer })]),
    ...over,
  });
  const [from, to] = [exampleIssuer, newIssuer].map(issuer => endOf(path(issuer), [facts])) as [
    ReturnType<typeof endOf>,
    ReturnType<typeof endOf>,
  ];
  return secondRole(role, facts, { from, to }, quota);
};
const commands = (found: ReturnType<typeof second>): readonly string[] =>
  found.lines.filter(line => line.startsWith('$ ')).map(line => line.replace(/^.* && /, ''));

test('a second role has the policies, the boundary and the tags of the first one, but no tag of AWS', () => {
  const rolePermissions = permissions({
    attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::111122223333:policy/own'],
    inline: [{ name: 'in', document: '{\n "Version": "2012-10-17"\n}' }],
    boundary: 'arn:aws:iam::111122223333:policy/boundary',
    tags: { team: 'shop', 'AWS:cloudformation:stack-name': 'x', 'aws:y': 'z' },
  });
  const name = '--role-name checkout-cart-green';
  expect(commands(second({ rolePermissions })).slice(1)).toEqual([
    `aws iam attach-role-policy ${name} --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess`,
    `aws iam attach-role-policy ${name} --policy-arn arn:aws:iam::111122223333:policy/own`,
    `aws iam put-role-policy ${name} --policy-name in --policy-document '{"Version":"2012-10-17"}'`,
    `aws iam tag-role ${name} --tags '[{"Key":"team","Value":"shop"}]'`,
  ]);
  expect(commands(second({ rolePermissions }))[0]).toMatch(
    /^aws iam create-role --role-name checkout-cart-green --path \/ --assume-role-policy-document '.*' --permissions-boundary arn:aws:iam::111122223333:policy\/boundary$/,
  );
  expect(commands(second())).toEqual([expect.not.stringContaining('boundary')]);
});

test('its name is free: names are compared without case, and keep to 64 characters', () => {
  const nameIn = (names: readonly string[], role: Role = aRole()) =>
    /--role-name (\S+)/.exec(
      commands(second({ roles: complete([role, ...names.map(name => aRole({ name }))]) }, role))[0] ?? '',
    )?.[1];
  expect(nameIn([])).toBe('checkout-cart-green');
  expect(nameIn(['Checkout-Cart-GREEN'])).toBe('checkout-cart-green-2');
  expect(nameIn(['checkout-cart-green', 'checkout-cart-green-2'])).toBe('checkout-cart-green-3');
  expect(nameIn([], aRole({ name: 'r'.repeat(64) }))).toBe(`${'r'.repeat(58)}-green`);
});

test('its trust policy may have as many characters as the quota, and no more', () => {
  const { policy } = second();
  const { length } = JSON.stringify(policy).replace(/\s/g, '');
  expect([length - 1, length].map(quota => second({}, aRole(), quota).policy !== undefined)).toEqual([false, true]);
  expect(second({}, aRole(), length - 1).lines).toEqual([
    `A second role for green has no room either: its trust policy alone would have ${length} characters. Split its service accounts over several roles, or test fewer names by a pattern.`,
  ]);
});

const replaced = (facts: ReturnType<typeof someFacts>, all: readonly ReturnType<typeof someFacts>[]) => {
  const [from, to] = [exampleIssuer, newIssuer].map(issuer => endOf(path(issuer), all)) as [
    ReturnType<typeof endOf>,
    ReturnType<typeof endOf>,
  ];
  return replaceCluster(facts, all, { from, to });
};

test('annotations are those of the account of the second cluster, roles and providers those of each', () => {
  const other = '444455556666';
  const bare = complete([aServiceAccount({ annotations: {} })]);
  const here = someFacts({
    clusters: complete([aReadCluster(), aReadCluster({ serviceAccounts: bare }, { cluster: green })]),
    roles: complete([aRole()]),
  });
  const there = someFacts({
    ...{ accountId: other, clusters: complete([]) },
    providers: complete([aProvider({ accountId: other })]),
    roles: complete([
      aRole({ arn: `arn:aws:iam::${other}:role/far`, name: 'far', trustPolicy: aTrustPolicy({ accountId: other }) }),
    ]),
  });
  const kinds = (facts: typeof here) => replaced(facts, [here, there]).steps.map(({ change }) => change.kind);
  expect(kinds(here)).toEqual(['provider-created', 'trust-policy', 'annotation']);
  expect(kinds(there)).toEqual(['provider-created', 'trust-policy']);
});

test('an annotation that is there already is not set again', () => {
  const audience = { 'eks.amazonaws.com/audience': 'vault' };
  const { annotations } = aServiceAccount();
  const inside = (own: Readonly<Record<string, string>>) => ({
    serviceAccounts: complete([aServiceAccount({ annotations: own })]),
  });
  const keysFor = (own: Readonly<Record<string, string>>) => {
    const facts = someFacts({
      clusters: complete([
        aReadCluster(inside({ ...annotations, ...audience })),
        aReadCluster(inside(own), { cluster: green }),
      ]),
      roles: complete([aRole()]),
    });
    return replaced(facts, [facts]).steps.flatMap(({ change }) =>
      change.kind === 'annotation' ? [[change.key, change.before, change.after]] : [],
    );
  };
  const role = ['eks.amazonaws.com/role-arn', undefined, aRole().arn];
  expect(keysFor({})).toEqual([role, ['eks.amazonaws.com/audience', undefined, 'vault']]);
  expect(keysFor(audience)).toEqual([role]);
  expect(keysFor({ 'eks.amazonaws.com/audience': 'app' })).toEqual([
    role,
    ['eks.amazonaws.com/audience', 'app', 'vault'],
  ]);
  expect(keysFor({ ...annotations })).toEqual([]);
});

test.each([
  [2048, 4096],
  [3000, 6000],
  [4090, 8180],
  [5000, 8192],
])('of a quota of %i the double is asked for, and %i at most', (trustPolicyLength, value) => {
  const { most } = iamQuotas.trustPolicyLength;
  const names = Array.from({ length: 40 }, (_, at) => `system:serviceaccount:checkout:${'c'.repeat(180)}-${at}`);
  const policyOf = (count: number): string =>
    aTrustPolicy({
      condition: {
        StringEquals: {
          [`${path(exampleIssuer)}:aud`]: 'sts.amazonaws.com',
          [`${path(exampleIssuer)}:sub`]: names.slice(0, count),
        },
      },
    });
  // As many names as make the policy of both clusters just too long.
  const count = names.findIndex((_, at) => 2 * policyOf(at + 1).length > trustPolicyLength + 200) + 1;
  const facts = someFacts({
    clusters: both,
    roles: complete([aRole({ trustPolicy: policyOf(count) })]),
    quotas: complete({ trustPolicyLength }),
  });
  const [asked] = replaced(facts, [facts]).steps.filter(({ change }) => change.kind === 'quota-requested');
  expect(asked?.change).toMatchObject({ value: Math.min(most, value) });
});

test('of a quota whose double is too little for the policy as much is asked for as it needs', () => {
  const names = Array.from({ length: 10 }, (_, at) => `system:serviceaccount:checkout:${'c'.repeat(200)}-${at}`);
  const StringEquals = { [`${path(exampleIssuer)}:aud`]: 'sts.amazonaws.com', [`${path(exampleIssuer)}:sub`]: names };
  const facts = someFacts({
    clusters: both,
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition: { StringEquals } }) })]),
    quotas: complete({ trustPolicyLength: 2048 }),
  });
  const { steps, notes = [] } = replaced(facts, [facts]);
  const length = Number(/would have (\d+) characters/.exec(notes.map(({ why }) => why).join())?.[1]);
  expect(length).toBeGreaterThan(4096);
  expect(steps.map(({ change }) => change)).toContainEqual(
    expect.objectContaining({ kind: 'quota-requested', value: length }),
  );
});

const subject = 'system:serviceaccount:checkout:cart';
const event = (over: Partial<AssumeEvents> = {}): AssumeEvents => ({
  ...{ roleArn: aRole().arn, subject, providerArn: aProvider().arn, region: 'eu-west-1', successes: 1 },
  ...{ failures: [], userAgents: [], verificationMethods: [], lastAt: '2026-10-25T06:00:00.000Z' },
  ...over,
});
const since = (from: string, ...events: readonly AssumeEvents[]) =>
  complete({ from, to: '2026-11-01T06:00:00Z', events });
const month = '2026-10-01T06:00:00.000Z';
const read = { clusters: complete([aReadCluster({ pods: complete([]) })]) };
const because = (over: World, role = aRole(used()), one?: string, days = 14) => {
  const facts = someFacts({ ...read, ...over });
  const users = { from: endOf(path(exampleIssuer), [facts]), ...(one === undefined ? {} : { subject: one }) };
  return usedBecause(role, facts, users, days);
};
const unread = aRole();
const regions = (partition: 'aws' | 'aws-us-gov', ...names: readonly string[]): World => ({
  partition,
  clusters: undefined as never,
  regions: names.map(region => ({ region, clusters: region === 'eu-west-1' ? read.clusters : complete([]) })),
});

test.each<readonly [string, string | undefined, string | undefined]>([
  [
    'a call',
    because({ runtime: since(month, event()) }),
    'CloudTrail shows a use by system:serviceaccount:checkout:cart at 2026-10-25T06:00:00.000Z',
  ],
  [
    'a cluster that is gone, whose issuer answered for another one',
    because({
      clusters: complete([]),
      issuers: [anIssuer({ discovery: complete({ issuer: newIssuer, jwksUri: `${newIssuer}/keys` }) })],
    }),
    'whether its cluster is gone: the issuer did not answer that it does not exist',
  ],
  ['a call of before', because({ runtime: since(month, event({ lastAt: '2026-10-18T06:00:00.000Z' })) }), undefined],
  [
    'a call of the first of those days',
    because({ runtime: since(month, event({ lastAt: '2026-10-18T06:00:01.000Z' })) }),
    'CloudTrail shows a use by system:serviceaccount:checkout:cart at 2026-10-18T06:00:01.000Z',
  ],
  ['a call that did not get it', because({ runtime: since(month, event({ successes: 0 })) }), undefined],
  ['a call for another role', because({ runtime: since(month, event({ roleArn: `${aRole().arn}-2` })) }), undefined],
  [
    'a call with a token of another cluster',
    because({ runtime: since(month, event({ providerArn: aProvider({ issuer: newIssuer }).arn })) }),
    undefined,
  ],
  [
    'a call whose caller is not told',
    because({ runtime: since(month, (({ subject: _, providerArn: __, ...one }) => one)(event())) }, undefined, subject),
    'CloudTrail shows a use by an unnamed subject at 2026-10-25T06:00:00.000Z',
  ],
  [
    'a call of another service account',
    because({ runtime: since(month, event({ subject: `${subject}s` })) }, undefined, subject),
    undefined,
  ],
  [
    'a call, whatever IAM says',
    because({ runtime: since(month, event()) }, aRole(used('2026-06-01T06:00:00.000Z'))),
    'CloudTrail shows a use by system:serviceaccount:checkout:cart at 2026-10-25T06:00:00.000Z',
  ],
  [
    'calls that were read for too short',
    because({ runtime: since('2026-10-18T06:00:01.000Z') }, unread),
    'CloudTrail was read since 2026-10-18T06:00:01.000Z alone; IAM’s last use was not read (--role-details)',
  ],
  [
    'calls that were read for just as long',
    because({ ...regions('aws', 'eu-west-1', 'us-east-1'), runtime: since('2026-10-18T06:00:00.000Z') }, unread),
    undefined,
  ],
  [
    'calls of the global endpoint that were not read',
    because({ runtime: since(month) }, unread),
    'calls in us-east-1 were not read (--region); IAM’s last use was not read (--role-details)',
  ],
  [
    'a partition without it',
    because({ ...regions('aws-us-gov', 'eu-west-1'), runtime: since(month) }, unread),
    undefined,
  ],
  [
    'calls that were not read, and a last use before those days',
    because({}, aRole(used('2026-10-18T06:00:00.000Z'))),
    undefined,
  ],
  [
    'calls that were not read, and a last use in those days',
    because({}, aRole(used('2026-10-18T06:00:01.000Z'))),
    expect.stringMatching(
      /^CloudTrail was not read wholly \(.*; --cloud-trail\); IAM says that the role was last used at 2026-10-18T06:00:01.000Z, and does not name the caller$/,
    ) as never,
  ],
  [
    'two pods',
    because({ clusters: complete([aReadCluster({ pods: complete([aPod(), aPod({ name: 'b' })]) })]) }),
    '2 pods of shop have the role now (checkout/cart-7d9f6c5b8-x2x4z and checkout/b)',
  ],
  [
    'one pod of the service account',
    because({ clusters: complete([aReadCluster()]) }, undefined, subject),
    '1 pod of shop has the role now (checkout/cart-7d9f6c5b8-x2x4z)',
  ],
  [
    'a pod of another service account',
    because({ runtime: since(month), clusters: complete([aReadCluster()]) }, undefined, `${subject}s`),
    undefined,
  ],
])('a use of a role: %s', (_, is, should) => expect(is).toEqual(should));

test('programs are judged by the calls of this service account for this role alone', () => {
  const agents = (userAgents: readonly string[], over: Partial<AssumeEvents> = {}) =>
    callersOf(aRole().arn, subject, someFacts({ runtime: since(month, event({ userAgents, ...over })) }));
  const old = ['Boto3/1.20.0 md/Botocore#1.20.0'];
  expect(agents(old).kind).toBe('too-old');
  for (const over of [{ roleArn: `${aRole().arn}-2` }, { subject: `${subject}s` }, { successes: 0 }])
    expect(agents(old, over)).toEqual({
      kind: 'unknown',
      why: 'CloudTrail shows no call of it in the time that was read',
    });
  expect(callersOf(aRole().arn, subject, someFacts())).toEqual({
    kind: 'unknown',
    why: 'CloudTrail was not read (--cloud-trail shows the SDKs)',
  });
});

test('the agent is known by its add-on or its pods; what of both was not read is told', () => {
  const denied = (operation: string) => unavailable<never>({ kind: 'denied', operation, message: 'no' });
  const none = complete([]);
  const agent = (addons: ReturnType<typeof aReadCluster>['addons'], inside: Parameters<typeof aReadCluster>[0]) =>
    hasAgent(aReadCluster(inside, { addons }));
  expect([
    agent(none, { pods: none }),
    agent(denied('eks:ListAddons'), { pods: none }),
    agent(none, { pods: denied('list pods') }),
    hasAgent(aReadCluster({}, { addons: none, kubernetes: denied('list') })),
  ]).toEqual([
    false,
    ...['eks:ListAddons', 'list pods', 'list'].map(one => `whether the agent runs was not read (${one}: no)`),
  ]);
});

test('as Terraform: whole blocks of each step, what has no block as JSON', () => {
  const association = {
    ...{ namespace: 'checkout', serviceAccount: '1st', roleArn: aRole().arn, tags: {} },
    ...{ targetRoleArn: 'arn:aws:iam::444455556666:role/far', disableSessionTags: true, policy: '{}' },
  };
  const plain = { ...association, targetRoleArn: null, disableSessionTags: null, policy: null };
  const clusterArn = aCluster().arn;
  const before = aTrustPolicy();
  const after = JSON.stringify({
    Statement: [
      { Effect: 'Deny', Principal: { AWS: ['a', 'b'] }, Action: 'sts:*', Condition: { Bool: { x: 'true' } } },
      { Effect: 'Allow', Principal: '*', Action: 'x' },
      { Effect: 'Allow', NotPrincipal: { AWS: 'a' }, Action: 'x' },
    ],
  });
  const steps = [
    { kind: 'trust-policy', roleArn: aRole().arn, before, after } as const,
    { kind: 'provider-created', providerArn: aProvider().arn, audiences: ['sts.amazonaws.com'] } as const,
    { kind: 'audience-added', providerArn: aProvider().arn, audience: 'vault' } as const,
    { kind: 'association-created', clusterArn, association } as const,
    { kind: 'association-created', clusterArn, association: plain } as const,
    { kind: 'association-created', clusterArn, association: { ...plain, disableSessionTags: false } } as const,
    { kind: 'addon-created', clusterArn, addon: 'x' } as const,
  ].map(change => ({ change, findingIds: [] }));
  const notes = [{ about: 'Role x', why: 'no room', trustPolicy: JSON.parse(before) }];
  golden('plan-terraform.txt', terraformOfPlan({ steps, fixed: [], left: [], notes }));
  expect(steps).toHaveLength(7);
});

test('an end is the cluster with exactly this issuer, else the issuer alone', () => {
  const facts = someFacts({ clusters: both });
  expect(endOf(path(newIssuer), [facts])).toMatchObject({ name: 'green', issuer: path(newIssuer) });
  const shorter = path(newIssuer).slice(0, -1);
  expect(endOf(shorter, [facts])).toEqual({ name: shorter, issuer: shorter });
});
