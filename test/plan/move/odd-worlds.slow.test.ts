import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { Role } from '../../../lib/model/account.ts';
import { complete, unavailable, valueOr } from '../../../lib/model/collected.ts';
import { endOf } from '../../../lib/plan/move/clusters.ts';
import { finishReplacement } from '../../../lib/plan/move/finish-replacement.ts';
import { replaceCluster } from '../../../lib/plan/move/replace-cluster.ts';
import { terraformOfPlan } from '../../../lib/plan/move/terraform-statements.ts';
import { afterStep } from '../../../lib/plan/simulate.ts';
import { holds } from '../../../lib/policy/decide/formula.ts';
import { trustPolicyOf } from '../../../lib/policy/parse/trust-policy-of.ts';
import { decidePodIdentity, podIdentityActions } from '../../../lib/policy/who/pod-identity.ts';
import { compilePolicy } from '../../../lib/policy/who/subject-set.ts';
import { trustContextFor } from '../../../lib/rules/access/trust-context.ts';
import { aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aProvider, aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';

/** Odd trust policies put to the plan. Whatever it answers: its steps widen nothing but NEW to what OLD has, and take nothing. */
const newIssuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E';
const [oldPath, newPath] = [exampleIssuer, newIssuer].map(url => url.replace('https://', '')) as [string, string];
const [sub, aud] = [`${oldPath}:sub`, `${oldPath}:aud`];
const [green, old] = [aCluster({ name: 'green', issuer: newIssuer }), aCluster()];
const there = (over: Parameters<typeof aReadCluster>[0] = {}, more: Parameters<typeof aReadCluster>[1] = {}) =>
  aReadCluster(over, { cluster: green, ...more });
const world = (roles: readonly Role[], over: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({
    roles: complete(roles),
    clusters: complete([aReadCluster(), there({ pods: complete([]) })]),
    quotas: complete({ trustPolicyLength: 4096 }),
    ...over,
  });
const move = (facts: Facts) => ({ from: endOf(oldPath, [facts]), to: endOf(newPath, [facts]) });
const planOf = (facts: Facts) => replaceCluster(facts, [facts], move(facts));
const role = (statements: readonly object[], over: Partial<Role> = {}): Role =>
  aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }), ...over });
const cart = 'system:serviceaccount:checkout:cart';
const subjects = ['checkout:cart', 'checkout:carts', 'pay:bill', 'a:b'].map(name => `system:serviceaccount:${name}`);
const allow = (condition: object, over: object = {}) => ({
  ...{ Effect: 'Allow', Principal: { Federated: aProvider().arn }, Action: 'sts:AssumeRoleWithWebIdentity' },
  ...{ Condition: condition },
  ...over,
});
const pods = (condition: object, over: object = {}) => ({
  ...{
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  },
  ...{ Condition: condition },
  ...over,
});

const policyOf = (facts: Facts) => {
  const [one] = valueOr(facts.snapshot.roles, []);
  const parsed = one && trustPolicyOf(one);
  if (one === undefined || !parsed?.ok) throw new Error('no policy');
  return { role: one, policy: parsed.policy };
};
const byTokens = (facts: Facts, issuer: string) => {
  const { role: one, policy } = policyOf(facts);
  return subjects.map(subject => {
    const { certain, possible } = compilePolicy(
      policy,
      trustContextFor({ role: one }, facts, issuer, 'sts.amazonaws.com'),
    );
    return [holds(certain, subject), holds(possible, subject)];
  });
};
const byPods = (facts: Facts, cluster = old) =>
  ['checkout', 'dev'].flatMap(namespace =>
    podIdentityActions.map(action => {
      const { role: one, policy } = policyOf(facts);
      const request = {
        ...{ roleArn: one.arn, clusterArn: cluster.arn, clusterName: cluster.name, accountId: cluster.accountId },
        ...{ namespace, serviceAccount: 'cart', sessionTags: true },
      };
      return decidePodIdentity(policy, request, action).decision;
    }),
  );
const other = aProvider({ issuer: exampleIssuer.replace('5C1D', 'AAAA') }).arn;
const otherPath = oldPath.replace('5C1D', 'AAAA');

const policies: readonly (readonly [string, readonly object[]])[] = [
  ['a wildcard in the namespace', [allow({ StringLike: { [sub]: 'system:serviceaccount:*:cart' } })]],
  ['a list under StringLike', [allow({ StringLike: { [sub]: ['system:serviceaccount:pay:*', cart] } })]],
  ['ForAnyValue', [allow({ 'ForAnyValue:StringLike': { [sub]: ['system:serviceaccount:checkout:*'] } })]],
  ['ForAllValues', [allow({ 'ForAllValues:StringEquals': { [sub]: [cart] } })]],
  ['IfExists', [allow({ StringEqualsIfExists: { [sub]: cart } })]],
  ['Null', [allow({ Null: { [sub]: 'false' } })]],
  ['a negated list', [allow({ StringNotLike: { [sub]: ['system:serviceaccount:a:*', 'x'] } })]],
  [
    'no condition',
    [{ Effect: 'Allow', Principal: { Federated: aProvider().arn }, Action: 'sts:AssumeRoleWithWebIdentity' }],
  ],
  [
    'Principal: *',
    [
      allow({ StringEquals: { [sub]: cart } }),
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [sub]: cart } },
      },
    ],
  ],
  ['Federated: *', [allow({ StringEquals: { [sub]: cart } }, { Principal: { Federated: '*' } })]],
  [
    'NotPrincipal',
    [
      allow({ StringEquals: { [sub]: cart } }),
      { Effect: 'Deny', NotPrincipal: { Federated: aProvider().arn }, Action: '*' },
    ],
  ],
  ['NotAction', [allow({ StringEquals: { [sub]: cart } }, { Action: undefined, NotAction: 'iam:*' })]],
  [
    'two providers in one principal',
    [allow({ StringEquals: { [sub]: cart } }, { Principal: { Federated: [aProvider().arn, other] } })],
  ],
  [
    'two providers, tests on both',
    [
      allow(
        { StringEqualsIfExists: { [sub]: cart, [`${otherPath}:sub`]: 'system:serviceaccount:a:b' } },
        { Principal: { Federated: [aProvider().arn, other] } },
      ),
    ],
  ],
  [
    'a test that names the second cluster already',
    [allow({ StringEquals: { [sub]: cart, [`${newPath}:sub`]: 'system:serviceaccount:a:b' } })],
  ],
  [
    'a statement for the second cluster that is there, for another one',
    [
      allow({ StringEquals: { [sub]: cart } }),
      allow(
        { StringEquals: { [`${newPath}:sub`]: 'system:serviceaccount:a:b' } },
        { Principal: { Federated: aProvider({ issuer: newIssuer }).arn } },
      ),
    ],
  ],
  [
    'a Deny of one of the wildcard',
    [
      allow({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } }),
      allow({ StringEquals: { [sub]: cart } }, { Effect: 'Deny' }),
    ],
  ],
  [
    'a Deny of everyone by the audience',
    [
      allow({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } }),
      { Effect: 'Deny', Principal: '*', Action: '*', Condition: { StringNotEquals: { [aud]: 'sts.amazonaws.com' } } },
    ],
  ],
  [
    'a Deny of the first cluster by the key alone',
    [
      allow({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } }),
      { Effect: 'Deny', Principal: { AWS: '*' }, Action: '*', Condition: { StringEquals: { [sub]: cart } } },
    ],
  ],
  ['a policy variable', [allow({ StringEquals: { [sub]: cart, 'aws:PrincipalTag/x': `\${${sub}}` } })]],
  ['a test on the network', [allow({ StringEquals: { [sub]: cart }, IpAddress: { 'aws:SourceIp': '52.0.0.0/8' } })]],
  [
    'a date that has passed',
    [allow({ StringEquals: { [sub]: cart }, DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } })],
  ],
  ['an empty list', [allow({ StringEquals: { [sub]: [] } })]],
  [
    'two operators that exclude each other',
    [allow({ StringEquals: { [sub]: cart }, StringNotEquals: { [sub]: cart } })],
  ],
  [
    'the provider in another letter case',
    [allow({ StringEquals: { [sub]: cart } }, { Principal: { Federated: aProvider().arn.toLowerCase() } })],
  ],
  ['keys in another letter case', [allow({ StringEquals: { [sub.toLowerCase()]: cart } })]],
  ['white space around values', [allow({ StringEquals: { [sub]: ` ${cart}` } })]],
  ['a marked name', [allow({ StringEquals: { [sub]: `${cart}\u202e` } })]],
  [
    'a Sid twice',
    [
      allow({ StringEquals: { [sub]: cart } }, { Sid: 'A' }),
      allow({ StringEquals: { [sub]: 'system:serviceaccount:a:b' } }, { Sid: 'A' }),
    ],
  ],
  [
    'EKS Pod Identity for the cluster by ARN',
    [allow({ StringEquals: { [sub]: cart } }), pods({ StringEquals: { 'aws:RequestTag/eks-cluster-arn': old.arn } })],
  ],
  [
    'EKS Pod Identity with a Deny of one namespace of the cluster',
    [
      allow({ StringEquals: { [sub]: cart } }),
      pods({ StringEquals: { 'aws:RequestTag/eks-cluster-arn': [old.arn, green.arn] } }),
      pods(
        { StringEquals: { 'aws:RequestTag/eks-cluster-arn': old.arn, 'aws:RequestTag/kubernetes-namespace': 'dev' } },
        { Effect: 'Deny' },
      ),
    ],
  ],
  [
    'EKS Pod Identity for every cluster but one',
    [
      allow({ StringEquals: { [sub]: cart } }),
      pods({ StringNotEquals: { 'aws:RequestTag/eks-cluster-arn': green.arn } }),
    ],
  ],
];

test.each(policies)('%s: nobody gains or loses but NEW what OLD has', (_, statements) => {
  const facts = world([role(statements)]);
  const { steps } = planOf(facts);
  const done = steps.reduce(afterStep, facts);
  const isEdited = steps.some(({ change }) => change.kind === 'trust-policy');
  const [was, is] = [byTokens(facts, newPath), byTokens(done, newPath)];
  const wanted = byTokens(facts, oldPath).map((one, at) => one.map((holdsIt, kind) => holdsIt || was[at]?.[kind]));
  expect(is).toEqual(isEdited ? wanted : was);
  for (const issuer of [oldPath, otherPath]) expect(byTokens(done, issuer)).toEqual(byTokens(facts, issuer));
  expect(byPods(done)).toEqual(byPods(facts));
  for (const step of steps)
    if (step.change.kind === 'trust-policy')
      expect(JSON.parse(step.change.before)).toEqual(JSON.parse(policyOf(facts).role.trustPolicy));
  expect(terraformOfPlan(planOf(facts))).not.toMatch(/[\u202a-\u202e]/);
  expect(planOf(done).steps.filter(({ change }) => change.kind === 'trust-policy')).toEqual([]);
});

test('a Deny of EKS Pod Identity that names the first cluster is not left behind: no step, and why', () => {
  const deny = pods(
    { StringEquals: { 'aws:RequestTag/eks-cluster-arn': old.arn, 'aws:RequestTag/kubernetes-namespace': 'dev' } },
    { Effect: 'Deny' },
  );
  const facts = world([role([pods({ StringEquals: { 'aws:RequestTag/eks-cluster-arn': old.arn } }), deny])]);
  const { steps, notes = [] } = planOf(facts);
  expect(steps).toEqual([]);
  expect(notes.map(({ why }) => why).join()).toMatch(/would not hold for green/);
});

describe('annotations of the second cluster', () => {
  const bare = aServiceAccount({ annotations: {} });
  const on = (statements: readonly object[], over: Parameters<typeof someFacts>[0] = {}) =>
    world([role(statements)], {
      clusters: complete([aReadCluster(), there({ serviceAccounts: complete([bare]), pods: complete([]) })]),
      ...over,
    });
  const kinds = (facts: Facts) => planOf(facts).steps.map(({ change }) => change.kind);
  test('are set where the role trusts it afterwards', () => {
    expect(kinds(on([allow({ StringEquals: { [sub]: cart } })]))).toContain('annotation');
  });
  test.each<[string, Facts]>([
    [
      'is refused',
      on([
        allow({ StringEquals: { [sub]: cart } }),
        { Effect: 'Deny', Principal: '*', Action: '*', Condition: { StringNotEquals: { [sub]: cart } } },
      ]),
    ],
    ['is too long', on([allow({ StringEquals: { [sub]: Array.from({ length: 60 }, (_, at) => `${cart}-${at}`) } })])],
    ['refuses it today', on([allow({ StringEquals: { [sub]: 'not a subject' } })])],
  ])('are not set where the edit of the role %s', (_, facts) => {
    expect(kinds(facts)).not.toContain('annotation');
    expect((planOf(facts).notes ?? []).map(({ why }) => why).join()).toMatch(/checkout\/cart: no annotation is set/);
  });
});

test('a provider that would also open a role which names the second cluster already waits for a person', () => {
  const wide = {
    ...role([
      allow(
        { StringLike: { [`${newPath}:sub`]: 'system:serviceaccount:*' } },
        { Principal: { Federated: aProvider({ issuer: newIssuer }).arn } },
      ),
    ]),
    name: 'wide',
    arn: 'arn:aws:iam::111122223333:role/wide',
  };
  const [step] = planOf(world([aRole(), wide])).steps.filter(({ change }) => change.kind === 'provider-created');
  expect(step?.choice).toMatch(/Confirm who can then assume/);
});

describe('a role without room', () => {
  const long = (count: number, over: Partial<Role> = {}) =>
    role(
      [
        allow({
          StringEquals: { [sub]: Array.from({ length: count }, (_, at) => `system:serviceaccount:team-${at}:app`) },
        }),
      ],
      over,
    );
  const tooLong = (one: Role, over: Parameters<typeof someFacts>[0] = {}) =>
    planOf(world([one], { quotas: complete({ trustPolicyLength: 2048 }), ...over }));
  const permissions = complete({
    levels: {},
    policies: {},
    roles: {
      [aRole().arn]: {
        inline: [{ name: "it's", document: '{\n "Statement": []\n}' }],
        attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
        ...{
          boundary: 'arn:aws:iam::111122223333:policy/edge',
          tags: { team: '$(reboot)', 'aws:cloudformation:stack-name': 'x' },
          instanceProfiles: [],
        },
      },
    },
  });
  test('says how long, the quota, and the commands of a second role that trusts NEW alone', () => {
    const plan = tooLong(long(30));
    const [note] = plan.notes ?? [];
    expect(note?.why).toMatch(/would have \d{4} characters, and the quota is 2048/);
    expect(note?.why).toMatch(/\$ .*aws iam create-role --role-name checkout-cart-green --path \//);
    expect(note?.why).toMatch(/grants of KMS/);
    const done = world([{ ...long(30), trustPolicy: JSON.stringify(note?.trustPolicy) }]);
    expect(JSON.stringify(note?.trustPolicy)).not.toContain(oldPath);
    expect(byTokens(done, oldPath).flat()).not.toContain(true);
    expect(terraformOfPlan(plan)).toMatch(/the trust policy of the second role:\n\nstatement \{/);
  });
  test('with its policies, boundary and tags where they were read, each one line and quoted', () => {
    const lines = (tooLong(long(30), { rolePermissions: permissions }).notes ?? [])
      .flatMap(({ why }) => why.split('\n'))
      .filter(line => line.startsWith('$ '));
    expect(lines.map(line => /aws iam ([a-z-]+)/.exec(line)?.[1])).toEqual([
      'create-role',
      'attach-role-policy',
      'put-role-policy',
      'tag-role',
    ]);
    expect(lines[0]).toContain('--permissions-boundary arn:aws:iam::111122223333:policy/edge');
    expect(lines.join('\n')).toContain(`'it'\\''s'`);
    expect(lines.at(-1)).toContain(`'[{"Key":"team","Value":"$(reboot)"}]'`);
  });
  test('under a name that no role has', () => {
    const facts = world(
      [
        long(30),
        { ...aRole(), name: 'Checkout-Cart-Green', arn: 'arn:aws:iam::111122223333:role/Checkout-Cart-Green' },
      ],
      { quotas: complete({ trustPolicyLength: 2048 }) },
    );
    expect(JSON.stringify(planOf(facts).notes)).toContain('--role-name checkout-cart-green-2 ');
  });
  test('under a name of 64 characters at most, of which the cluster has half', () => {
    const [name, cluster] = ['r'.repeat(64), 'c'.repeat(60)];
    const taken = `${'r'.repeat(32)}${'c'.repeat(32)}`;
    const arnOf = (of: string): string => `arn:aws:iam::111122223333:role/${of}`;
    const facts = someFacts({
      roles: complete([{ ...long(30), name, arn: arnOf(name) }, aRole({ name: taken, arn: arnOf(taken) })]),
      clusters: complete([
        aReadCluster(),
        aReadCluster({}, { cluster: aCluster({ name: cluster, issuer: newIssuer }) }),
      ]),
      quotas: complete({ trustPolicyLength: 2048 }),
    });
    expect(JSON.stringify(planOf(facts).notes)).toContain(`--role-name ${'r'.repeat(30)}${'c'.repeat(32)}-2 `);
  });
  test('with each Deny of the first role', () => {
    const [own] = JSON.parse(long(30).trustPolicy).Statement;
    const deny = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' };
    const ofGithub = allow({}, { Principal: { Federated: `${aProvider().arn}-other` } });
    const [note] = tooLong(role([own, ofGithub, deny])).notes ?? [];
    expect(note?.trustPolicy).toMatchObject({ Statement: [{ Effect: 'Allow' }, deny] });
  });
  test.each<[string, readonly object[], RegExp]>([
    [
      'no room of its own',
      [
        allow({
          StringEquals: { [sub]: Array.from({ length: 80 }, (_, at) => `system:serviceaccount:team-${at}:app`) },
        }),
      ],
      /no room either/,
    ],
    [
      'a Deny that would refuse NEW',
      [
        allow(
          { StringEquals: { [sub]: Array.from({ length: 30 }, (_, at) => `system:serviceaccount:team-${at}:app`) } },
          { Principal: { Federated: [aProvider().arn, other] } },
        ),
      ],
      /second role for green/,
    ],
  ])('%s', (_, statements, why) => {
    expect((tooLong(role(statements)).notes ?? []).map(one => one.why).join()).toMatch(why);
  });
});

describe('--finish takes no right away that is used', () => {
  const both = (...more: readonly object[]) =>
    role([
      allow({ StringEquals: { [sub]: cart } }),
      allow(
        { StringEquals: { [`${newPath}:sub`]: cart } },
        { Principal: { Federated: aProvider({ issuer: newIssuer }).arn } },
      ),
      ...more,
    ]);
  const ofPods = (...arns: readonly string[]) => pods({ StringEquals: { 'aws:RequestTag/eks-cluster-arn': arns } });
  const quiet = (one: Role, podIdentity: Parameters<typeof aReadCluster>[1] = {}): Facts =>
    someFacts({
      roles: complete([one]),
      providers: complete([aProvider(), aProvider({ issuer: newIssuer })]),
      runtime: complete({ from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T06:00:00.000Z', events: [] }),
      regions: [
        {
          region: 'eu-west-1',
          clusters: complete([aReadCluster({ pods: complete([aPod({ containers: [] })]) }, podIdentity), there()]),
        },
        { region: 'us-east-1', clusters: complete([]) },
      ],
    });
  const finish = (facts: Facts) => finishReplacement(facts, move(facts), 7);
  const associated = complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn }]);
  test('the usual case: OLD goes, NEW stays, and Terraform says what to take out', () => {
    const facts = quiet(both());
    const done = finish(facts).steps.reduce(afterStep, facts);
    expect(byTokens(done, oldPath).flat()).not.toContain(true);
    expect(byTokens(done, newPath)).toEqual(byTokens(facts, newPath));
    const text = terraformOfPlan(finish(facts));
    expect([/take out of the document/.test(text), /add to the document/.test(text)]).toEqual([true, false]);
  });
  test('in Terraform a statement that is written again keeps its Sid', () => {
    const named = (Action: string) =>
      JSON.stringify({ Statement: [{ Sid: 'Pods', Effect: 'Allow', Principal: { AWS: '*' }, Action }] });
    const change = { kind: 'trust-policy', roleArn: aRole().arn, before: named('sts:A'), after: named('sts:B') };
    const text = terraformOfPlan({ ...finish(quiet(both())), steps: [{ change } as never] });
    expect(text).toContain('statement {\n  sid     = "Pods"\n  actions = ["sts:B"]');
  });
  test('a statement of EKS Pod Identity for several clusters keeps the others', () => {
    const facts = quiet(both(ofPods(old.arn, green.arn), ofPods(green.arn)));
    const done = finish(facts).steps.reduce(afterStep, facts);
    expect([byPods(facts, green).includes('allow'), byPods(done).includes('allow')]).toEqual([true, false]);
    expect(byPods(done, green)).toEqual(byPods(facts, green));
  });
  test('one for several clusters alone', () => {
    const facts = quiet(both(ofPods(old.arn, green.arn)));
    const done = finish(facts).steps.reduce(afterStep, facts);
    expect(finish(facts).steps.length).toBeGreaterThan(0);
    expect(byPods(done, green)).toEqual(byPods(facts, green));
  });
  test.each<[string, Facts, RegExp]>([
    [
      'an association of OLD',
      quiet(both(ofPods(old.arn), ofPods(green.arn)), { podIdentity: associated }),
      /checkout\/cart of shop still has it by a Pod Identity association/,
    ],
    [
      'associations that were not read',
      quiet(both(ofPods(old.arn), ofPods(green.arn)), {
        podIdentity: unavailable({ kind: 'denied', operation: 'eks:ListPodIdentityAssociations', message: 'no' }),
      }),
      /were not all read/,
    ],
  ])('%s keeps it', (_, facts, why) => {
    const { steps, notes = [] } = finish(facts);
    expect(steps).toEqual([]);
    expect(notes.map(one => one.why).join()).toMatch(why);
  });
});
