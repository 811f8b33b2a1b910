import { describe, expect, test } from '@jest/globals';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { type Collected, complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { AssumeEvents } from '../../lib/model/runtime.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { anIssuer, aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';
import { evaluate } from '../support/whole/evaluate.ts';

const reason = { kind: 'timed-out', operation: 'read', message: 'no answer' } as const;
const unread = unavailable<never>(reason);
const partly = <T>(value: T): Collected<T> => withGaps(value, [{ what: 'page 2', reason }]);
const host = exampleIssuer.slice('https://'.length);
const dead = exampleIssuer.replace('5C1D', '0000');

type World = Parameters<typeof someFacts>[0];

/** The kinds of transitions of a rule, when a run of the second world follows one of the first. */
const steps = (before: World, after: World, ruleId: string): readonly string[] => {
  const judge = (world: World) => evaluate(someFacts(world), { rules: catalog });
  const first = reconcile(nothingKnown, judge(before), aRun(1));
  const known = stateAfter(nothingKnown, first, aRun(1).at);
  return reconcile(known, judge(after), aRun(2))
    .transitions.filter(({ after: { finding } }) => finding.ruleId === ruleId)
    .map(({ kind }) => kind);
};
const found = (world: World, ruleId: string): readonly string[] =>
  evaluate(someFacts(world), { rules: catalog })
    .findings.filter(one => one.ruleId === ruleId)
    .map(({ severity }) => severity);

const call: AssumeEvents = {
  roleArn: aRole().arn,
  subject: 'system:serviceaccount:checkout:cart',
  providerArn: aProvider().arn,
  region: 'eu-west-1',
  successes: 0,
  failures: [{ errorCode: 'AccessDenied', errorMessage: '', count: 5, lastAt: '2026-11-01T05:00:00.000Z' }],
  userAgents: ['aws-sdk-java/1.11.600'],
  verificationMethods: [],
  lastAt: '2026-11-01T05:00:00.000Z',
};
const calls = (...events: readonly AssumeEvents[]) => ({
  from: '2026-10-31T23:00:00Z',
  to: '2026-11-01T06:00:00Z',
  events,
});

describe('an ARN that CloudTrail and IAM share', () => {
  const missing = aRole({ trustPolicy: aTrustPolicy({ issuer: dead }) });

  test('a role on a page that was not read is not fixed because its calls were', () => {
    const runtime = complete(calls(call));
    const before = { roles: complete([missing]), runtime };
    expect(steps(before, { roles: partly([]), runtime }, 'trust-provider-missing')).toEqual(['unconfirmed']);
  });

  test.each([
    ['were not read', unread],
    ['were read in part', partly(calls())],
  ])('calls for a role that is gone are not fixed when they %s', (_title, runtime) => {
    const before = { roles: complete([]), runtime: complete(calls(call)) };
    expect(steps(before, { ...before, runtime }, 'runtime-sdk-unsupported')).toEqual(['unconfirmed']);
  });

  test('calls for a role that is there are not fixed by a page without them', () => {
    const after = { runtime: partly(calls()) };
    expect(steps({ runtime: complete(calls(call)) }, after, 'runtime-sdk-unsupported')).toEqual(['unconfirmed']);
  });
});

describe('a provider without a cluster', () => {
  const providers = complete([aProvider(), aProvider({ issuer: dead, audiences: ['vault'] })]);
  const silent = anIssuer({ url: dead, discovery: unavailable({ ...reason, kind: 'not-found' }) });

  test('is an orphan while its issuer does not answer', () =>
    expect(found({ providers, issuers: [anIssuer(), silent] }, 'provider-orphaned')).toEqual(['medium']));

  test('is an orphan where its issuer is not there, whatever CloudTrail saw before or could not tell', () => {
    const used = { ...call, providerArn: aProvider({ issuer: dead }).arn };
    for (const runtime of [unread, complete(calls(used)), partly(calls())])
      expect(found({ providers, issuers: [anIssuer(), silent], runtime }, 'provider-orphaned')).toEqual(['medium']);
  });

  test.each<[string, World]>([
    ['no issuer was probed', { issuers: [] }],
    ['its issuer was too busy', { issuers: [anIssuer({ url: dead, discovery: unread })] }],
    ['CloudTrail was not read', { runtime: unread }],
    ['CloudTrail was read in part', { runtime: partly(calls()) }],
  ])('is none that is known where %s', (_title, world) => {
    expect(found({ providers, ...world }, 'provider-orphaned')).toEqual([]);
    expect(found({ providers, ...world }, 'provider-audience-missing')).toEqual([]);
  });

  test('has no audience too few as long as its cluster is on a page that was not read', () => {
    expect(found({ providers, clusters: partly([]) }, 'provider-audience-missing')).toEqual([]);
  });

  test('is no slip of the pen while the right one may stand on a page that was not read', () => {
    const slipped = [aProvider({ issuer: `${exampleIssuer}/` })];
    expect(found({ providers: complete(slipped) }, 'provider-url-mismatch')).toEqual(['high']);
    expect(found({ providers: partly(slipped) }, 'provider-url-mismatch')).toEqual([]);
  });
});

describe('a role that accepts another audience than its service account asks for', () => {
  const vault = { roles: complete([aRole({ trustPolicy: aTrustPolicy().replace('sts.amazonaws.com', 'vault') })]) };
  const inside = { ...vault, clusters: complete([aReadCluster()]), settings: { inCluster: true } };
  const both = { ...inside, providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]) };
  const blurred = { ...inside, providers: complete([aProvider({ detail: unread })]) };
  const rule = 'service-account-role-not-trusting';

  test('does not begin to refuse the service account because its provider was not read', () => {
    expect(found(both, rule)).toEqual([]);
    expect(found(blurred, rule)).toEqual([]);
    expect(found({ ...inside, providers: partly([]) }, rule)).toEqual([]);
  });

  test('refuses it all the same where no audience would help', () => {
    const other = aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:kube-system:cart' }) });
    expect(found({ ...blurred, roles: complete([other]) }, rule)).toEqual(['high']);
  });
});

describe('which subjects a statement allows through a provider that was not read', () => {
  const policy = (condition: unknown) => ({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
  const tested = policy({
    StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' },
    StringLike: { [`${host}:sub`]: 'system:serviceaccount:*:cart' },
  });
  const untested = policy({ StringLike: { [`${host}:sub`]: 'system:serviceaccount:*:cart' } });
  const blurred = { providers: complete([aProvider({ detail: unread })]) };

  test('is told by the text where the audience decides', () => {
    expect(steps(tested, { ...tested, ...blurred }, 'trust-any-namespace')).toEqual([]);
    expect(found({ ...tested, ...blurred }, 'trust-any-namespace')).toEqual(['high']);
  });

  test('is known where it does not', () =>
    expect(found({ ...untested, ...blurred }, 'trust-any-namespace')).toEqual(['high']));

  test('is told by the text where there may be no such provider', () =>
    expect(found({ ...untested, providers: partly([]) }, 'trust-any-namespace')).toEqual(['medium']));

  test('of two providers, leaves open what was found of the one that was not read', () => {
    const other = exampleIssuer.replace('5C1D', '7777');
    const trustPolicy = aTrustPolicy({ condition: {} }).replace(
      JSON.stringify(aProvider().arn),
      JSON.stringify([aProvider().arn, aProvider({ issuer: other }).arn]),
    );
    const roles = complete([aRole({ trustPolicy })]);
    const both = { roles, providers: complete([aProvider(), aProvider({ issuer: other })]) };
    expect(steps(both, { roles, providers: partly([aProvider()]) }, 'trust-any-subject')).toEqual([]);
  });

  test('leaves a name that does not exist as it was', () => {
    const clusters = complete([aReadCluster()]);
    for (const [ruleId, subject, kinds] of [
      // The name breaks nothing where no token is accepted: the finding stays open, unconfirmed.
      ['trust-subject-unknown-service-account', 'system:serviceaccount:checkout:carts', ['unconfirmed']],
      // Whoever creates the namespace may have the role: that is told by the text.
      ['trust-subject-unknown-namespace', 'system:serviceaccount:old-shop:cart', []],
    ] as const) {
      const world = { clusters, roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject }) })]) };
      expect(steps(world, { ...world, ...blurred }, ruleId)).toEqual(kinds);
    }
  });

  test('leaves a contradiction as it was', () => {
    const world = policy({
      StringEquals: { [`${host}:sub`]: 'system:serviceaccount:a:b', [`${host}:aud`]: 'sts.amazonaws.com' },
      StringNotEquals: { [`${host}:aud`]: 'vault' },
    });
    const vault = { ...world, providers: complete([aProvider({ audiences: ['vault'] })]) };
    for (const ruleId of ['trust-audience-impossible', 'trust-never-matches'])
      expect(steps(vault, { ...world, ...blurred }, ruleId)).not.toContain('resolved');
  });
});

test('a webhook whose cluster could not be read before is recorded, not told as new', () => {
  const judge = (world: World) => evaluate(someFacts(world), { rules: catalog });
  const { kubernetes: _inside, ...outside } = aReadCluster();
  const shut = { clusters: complete([{ ...outside, kubernetes: unread }]) };
  const known = stateAfter(nothingKnown, reconcile(nothingKnown, judge(shut), aRun(1)), aRun(1).at);
  const { factChanges, watched } = reconcile(known, judge({ clusters: complete([aReadCluster()]) }), aRun(2));
  expect(factChanges).toEqual([]);
  expect(watched.map(({ kind }) => kind)).toEqual(['webhook-configuration']);
});

test('what two findings explain is told by both, whichever of them was read', () => {
  const events = [
    {
      ...call,
      roleArn: 'arn:aws:iam::111122223333:role/gone',
      successes: 0,
      failures: [{ errorCode: 'AccessDenied', errorMessage: 'no', count: 3, lastAt: call.lastAt }],
    },
  ];
  const account = (name: string) => ({
    ...aReadCluster().cluster,
    name,
    arn: `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`,
  });
  const annotated = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/gone' };
  const inside = (name: string) =>
    aReadCluster(
      {
        serviceAccounts: complete([
          { namespace: 'checkout', name: 'cart', annotations: annotated, labels: {}, createdAt: call.lastAt },
        ]),
        pods: complete([]),
      },
      { cluster: account(name) },
    );
  const world = { clusters: complete([inside('a'), inside('b')]), runtime: complete(calls(...events)) };
  const { findings } = evaluate(someFacts(world), { rules: catalog });
  const causes = findings.filter(({ ruleId }) => ruleId === 'service-account-role-missing');
  expect(causes.map(({ explains }) => explains.map(({ ruleId }) => ruleId))).toEqual([
    ['runtime-assume-failing'],
    ['runtime-assume-failing'],
  ]);
});
