import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { clustersOf } from '../../lib/facts/subjects-of.ts';
import { isSound } from '../../lib/fixes/change-table.ts';
import type { Role } from '../../lib/model/account.ts';
import { complete } from '../../lib/model/collected.ts';
import { terraformOfPlan } from '../../lib/plan/move/terraform-statements.ts';
import { planScript } from '../../lib/plan/plan-script.ts';
import { finishPodIdentity } from '../../lib/plan/pod-identity/finish-pod-identity.ts';
import { podIdentityPlan } from '../../lib/plan/pod-identity/pod-identity-plan.ts';
import { renderPlan } from '../../lib/plan/render-plan.ts';
import { afterStep } from '../../lib/plan/simulate.ts';
import { aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';

const path = exampleIssuer.replace('https://', '');
const sub = `${path}:sub`;
const roleKey = 'eks.amazonaws.com/role-arn';
const agent = complete([{ name: 'eks-pod-identity-agent' }]);
const modern = complete({
  ...{ from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T06:00:00.000Z' },
  events: [
    {
      ...{ roleArn: aRole().arn, subject: 'system:serviceaccount:checkout:cart', region: 'eu-west-1', successes: 2 },
      ...{ failures: [], userAgents: ['Boto3/1.35.0 md/Botocore#1.35.0'], verificationMethods: [] },
      lastAt: '2026-10-02T00:00:00.000Z',
    },
  ],
});
const world = (
  cluster: Parameters<typeof aReadCluster>[1] = {},
  over: Parameters<typeof someFacts>[0] = {},
  inside: Parameters<typeof aReadCluster>[0] = {},
): Facts =>
  someFacts({ clusters: complete([aReadCluster(inside, { addons: agent, ...cluster })]), runtime: modern, ...over });
const planOf = (facts: Facts) => podIdentityPlan(facts, clustersOf(facts.snapshot));
const kindsOf = (facts: Facts) => planOf(facts).steps.map(({ change }) => change.kind);
const whyOf = (facts: Facts): string => (planOf(facts).notes ?? []).map(({ why }) => why).join(' ');
const associated = (over: object = {}) =>
  complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn, ...over }]);
const trusting = (...statements: readonly object[]): Role =>
  aRole({
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [...JSON.parse(aTrustPolicy()).Statement, ...statements],
    }),
  });
const granted = (inline: string, attached = '{}') => ({
  levels: {},
  roles: {
    [aRole().arn]: {
      ...{ inline: [{ name: 'in', document: inline }], attached: ['arn:aws:iam::aws:policy/x'] },
      ...{ tags: {}, instanceProfiles: [] },
    },
  },
  policies: { 'arn:aws:iam::aws:policy/x': complete(attached) },
});
const permissions = (...texts: Parameters<typeof granted>) => complete(granted(...texts));
describe('an association that is there', () => {
  test.each<[string, object, RegExp | undefined]>([
    ['with the same role: done', {}, undefined],
    [
      'with a target role',
      { targetRoleArn: 'arn:aws:iam::444455556666:role/far' },
      /to assume arn:aws:iam::444455556666:role\/far/,
    ],
    ['with a session policy', { sessionPolicy: '{}' }, /has a session policy/],
    ['with another role', { roleArn: 'arn:aws:iam::111122223333:role/other' }, /has an association with/],
    ['whose role was not read', { roleArn: undefined }, /a role that was not read/],
  ])('%s', (_, over, why) => {
    const facts = world({ podIdentity: associated(over) });
    expect(planOf(facts).steps).toEqual([]);
    if (why === undefined) expect(planOf(facts).notes).toEqual([]);
    else expect(whyOf(facts)).toMatch(why);
  });
});

describe('a role that tests keys of tokens', () => {
  const test1 = (key: string) => JSON.stringify({ Statement: [{ Condition: { StringEquals: { [key]: 'x' } } }] });
  test.each<[string, Facts, RegExp]>([
    [
      'in an inline policy',
      world({}, { rolePermissions: permissions(test1(sub.toUpperCase())) }),
      /inline policy in of checkout-cart tests keys of a token/,
    ],
    [
      'in a managed policy',
      world({}, { rolePermissions: permissions('{}', test1('aws:FederatedProvider')) }),
      /policy arn:aws:iam::aws:policy\/x of/,
    ],
    [
      'in its trust policy',
      world(
        {},
        {
          roles: complete([
            aRole({
              trustPolicy: aTrustPolicy({
                condition: { StringEquals: { [sub]: 'system:serviceaccount:checkout:cart', [`${path}:email`]: 'x' } },
              }),
            }),
          ]),
        },
      ),
      /which has no equal/,
    ],
    [
      'with ForAnyValue beside the subject',
      world(
        {},
        {
          roles: complete([
            aRole({
              trustPolicy: aTrustPolicy({
                condition: {
                  StringEquals: { [sub]: 'system:serviceaccount:checkout:cart' },
                  'ForAnyValue:StringLike': { [`${path}:amr`]: 'a*' },
                },
              }),
            }),
          ]),
        },
      ),
      /which has no equal/,
    ],
  ])('%s: no step', (_, facts, why) => {
    expect(planOf(facts).steps).toEqual([]);
    expect(whyOf(facts)).toMatch(why);
  });
  test('other policies are no obstacle', () => {
    expect(kindsOf(world({}, { rolePermissions: permissions(test1('aws:SourceVpc')) }))).toContain(
      'association-created',
    );
  });
});

test('beyond the quota of associations nothing is changed, not even a trust policy', () => {
  const full = complete(
    Array.from({ length: 5000 }, (_, at) => ({
      id: `a-${at}`,
      namespace: 'x',
      serviceAccount: `s-${at}`,
      roleArn: 'arn:aws:iam::111122223333:role/x',
    })),
  );
  const facts = world({ podIdentity: full });
  expect(planOf(facts).steps).toEqual([]);
  expect(whyOf(facts)).toMatch(/a cluster takes 5000/);
});

test('a cluster beyond its quota leaves the steps of another one with the same role alone', () => {
  const full = complete(
    Array.from({ length: 5000 }, (_, at) => ({
      id: `a-${at}`,
      namespace: 'x',
      serviceAccount: `s-${at}`,
      roleArn: 'arn:aws:iam::111122223333:role/x',
    })),
  );
  const first = aReadCluster({}, { addons: agent });
  const second = aReadCluster(
    {},
    {
      addons: agent,
      podIdentity: full,
      cluster: { ...first.cluster, name: 'depot', arn: first.cluster.arn.replace('shop', 'depot') },
    },
  );
  const text = JSON.stringify(planOf(someFacts({ clusters: complete([first, second]), runtime: modern })).steps);
  expect(text).toContain('cluster/shop');
  expect(text).not.toContain('cluster/depot');
});

test('without a pod it is not known where its pods run: a person confirms it, and the trust policy waits too', () => {
  const { steps } = planOf(world({}, {}, { pods: complete([]) }));
  expect(steps.map(({ change, choice }) => [change.kind, /No pod of it runs now/.test(choice ?? '')])).toEqual([
    ['trust-policy', true],
    ['association-created', true],
  ]);
});

test('each restart says for which role it is: who names another role does not mean it', () => {
  expect(planOf(world()).steps.map(({ change, roleArn }) => [change.kind, roleArn])).toContainEqual([
    'pods-restarted',
    aRole().arn,
  ]);
});

describe('policies at the size limit', () => {
  const sized = (length: number): Role => {
    const role = (pad: number) =>
      trusting({
        Effect: 'Deny',
        Principal: { AWS: '444455556666' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:PrincipalTag/x': 'y'.repeat(pad) } },
      });
    return role(length);
  };
  test.each([
    ['2048, not read', 200, undefined, true],
    ['2048, not read: one that is too long', 1600, undefined, false],
    ['4096', 1600, 4096, true],
    ['4096: one that is too long', 3700, 4096, false],
  ])('%s', (_, pad, trustPolicyLength, fits) => {
    const facts = world(
      {},
      {
        roles: complete([sized(pad)]),
        ...(trustPolicyLength === undefined ? {} : { quotas: complete({ trustPolicyLength }) }),
      },
    );
    expect([kindsOf(facts).includes('association-created'), /the quota is/.test(whyOf(facts))]).toEqual([fits, !fits]);
  });
  test('ten megabytes: refused within seconds, and nothing is changed', () => {
    const began = performance.now();
    const facts = world({}, { roles: complete([sized(10_000_000)]) });
    expect(kindsOf(facts)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('hostile names', () => {
  const names = ['$(reboot)', 'a;rm -rf ~', '`id`', 'a\nb', "a'b", 'a\u202eb', '--profile', '${path}', 'a"b', '-rf'];
  test.each(names)('%j stands in no command as anything but a quoted word', name => {
    const arn = `arn:aws:iam::111122223333:role/${name}`;
    const account = aServiceAccount({ name, annotations: { [roleKey]: arn } });
    const subject = `system:serviceaccount:checkout:${name}`;
    const facts = world(
      {},
      { roles: complete([aRole({ name, arn, trustPolicy: aTrustPolicy({ subject }) })]) },
      {
        serviceAccounts: complete([account]),
        pods: complete([aPod({ serviceAccount: name, owner: { kind: 'Deployment', name } })]),
      },
    );
    const plan = planOf(facts);
    const sound = plan.steps.filter(({ change }) => isSound(change));
    const texts = [
      renderPlan({ ...plan, steps: sound }, {}),
      planScript({ ...plan, steps: sound }, {}),
      terraformOfPlan(plan),
    ];
    for (const text of texts) {
      expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      expect(text.split('\n').filter(line => /^\s*(?:reboot|rm -rf|b['"]?$)/.test(line))).toEqual([]);
    }
    expect(
      sound.filter(({ change }) => change.kind === 'association-created' && change.association.serviceAccount === name),
    ).toEqual([]);
  });
});

test('thousands of service accounts with one role: its policy is refused as too long, once, and the rest stays quick', () => {
  const many = Array.from({ length: 3000 }, (_, at) => aServiceAccount({ name: `cart-${at}` }));
  const role = aRole({
    trustPolicy: aTrustPolicy({ condition: { StringLike: { [sub]: 'system:serviceaccount:checkout:*' } } }),
  });
  const began = performance.now();
  const plan = planOf(world({}, { roles: complete([role]) }, { serviceAccounts: complete(many), pods: complete([]) }));
  expect(performance.now() - began).toBeLessThan(20_000);
  const [policy] = plan.steps.filter(({ change }) => change.kind === 'trust-policy');
  expect(policy?.change.kind === 'trust-policy' && policy.change.after.length).toBeLessThanOrEqual(2048);
  const made = plan.steps.filter(({ change }) => change.kind === 'association-created').length;
  expect([made > 0, made < 10]).toEqual([true, true]);
});

test('Terraform: names of resources are unique, and none begins with a digit', () => {
  const accounts = [
    aServiceAccount({ namespace: 'a', name: 'b-c' }),
    aServiceAccount({ namespace: 'a-b', name: 'c' }),
    aServiceAccount({ namespace: '1a', name: 'b' }),
  ];
  const role = aRole({
    trustPolicy: aTrustPolicy({ condition: { StringLike: { [sub]: 'system:serviceaccount:*' } } }),
  });
  const text = terraformOfPlan(
    planOf(
      world(
        {},
        { roles: complete([role]), quotas: complete({ trustPolicyLength: 8192 }) },
        { serviceAccounts: complete(accounts) },
      ),
    ),
  );
  expect([...text.matchAll(/aws_eks_pod_identity_association" "([^"]+)"/g)].map(([, name]) => name).toSorted()).toEqual(
    ['_1a-b', 'a-b-c', 'a-b-c--2'],
  );
});

describe('--finish takes no right away', () => {
  const pods = {
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  };
  const moved = (role: Role, association: object = {}): Facts =>
    someFacts({
      roles: complete([role]),
      regions: [
        {
          region: 'eu-west-1',
          clusters: complete([aReadCluster({ pods: complete([]) }, { podIdentity: associated(association) })]),
        },
        { region: 'us-east-1', clusters: complete([]) },
      ],
      runtime: complete({ from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T06:00:00.000Z', events: [] }),
    });
  const finish = (facts: Facts) => finishPodIdentity(facts, clustersOf(facts.snapshot), 7);
  test('the usual case: the statement goes, and undo has the policy of before', () => {
    const facts = moved(trusting(pods));
    const [step] = finish(facts).steps;
    expect(step?.change).toMatchObject({ kind: 'trust-policy', before: trusting(pods).trustPolicy });
    expect(JSON.stringify(step && afterStep(facts, step).snapshot.roles)).not.toContain(sub);
  });
  test.each<[string, Facts, RegExp | undefined]>([
    [
      'the role does not allow the association',
      moved(trusting({ ...pods, Condition: { StringEquals: { 'aws:RequestTag/eks-cluster-name': 'depot' } } })),
      /not certain that checkout-cart allows/,
    ],
    [
      'session tags are refused',
      moved(trusting({ ...pods, Action: 'sts:AssumeRole' })),
      /not certain that checkout-cart allows/,
    ],
    [
      'another principal alone stands beside it',
      moved(trusting({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' })),
      /not certain that checkout-cart allows/,
    ],
    [
      'the association takes another role in the end',
      moved(trusting(pods), { targetRoleArn: 'arn:aws:iam::444455556666:role/far' }),
      undefined,
    ],
    ['the association has a session policy', moved(trusting(pods), { sessionPolicy: '{}' }), undefined],
    [
      'a Deny of the service',
      moved(trusting(pods, { ...pods, Effect: 'Deny' })),
      /not certain that checkout-cart allows/,
    ],
  ])('%s: it stays', (_, facts, why) => {
    const { steps, notes = [] } = finish(facts);
    expect(steps).toEqual([]);
    expect(notes.map(note => note.why).join()).toMatch(why ?? /^$/);
  });
});

test('policies that were not asked for are said, and one that was refused is an obstacle', () => {
  expect(whyOf(world())).toMatch(/--role-permissions reads those of the roles/);
  const facts = world({}, { rolePermissions: complete({ ...granted('{}'), policies: {} }) });
  expect(planOf(facts).steps).toEqual([]);
  expect(whyOf(facts)).toMatch(
    /Whether policy arn:aws:iam::aws:policy\/x of checkout-cart tests keys of a token was not read/,
  );
});
