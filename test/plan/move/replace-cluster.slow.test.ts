import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { Role } from '../../../lib/model/account.ts';
import { complete } from '../../../lib/model/collected.ts';
import { endOf } from '../../../lib/plan/move/clusters.ts';
import { finishReplacement } from '../../../lib/plan/move/finish-replacement.ts';
import { wholePlan } from '../../../lib/plan/move/parts.ts';
import { replaceCluster } from '../../../lib/plan/move/replace-cluster.ts';
import { afterStep } from '../../../lib/plan/simulate.ts';
import { holds } from '../../../lib/policy/decide/formula.ts';
import { trustPolicyOf } from '../../../lib/policy/parse/trust-policy-of.ts';
import { compilePolicy } from '../../../lib/policy/who/subject-set.ts';
import { trustContextFor } from '../../../lib/rules/access/trust-context.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, anIssuer, aProvider, aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';

const newIssuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E';
const [oldPath, newPath] = [exampleIssuer, newIssuer].map(url => url.replace('https://', '')) as [string, string];
const fresh = (over: Parameters<typeof aReadCluster>[0] = {}, more: Parameters<typeof aReadCluster>[1] = {}) =>
  aReadCluster(
    { serviceAccounts: complete([aServiceAccount()]), pods: complete([]), ...over },
    { cluster: aCluster({ name: 'shop-2', issuer: newIssuer }), ...more },
  );
const world = (roles: readonly Role[], over: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({ roles: complete(roles), clusters: complete([aReadCluster(), fresh()]), ...over });
const planOf = (facts: Facts) =>
  replaceCluster(facts, [facts], { from: endOf(oldPath, [facts]), to: endOf(newPath, [facts]) });
const kindsOf = (facts: Facts) => planOf(facts).steps.map(({ change }) => change.kind);
const after = (facts: Facts): Facts => planOf(facts).steps.reduce(afterStep, facts);
const role = (statements: readonly object[], over: Partial<Role> = {}): Role =>
  aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }), ...over });
const statement = (condition: object, over: object = {}) => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: condition,
  ...over,
});
const subjects = ['checkout:cart', 'checkout:carts', 'pay:bill', 'a:b', 'kube-system:x'].map(
  name => `system:serviceaccount:${name}`,
);

/** Who of the subjects may assume the role with tokens of an issuer, certainly and possibly. */
const allowed = (facts: Facts, issuer: string, audience = 'sts.amazonaws.com') => {
  const [one] = facts.snapshot.roles.status === 'complete' ? facts.snapshot.roles.value : [];
  const parsed = one && trustPolicyOf(one);
  if (one === undefined || !parsed?.ok) throw new Error('no policy');
  const { certain, possible } = compilePolicy(parsed.policy, trustContextFor({ role: one }, facts, issuer, audience));
  return subjects.map(subject => [holds(certain, subject), holds(possible, subject)]);
};

test('the role also trusts the same service account of the second cluster, and its provider is created first', () => {
  const facts = world([aRole()]);
  const { steps, notes } = planOf(facts);
  expect(steps.map(({ change }) => change.kind)).toEqual(['provider-created', 'trust-policy']);
  expect(
    steps.map(({ access = [] }) =>
      access.flatMap(({ gains }) => gains.map(({ issuer, subjects: names }) => [issuer, names])),
    ),
  ).toEqual([
    [[newPath, ['system:serviceaccount:checkout:cart']]],
    [[newPath, ['system:serviceaccount:checkout:cart']]],
  ]);
  expect(steps.map(({ choice }) => choice)).toEqual([undefined, undefined]);
  expect(notes).toEqual([]);
  expect(allowed(after(facts), newPath)).toEqual(allowed(facts, oldPath));
  expect(allowed(after(facts), oldPath)).toEqual(allowed(facts, oldPath));
});

test('made twice it has nothing to do', () => {
  const facts = world([aRole()]);
  expect(planOf(after(facts))).toMatchObject({ steps: [], notes: [] });
});

test('the provider of the second cluster gets the audiences of the first one; one that lacks some gets those', () => {
  const wide = aProvider({ audiences: ['sts.amazonaws.com', 'vault'] });
  expect(planOf(world([aRole()], { providers: complete([wide]) })).steps[0]?.change).toMatchObject({
    audiences: ['sts.amazonaws.com', 'vault'],
  });
  const facts = world([aRole()], { providers: complete([wide, aProvider({ issuer: newIssuer })]) });
  expect(planOf(facts).steps.map(({ change }) => change)).toContainEqual(
    expect.objectContaining({ kind: 'audience-added', audience: 'vault' }),
  );
});

describe('policies of many forms', () => {
  const sub = `${oldPath}:sub`;
  const aud = `${oldPath}:aud`;
  test.each<[string, Role]>([
    [
      'several subjects',
      role([statement({ StringEquals: { [sub]: subjects.slice(0, 2), [aud]: 'sts.amazonaws.com' } })]),
    ],
    ['a pattern', role([statement({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } })])],
    [
      'two statements, one with a Sid',
      role([
        statement({ StringEquals: { [sub]: subjects[0] } }, { Sid: 'One' }),
        statement({ StringEquals: { [sub]: subjects[2] } }),
      ]),
    ],
    [
      'a statement that others share',
      role([
        {
          ...statement({ StringEquals: { [sub]: subjects[0] } }),
          Principal: { Federated: [aProvider().arn], AWS: 'arn:aws:iam::111122223333:root' },
        },
      ]),
    ],
    [
      'a Deny of one subject',
      role([
        statement({ StringLike: { [sub]: 'system:serviceaccount:*' } }),
        statement({ StringEquals: { [sub]: subjects[0] } }, { Effect: 'Deny' }),
      ]),
    ],
    ['keys in another case', role([statement({ stringequals: { [sub.toUpperCase()]: subjects[0] } })])],
    ['no test on the subject', role([statement({ StringEquals: { [aud]: 'sts.amazonaws.com' } })])],
  ])('%s: the second cluster has the same set, the first keeps its own', (_, one) => {
    const facts = world([one]);
    const done = after(facts);
    expect(kindsOf(facts)).toContain('trust-policy');
    expect(allowed(done, newPath)).toEqual(allowed(facts, oldPath));
    expect(allowed(done, oldPath)).toEqual(allowed(facts, oldPath));
    expect(allowed(facts, oldPath).flat()).toContain(true);
  });

  test.each<[string, Role, RegExp]>([
    [
      'a Deny of everyone that the first cluster’s key excepts',
      role([
        statement({ StringEquals: { [sub]: subjects[0] } }),
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringNotEquals: { [sub]: subjects[0] } },
        },
      ]),
      /not every service account/,
    ],
    ['a text that is no policy', aRole({ trustPolicy: `{"Statement": "${aProvider().arn}"` }), /cannot be read/],
  ])('%s: no step, and why', (_, one, why) => {
    const { steps, notes = [] } = planOf(world([one]));
    expect(steps.filter(({ change }) => change.kind === 'trust-policy')).toEqual([]);
    expect(notes.map(note => note.why).join()).toMatch(why);
  });
});

test('a wide trust, and a namespace that the second cluster does not have, wait for a person', () => {
  const wide = planOf(
    world([role([statement({ StringLike: { [`${oldPath}:sub`]: 'system:serviceaccount:checkout:*' } })])]),
  );
  expect(wide.steps.find(({ change }) => change.kind === 'trust-policy')?.choice).toMatch(/same wide trust/);
  const empty = world([aRole()], {
    clusters: complete([aReadCluster(), fresh({ serviceAccounts: complete([]), namespaces: complete([]) })]),
  });
  expect(planOf(empty).steps.find(({ change }) => change.kind === 'trust-policy')?.choice).toMatch(
    /trust-subject-unknown-namespace/,
  );
});

describe('the length of the policy', () => {
  const long = (count: number) =>
    role([
      statement({
        StringEquals: {
          [`${oldPath}:sub`]: Array.from({ length: count }, (_, at) => `system:serviceaccount:team-${at}:app`),
        },
      }),
    ]);
  test('within the quota: a step; beyond it: the quota or a second role, and no step for the policy', () => {
    const facts = (quota: number) => world([long(30)], { quotas: complete({ trustPolicyLength: quota }) });
    expect(kindsOf(facts(4096))).toContain('trust-policy');
    const { steps, notes = [] } = planOf(facts(2048));
    expect(steps.map(({ change }) => change.kind)).toEqual(['provider-created', 'quota-requested']);
    expect(steps[1]?.change).toMatchObject({ code: 'L-C07B4B0D', value: 4096 });
    expect(notes.map(({ why }) => why).join()).toMatch(/a second role for shop-2/);
  });
  test('a quota that was not read is the least one, and is not asked for', () => {
    const { steps, notes = [] } = planOf(world([long(30)]));
    expect(steps.map(({ change }) => change.kind)).toEqual(['provider-created']);
    expect(notes.map(({ why }) => why).join()).toMatch(/quota is 2048 unless it was raised \(it was not read\)/);
  });
});

describe('annotations of the second cluster', () => {
  const on = (account: ReturnType<typeof aServiceAccount>) =>
    world([aRole()], { clusters: complete([aReadCluster(), fresh({ serviceAccounts: complete([account]) })]) });
  test('one that is missing is set', () => {
    expect(planOf(on(aServiceAccount({ annotations: {} }))).steps.map(({ change }) => change)).toContainEqual(
      expect.objectContaining({
        kind: 'annotation',
        serviceAccount: 'cart',
        after: aRole().arn,
        cluster: expect.objectContaining({ name: 'shop-2' }),
      }),
    );
  });
  test('one that names a role of another account is told, and not changed', () => {
    const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::444455556666:role/checkout-cart' };
    const { steps, notes = [] } = planOf(on(aServiceAccount({ annotations })));
    expect(steps.map(({ change }) => change.kind)).not.toContain('annotation');
    expect(notes.map(({ why }) => why).join()).toMatch(/of account 444455556666/);
  });
  test('clusters that were not read: compare by hand', () => {
    const facts = world([aRole()], {
      clusters: complete([
        aReadCluster(),
        { ...fresh(), kubernetes: { status: 'unavailable', reason: { kind: 'denied', operation: 'x', message: 'y' } } },
      ]),
    });
    expect((planOf(facts).notes ?? []).map(({ why }) => why).join()).toMatch(/shop-2 were not read/);
  });
});

describe('Pod Identity associations', () => {
  const pods = (more: object = {}) => ({
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    ...more,
  });
  const one = {
    id: 'a-1',
    namespace: 'pay',
    serviceAccount: 'bill',
    roleArn: aRole().arn,
    sessionTags: false,
    sessionPolicy: '{"Version":"2012-10-17"}',
  };
  const facts = (statements: readonly object[], association: object = one) =>
    world([role(statements)], {
      clusters: complete([aReadCluster({}, { podIdentity: complete([association as never]) }), fresh()]),
    });
  test('are made on the second cluster with their role, session policy and tags', () => {
    const { steps } = planOf(facts([pods()]));
    expect(steps.map(({ change }) => change)).toEqual([
      expect.objectContaining({
        kind: 'association-created',
        clusterArn: expect.stringContaining('shop-2'),
        association: {
          namespace: 'pay',
          serviceAccount: 'bill',
          roleArn: aRole().arn,
          targetRoleArn: null,
          disableSessionTags: true,
          policy: '{"Version":"2012-10-17"}',
        },
      }),
    ]);
  });
  test('with a statement that names the first cluster: a copy for the second one comes first', () => {
    const tagged = { ...one, sessionTags: true };
    const { steps } = planOf(
      facts([pods({ Condition: { StringEquals: { 'aws:RequestTag/eks-cluster-arn': aCluster().arn } } })], tagged),
    );
    expect(steps.map(({ change }) => change.kind)).toEqual(['trust-policy', 'association-created']);
  });
  test('whose role refuses the second cluster: no step, and why', () => {
    const { steps, notes = [] } = planOf(
      facts([pods({ Condition: { StringLike: { 'aws:RequestTag/eks-cluster-arn': `${aCluster().arn}*x` } } })], {
        ...one,
        sessionTags: true,
      }),
    );
    expect(steps).toEqual([]);
    expect(notes.map(({ why }) => why).join()).toMatch(/not certain that role checkout-cart allows it/);
  });
});

describe('the last part', () => {
  const sub = `${oldPath}:sub`;
  const both = (over: object = {}) =>
    role(
      [
        statement({ StringEquals: { [sub]: subjects[0] } }),
        {
          ...statement({ StringEquals: { [`${newPath}:sub`]: subjects[0] } }),
          Principal: { Federated: aProvider({ issuer: newIssuer }).arn },
        },
      ],
      over,
    );
  const providers = complete([aProvider(), aProvider({ issuer: newIssuer })]);
  const idle = aReadCluster({ pods: complete([]) });
  const regions = [
    { region: 'eu-west-1', clusters: complete([idle, fresh()]) },
    { region: 'us-east-1', clusters: complete([]) },
  ];
  const seen = (from: string, events: readonly object[] = []) =>
    complete({ from, to: '2026-11-01T06:00:00.000Z', events: events as never });
  const call = {
    roleArn: aRole().arn,
    subject: subjects[0],
    region: 'eu-west-1',
    successes: 2,
    failures: [],
    userAgents: [],
    verificationMethods: [],
    lastAt: '2026-10-30T00:00:00.000Z',
  };
  const unused = {
    detail: complete({
      attachedPolicyArns: [],
      isAdministrator: false,
      tags: {},
      lastUsedAt: '2026-09-01T00:00:00.000Z',
    }),
  };
  const longAgo = '2026-10-20T00:00:00.000Z';
  const finish = (facts: Facts) =>
    finishReplacement(facts, { from: endOf(oldPath, [facts]), to: endOf(newPath, [facts]) }, 7);
  const facts = (over: Parameters<typeof someFacts>[0] = {}, one = both()) =>
    world([one], { providers, regions, ...over });

  test.each<[string, Facts]>([
    ['CloudTrail of the whole time shows no use', facts({ runtime: seen(longAgo) })],
    [
      'CloudTrail shows uses of the second cluster alone',
      facts({ runtime: seen(longAgo, [{ ...call, providerArn: aProvider({ issuer: newIssuer }).arn }]) }),
    ],
    [
      'the last use in CloudTrail is older',
      facts({
        runtime: seen(longAgo, [{ ...call, providerArn: aProvider().arn, lastAt: '2026-10-21T00:00:00.000Z' }]),
      }),
    ],
    ['IAM knows no use for so long', facts({}, both(unused))],
  ])('%s: the first cluster goes, and nothing else', (_, one) => {
    const { steps } = finish(one);
    expect(steps.map(({ change }) => change.kind)).toEqual(['trust-policy']);
    const done = steps.reduce(afterStep, one);
    expect(allowed(done, oldPath).flat()).not.toContain(true);
    expect(allowed(done, newPath)).toEqual(allowed(one, newPath));
    expect(JSON.stringify(done.snapshot.roles)).not.toContain(oldPath);
  });

  test('a provider stays while a role trusts it that nobody asked about', () => {
    const other = aRole({ name: 'other', arn: aRole().arn.replace(/[^/]+$/, 'other'), ...unused });
    const one = world([both(unused), other], { providers, regions, clusters: complete([fresh()]) });
    const move = { from: endOf(oldPath, [one]), to: endOf(newPath, [one]) };
    const { steps, notes = [] } = finishReplacement(one, move, 7, { ...wholePlan, isRole: arn => arn !== other.arn });
    expect(steps.map(({ change }) => change.kind)).toEqual(['trust-policy']);
    expect(notes).toEqual([expect.objectContaining({ why: 'It stays while 1 role still trusts it.' })]);
  });

  test.each<[string, Facts, RegExp]>([
    ['nothing was read', facts(), /CloudTrail was not read wholly.*last use was not read/],
    [
      'CloudTrail was read for too short a time',
      facts({ runtime: seen('2026-10-30T00:00:00.000Z') }),
      /read since 2026-10-30/,
    ],
    [
      'a region of calls was not read',
      facts({ runtime: seen(longAgo), regions: regions.slice(0, 1) }),
      /calls in us-east-1 were not read/,
    ],
    [
      'a call was made with a token of the first cluster',
      facts({ runtime: seen(longAgo, [{ ...call, providerArn: aProvider().arn }]) }),
      /shows a use by system:serviceaccount:checkout:cart/,
    ],
    [
      'a call was seen that IAM does not know yet',
      facts({ runtime: seen(longAgo, [{ ...call, providerArn: aProvider().arn }]) }, both(unused)),
      /shows a use by system:serviceaccount:checkout:cart/,
    ],
    [
      'a call was seen in a short reading, and IAM does not know it yet',
      facts({ runtime: seen('2026-10-29T00:00:00.000Z', [{ ...call, providerArn: aProvider().arn }]) }, both(unused)),
      /shows a use by system:serviceaccount:checkout:cart/,
    ],
    ['a call does not tell its provider', facts({ runtime: seen(longAgo, [call]) }), /shows a use/],
    [
      'a pod of the first cluster still has the role',
      facts({
        runtime: seen(longAgo),
        regions: [{ region: 'eu-west-1', clusters: complete([aReadCluster(), fresh()]) }, ...regions.slice(1)],
      }),
      /1 pod of shop has the role now/,
    ],
    [
      'the first cluster was not read inside',
      facts({
        runtime: seen(longAgo),
        regions: [
          {
            region: 'eu-west-1',
            clusters: complete([
              {
                ...idle,
                kubernetes: { status: 'unavailable', reason: { kind: 'denied', operation: 'x', message: 'y' } },
              },
              fresh(),
            ]),
          },
          ...regions.slice(1),
        ],
      }),
      /pods of shop were not all read/,
    ],
    [
      'the role does not trust the second cluster yet',
      facts({ runtime: seen(longAgo) }, aRole()),
      /does not trust shop-2 yet/,
    ],
    [
      'the first cluster is not audited, and its issuer answers',
      facts({
        runtime: seen(longAgo),
        regions: [{ region: 'eu-west-1', clusters: complete([fresh()]) }, ...regions.slice(1)],
      }),
      /still answers/,
    ],
  ])('%s: not offered, and why', (_, one, why) => {
    const { steps, notes = [] } = finish(one);
    expect(steps).toEqual([]);
    expect(notes.map(note => note.why).join()).toMatch(why);
  });

  test('the issuer of a cluster that is gone: its provider goes too', () => {
    const gone = anIssuer({
      discovery: { status: 'unavailable', reason: { kind: 'not-found', operation: 'GET', message: '404' } },
    });
    const one = facts({ issuers: [gone], regions: [{ region: 'eu-west-1', clusters: complete([fresh()]) }] });
    const { steps } = finish(one);
    expect(steps.map(({ change }) => change.kind)).toEqual(['trust-policy', 'provider-deleted']);
    const { roles, providers: left } = steps.reduce(afterStep, one).snapshot;
    expect(JSON.stringify([roles, left])).not.toContain(oldPath);
  });
});

test('a statement that no service account meets is not copied', () => {
  const { steps, notes = [] } = planOf(
    world([role([statement({ StringEquals: { [`${oldPath}:sub`]: 'system:serviceaccount:checkout:*' } })])]),
  );
  expect(steps.map(({ change }) => change.kind)).toEqual(['provider-created']);
  expect(notes.map(({ why }) => why).join()).toMatch(/nothing is copied/);
});
