/** A move from one cluster to another where a part was not read, lies in another account, or stands at a limit. */
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { clustersOf } from '../../../lib/facts/subjects-of.ts';
import type { Role } from '../../../lib/model/account.ts';
import { complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { endOf } from '../../../lib/plan/move/clusters.ts';
import { finishReplacement } from '../../../lib/plan/move/finish-replacement.ts';
import { replaceCluster } from '../../../lib/plan/move/replace-cluster.ts';
import { mirrorFault, retireFault } from '../../../lib/plan/move/same-subjects.ts';
import { usedBecause } from '../../../lib/plan/move/unused-since.ts';
import { finishPodIdentity } from '../../../lib/plan/pod-identity/finish-pod-identity.ts';
import { trustPolicyOf } from '../../../lib/policy/parse/trust-policy-of.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, anIssuer, aProvider, aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';

const newIssuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E';
const [oldPath, newPath] = [exampleIssuer, newIssuer].map(url => url.replace('https://', '')) as [string, string];
const reason = { kind: 'denied', operation: 'list', message: 'AccessDenied' } as const;
const gaps = [{ what: 'page 2', reason }];
const cart = 'system:serviceaccount:checkout:cart';
const bill = 'system:serviceaccount:pay:bill';

const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const role = (...statements: readonly object[]): Role => aRole({ trustPolicy: policyOf(...statements) });
const forPods = (issuer: string, subject: string, more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider({ issuer }).arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { [`${issuer.replace('https://', '')}:sub`]: subject }, ...more },
});
const byAgent = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  ...more,
});
const fresh = (over: Parameters<typeof aReadCluster>[0] = {}, more: Parameters<typeof aReadCluster>[1] = {}) =>
  aReadCluster(
    { serviceAccounts: complete([aServiceAccount()]), pods: complete([]), ...over },
    { cluster: aCluster({ name: 'shop-2', issuer: newIssuer }), ...more },
  );
const world = (roles: readonly Role[], over: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({ roles: complete(roles), clusters: complete([aReadCluster(), fresh()]), ...over });
const moveIn = (facts: Facts) => ({ from: endOf(oldPath, [facts]), to: endOf(newPath, [facts]) });
const planOf = (facts: Facts) => replaceCluster(facts, [facts], moveIn(facts));
const whyOf = (facts: Facts): string => (planOf(facts).notes ?? []).map(({ why }) => why).join(' ');
const stepsOf = (facts: Facts, kind: string) => planOf(facts).steps.filter(({ change }) => change.kind === kind);

describe('annotations', () => {
  test('of a list that was read in part are compared by hand', () => {
    const facts = world([aRole()], {
      clusters: complete([
        aReadCluster(),
        fresh({ serviceAccounts: withGaps([aServiceAccount({ annotations: {} })], gaps) }),
      ]),
    });
    expect(whyOf(facts)).toContain('The service accounts of shop-2 were not read');
    expect(stepsOf(facts, 'annotation')).toEqual([]);
  });

  test('of roles of accounts that are not audited are told', () => {
    const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::444455556666:role/far' };
    const facts = world([aRole()], {
      clusters: complete([
        aReadCluster({ serviceAccounts: complete([aServiceAccount({ annotations })]) }),
        fresh({ serviceAccounts: complete([aServiceAccount({ annotations: {} })]) }),
      ]),
    });
    expect(whyOf(facts)).toContain('arn:aws:iam::444455556666:role/far: their accounts are not audited');
  });
});

describe('associations', () => {
  const association = { id: 'a-1', namespace: 'pay', serviceAccount: 'bill', roleArn: aRole().arn, sessionTags: true };
  const facts = (one: object, statements: readonly object[], there = complete<readonly never[]>([])) =>
    world([role(...statements)], {
      clusters: complete([
        aReadCluster({}, { podIdentity: complete([one as never]) }),
        fresh({}, { podIdentity: there }),
      ]),
    });

  test('of a role of another account are not made', () => {
    const one = { ...association, roleArn: 'arn:aws:iam::444455556666:role/far' };
    const found = facts(one, [byAgent()]);
    expect(stepsOf(found, 'association-created')).toEqual([]);
    expect(whyOf(found)).toContain('is not of the account 111122223333 of shop-2');
  });

  test('need both actions, unless they have no session tags', () => {
    const alone = [byAgent({ Action: 'sts:AssumeRole' })];
    expect(whyOf(facts(association, alone))).toContain('sts:TagSession');
    expect(stepsOf(facts({ ...association, sessionTags: false }, alone), 'association-created')).toHaveLength(1);
  });

  test('without session tags do not meet a condition on one', () => {
    const tagged = [byAgent({ Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'pay' } } })];
    expect(stepsOf(facts(association, tagged), 'association-created')).toHaveLength(1);
    const untagged = facts({ ...association, sessionTags: false }, tagged);
    expect(stepsOf(untagged, 'association-created')).toEqual([]);
    expect(whyOf(untagged)).toContain('not certain that role checkout-cart allows it sts:AssumeRole');
  });

  test('of a cluster whose own were not read are compared by hand', () => {
    const found = facts(association, [byAgent()], unavailable(reason));
    expect(stepsOf(found, 'association-created')).toEqual([]);
    expect(whyOf(found)).toContain('They were not all read (list: AccessDenied)');
  });

  test('a Deny for the first cluster is not copied to the second', () => {
    const named = { StringEquals: { 'aws:RequestTag/eks-cluster-name': 'shop' } };
    const found = facts(association, [byAgent(), byAgent({ Effect: 'Deny', Condition: named })]);
    expect(stepsOf(found, 'trust-policy')).toEqual([]);
    expect(stepsOf(found, 'association-created')).toHaveLength(1);
  });

  test('a test that the cluster is not the first one is not copied', () => {
    const named = { StringNotEquals: { 'aws:RequestTag/eks-cluster-name': 'shop' } };
    expect(stepsOf(facts(association, [byAgent({ Condition: named })]), 'trust-policy')).toEqual([]);
  });
});

describe('policies', () => {
  test('a statement that has its copy is not copied again', () => {
    const one = role(forPods(exampleIssuer, cart), forPods(newIssuer, cart), forPods(exampleIssuer, bill));
    const [step] = stepsOf(world([one]), 'trust-policy');
    const after = step?.change.kind === 'trust-policy' ? JSON.parse(step.change.after).Statement : [];
    expect(after).toHaveLength(4);
  });

  test('tests on the network are copied as they are, and told', () => {
    const one = role(forPods(exampleIssuer, cart, { IpAddress: { 'aws:SourceIp': '52.0.0.0/8' } }));
    expect(whyOf(world([one]))).toMatch(/tests on aws:SourceIp are copied as they are/i);
  });

  test('roles of a list that was read in part: others may trust the cluster', () => {
    expect(whyOf(world([], { roles: withGaps([aRole()], gaps) }))).toContain(
      'They were not all read (list: AccessDenied): others may trust the first cluster',
    );
  });

  test('that are as long as the quota are set, and not one character longer', () => {
    const many = Array.from({ length: 30 }, (_, at) => `system:serviceaccount:team-${at}:app`);
    const statement = forPods(exampleIssuer, cart);
    const long = role({ ...statement, Condition: { StringEquals: { [`${oldPath}:sub`]: many } } });
    const within = (quota: number) => world([long], { quotas: complete({ trustPolicyLength: quota }) });
    const length = Number(/would have (\d+) characters/.exec(whyOf(within(2048)))?.[1]);
    expect(stepsOf(within(length), 'trust-policy')).toHaveLength(1);
    expect(stepsOf(within(length - 1), 'trust-policy')).toEqual([]);
  });
});

test.each([
  [8, 1],
  [15, 0],
])(
  'for a policy of %s service accounts twice the quota is asked for %s times: AWS grants 8,192 characters at most',
  (count, asked) => {
    const many = Array.from({ length: count }, (_, at) => `system:serviceaccount:team-${100 + at}:${'a'.repeat(250)}`);
    const long = role({ ...forPods(exampleIssuer, cart), Condition: { StringEquals: { [`${oldPath}:sub`]: many } } });
    const facts = world([long], { quotas: complete({ trustPolicyLength: 4096 }) });
    expect(stepsOf(facts, 'trust-policy')).toEqual([]);
    expect(stepsOf(facts, 'quota-requested').map(({ change }) => change)).toEqual(
      asked === 0 ? [] : [expect.objectContaining({ value: 8192 })],
    );
  },
);

test.each([
  [1, 0, /has 1 provider and the quota is 1/],
  [2, 1, /^$/],
])('a quota of %s providers leaves room for %s', (oidcProviders, made, why) => {
  const facts = world([aRole()], { quotas: complete({ oidcProviders }) });
  expect(stepsOf(facts, 'provider-created')).toHaveLength(made);
  expect(whyOf(facts)).toMatch(why);
});

describe('the last part', () => {
  const both = [forPods(exampleIssuer, cart), forPods(newIssuer, cart)];
  const gone = anIssuer({ discovery: unavailable({ kind: 'not-found', operation: 'GET', message: '404' }) });
  const finish = (roles: Facts['snapshot']['roles']) => {
    const facts = someFacts({
      roles,
      providers: complete([aProvider(), aProvider({ issuer: newIssuer })]),
      regions: [{ region: 'eu-west-1', clusters: complete([fresh()]) }],
      issuers: [gone],
    });
    const { steps, notes = [] } = finishReplacement(facts, moveIn(facts), 7);
    return [steps.map(({ change }) => change.kind), notes.map(({ why }) => why).join()];
  };

  test('takes the statement and the provider of a cluster that is gone', () => {
    expect(finish(complete([role(...both)]))).toEqual([['trust-policy', 'provider-deleted'], '']);
  });

  test('keeps the provider while not all roles were read', () => {
    expect(finish(withGaps([role(...both)], gaps))).toEqual([
      ['trust-policy'],
      expect.stringContaining('not all roles were read'),
    ]);
  });

  test('keeps a policy with another test on the first cluster', () => {
    const tested = forPods(newIssuer, cart, { StringNotEqualsIfExists: { [`${oldPath}:sub`]: bill } });
    expect(finish(complete([role(forPods(exampleIssuer, cart), tested)]))).toEqual([
      [],
      expect.stringContaining(`a condition still names ${oldPath}`),
    ]);
  });
});

describe('the proof of an edit', () => {
  const faultOf = (before: readonly object[], after: readonly object[]) => {
    const [was, is] = [before, after].map(list => trustPolicyOf({ trustPolicy: policyOf(...list) }));
    if (!was?.ok || !is?.ok) throw new Error('no policy');
    const one = role(...before);
    const facts = world([one], { providers: complete([aProvider(), aProvider({ issuer: newIssuer })]) });
    const edit = { role: one, before: was.policy, after: is.policy, facts };
    return [mirrorFault(edit, moveIn(facts)), retireFault(edit, oldPath)];
  };
  const [old, copy] = [forPods(exampleIssuer, cart), forPods(newIssuer, cart)];
  const person = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'sts:AssumeRole' };

  test.each<[string, readonly object[], readonly object[], string | undefined]>([
    ['the copy', [old], [old, copy], undefined],
    ['another service account', [old], [old, forPods(newIssuer, bill)], 'could assume the role'],
    ['the first cluster loses it', [old], [copy], 'could assume the role with audience'],
    ['somebody else gains', [old], [old, copy, person], 'other principals would gain or lose'],
    ['somebody else loses', [old, person], [old, copy], 'other principals would gain or lose'],
  ])('mirrored: %s', (_of, before, after, fault) => {
    const [found] = faultOf(before, after);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(fault);
  });

  test.each<[string, readonly object[], readonly object[], string | undefined]>([
    ['the first cluster alone', [old, copy], [copy], undefined],
    ['nothing is taken', [old, copy], [old, copy], 'could still assume the role'],
    ['the second one loses too', [old, copy], [person], 'would gain or lose the role'],
    ['somebody else gains', [old, copy], [copy, person], 'other principals would gain or lose'],
  ])('retired: %s', (_of, before, after, fault) => {
    const [, found] = faultOf(before, after);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(fault);
  });
});

describe('the days without a use', () => {
  const onDay = (days: number) => new Date(Date.parse('2026-11-01T06:00:00.000Z') - days * 86_400_000).toISOString();
  const call = {
    roleArn: aRole().arn,
    providerArn: aProvider().arn,
    subject: cart,
    region: 'eu-west-1',
    successes: 1,
    failures: [],
    userAgents: [],
    verificationMethods: [],
  };
  const because = (from: number, lastAt?: number, over: object = {}) => {
    const events = lastAt === undefined ? [] : [{ ...call, lastAt: onDay(lastAt), ...over }];
    const facts = someFacts({
      roles: complete([aRole()]),
      regions: [
        { region: 'eu-west-1', clusters: complete([aReadCluster({ pods: complete([]) })]) },
        { region: 'us-east-1', clusters: complete([]) },
      ],
      runtime: complete({ from: onDay(from), to: onDay(0), events }),
    });
    return usedBecause(aRole(), facts, { from: endOf(oldPath, [facts]) }, 7);
  };

  test.each([
    [7, undefined, {}, undefined],
    [6, undefined, {}, 'was read since'],
    [30, 7, {}, undefined],
    [30, 6, {}, 'shows a use by'],
    [30, 6, { successes: 0 }, undefined],
    [30, 6, { roleArn: 'arn:aws:iam::111122223333:role/other' }, undefined],
  ])('read for %s days, the last use %s days ago %j', (from, lastAt, over, why) => {
    const found = because(from, lastAt, over);
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(why);
  });
});

test('who a policy trusts cannot be told within the stated work: it stays', () => {
  const complex = { ...forPods(exampleIssuer, cart), Condition: complexCondition(`${oldPath}:sub`) };
  const podIdentity = complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn }]);
  const facts = world([role(complex, byAgent())], {
    clusters: complete([aReadCluster({ pods: complete([]) }, { podIdentity })]),
  });
  const { steps, notes = [] } = finishPodIdentity(facts, clustersOf(facts.snapshot), 7);
  expect([steps, notes.map(({ why }) => why)]).toEqual([
    [],
    [expect.stringContaining('service accounts that could not all be named can assume it by a token of shop')],
  ]);
});
