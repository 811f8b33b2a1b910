import { describe, expect, test } from '@jest/globals';
import { defaultSettings } from '../../../lib/facts/facts.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { decide } from '../../../lib/policy/decide/decide.ts';
import { globMatches, wildcardGlob } from '../../../lib/policy/decide/glob.ts';
import { defaultAudience, subjectOf } from '../../../lib/policy/decide/request.ts';
import { parsePolicy } from '../../../lib/policy/parse/parse-policy.ts';
import { accountOfSubject } from '../../../lib/policy/who/service-account-subject.ts';
import { accessOf } from '../../../lib/report/graph/access.ts';
import type { AccessRow } from '../../../lib/report/graph/access-row.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import {
  aCluster,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import { dice, randomPolicy, randomSubject, randomSubjectPolicy } from '../../support/random-policy.ts';

type World = NonNullable<Parameters<typeof someFacts>[0]>;
const access = (world: World = {}) => accessOf([someFacts(world)]);
const role = aRole();
const read = { clusters: complete([aReadCluster()]) };
const key = exampleIssuer.slice('https://'.length);
const trusting = (condition: unknown): World => ({
  ...read,
  roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]),
});
const denied = { kind: 'denied', operation: 'iam:GetOpenIDConnectProvider', message: 'no' } as const;
const asText = ({ namespace, serviceAccount, pattern, decision, state, members }: AccessRow): string =>
  [namespace && `${namespace}/${serviceAccount}`, pattern, decision, state, members]
    .filter(part => part !== undefined)
    .join(' ');

test('a service account that is annotated and trusted stands with its cluster and role', () => {
  expect(access(read)).toEqual({
    rows: [
      {
        roleArn: role.arn,
        clusterArn: aCluster().arn,
        namespace: 'checkout',
        serviceAccount: 'cart',
        decision: 'allow',
        state: 'annotated',
      },
    ],
    missing: [],
  });
});

test.each<readonly [string, World, readonly string[]]>([
  ['whose cluster was not read inside has no state', {}, ['checkout/cart allow']],
  [
    'without the annotation is present',
    { clusters: complete([aReadCluster({ serviceAccounts: complete([aServiceAccount({ annotations: {} })]) })]) },
    ['checkout/cart allow present'],
  ],
  [
    'that does not exist is absent',
    { clusters: complete([aReadCluster({ serviceAccounts: complete([]) })]) },
    ['checkout/cart allow absent'],
  ],
  [
    'that the policy does not trust is not in the table, annotated or not',
    trusting({ StringEquals: { [`${key}:sub`]: 'system:serviceaccount:other:cart', [`${key}:aud`]: 'nobody' } }),
    [],
  ],
  ['whose role has no provider is not in the table', { ...read, providers: complete([]) }, []],
  [
    'whose provider takes another audience only is not in the table',
    { ...read, providers: complete([aProvider({ audiences: ['other'] })]) },
    [],
  ],
  [
    'that may come with one of two audiences is told once',
    {
      ...trusting({ StringEquals: { [`${key}:sub`]: 'system:serviceaccount:checkout:cart' } }),
      providers: complete([aProvider({ audiences: [defaultAudience, 'other'] })]),
    },
    ['checkout/cart allow annotated'],
  ],
])('a service account %s', (_, world, rows) => expect(access(world).rows.map(asText)).toEqual(rows));

test.each<readonly [string, unknown, readonly string[]]>([
  ['no test of the subject', {}, ['* allow 1']],
  [
    'a pattern',
    { StringLike: { [`${key}:sub`]: 'system:serviceaccount:checkout:*' } },
    ['system:serviceaccount:checkout:* allow 1'],
  ],
  [
    'two patterns, of which one matches nothing now',
    { StringLike: { [`${key}:sub`]: ['system:serviceaccount:a:*', 'system:serviceaccount:checkout:c*'] } },
    ['system:serviceaccount:a:* allow 0', 'system:serviceaccount:checkout:c* allow 1'],
  ],
  [
    'a key that whoever calls chooses',
    { StringEquals: { 'aws:RequestedRegion': 'eu-west-1', [`${key}:sub`]: 'system:serviceaccount:checkout:cart' } },
    ['checkout/cart allow annotated'],
  ],
  [
    'a key that is not documented',
    { StringEquals: { 'aws:PrincipalType': 'x', [`${key}:sub`]: 'system:serviceaccount:checkout:cart' } },
    ['checkout/cart unknown annotated'],
  ],
])('%s is told as it is', (_, condition, rows) => expect(access(trusting(condition)).rows.map(asText)).toEqual(rows));

describe('beside tokens of clusters', () => {
  const trustPolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'checkout' } },
      },
      { Effect: 'Allow', Principal: { AWS: '*', Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
      { Effect: 'Allow', Principal: { AWS: exampleAccountId }, Action: 'sts:AssumeRole' },
    ],
  });
  const association = (namespace: string) => ({ id: namespace, namespace, serviceAccount: 'cart', roleArn: role.arn });
  const podIdentity = complete([association('checkout'), association('other')]);

  test('associations that the role allows, and its other principals, have rows of their own', () => {
    const { rows } = access({
      clusters: complete([aReadCluster({}, { podIdentity })]),
      roles: complete([aRole({ trustPolicy })]),
    });
    const told = rows.map(({ clusterArn, namespace, serviceAccount, principal, decision, outside, byPodIdentity }) =>
      [clusterArn && `${namespace}/${serviceAccount}`, byPodIdentity, principal, decision, outside].filter(Boolean),
    );
    expect(told).toEqual([
      ['AWS principal 111122223333', 'allow'],
      ['AWS service ec2.amazonaws.com', 'allow'],
      ['Pods by EKS Pod Identity', 'allow'],
      ['Principals of every AWS account', 'allow', 'open'],
      ['checkout/cart', true, 'allow'],
    ]);
  });

  test('a role that no pod can assume has none, unless all roles are judged', () => {
    const world = {
      roles: complete([aRole({ trustPolicy: trustPolicy.replace('pods.eks', 'lambda').replace('"*"', '"x"') })]),
    };
    expect(access(world).rows).toEqual([]);
    const settings = { ...defaultSettings, allRoles: true };
    expect(access({ ...world, settings }).rows.length).toBeGreaterThan(2);
  });
});

describe('what was not read', () => {
  test('of a provider leaves the answer open, and says which', () => {
    for (const providers of [unavailable<never>(denied), complete([aProvider({ detail: unavailable(denied) })])]) {
      const [row] = access({ ...read, providers }).rows;
      expect(row).toMatchObject({ decision: 'unknown', because: expect.stringContaining(`oidc-provider/${key}`) });
    }
  });

  test.each<readonly [string, World, RegExp]>([
    ['of roles', { roles: unavailable(denied) }, /^not all roles of account 111122223333 were read$/],
    [
      'of clusters',
      { clusters: notAskedFor('x') },
      /^not all clusters of account 111122223333 in eu-west-1 were read$/,
    ],
    ['of a policy', { roles: complete([aRole({ trustPolicy: '{"oidc' })]) }, /checkout-cart could not be parsed$/],
  ])('%s is said', (_, world, sentence) => {
    expect(access(world).missing).toEqual([expect.stringMatching(sentence)]);
  });
});

test('the table says of every existing service account what the decision on its token is', () => {
  const roll = dice(11);
  const accounts = [...new Set(Array.from({ length: 200 }, () => randomSubject(roll)))].flatMap(
    subject => accountOfSubject(subject) ?? [],
  );
  const clusters = complete([
    aReadCluster({ serviceAccounts: complete(accounts.map(names => aServiceAccount({ ...names, annotations: {} }))) }),
  ]);
  const wrong: string[] = [];
  let allowed = 0;
  for (let trial = 0; trial < 200; trial += 1) {
    const trustPolicy = JSON.stringify(trial % 2 === 0 ? randomPolicy(roll) : randomSubjectPolicy(roll));
    const parsed = parsePolicy(trustPolicy);
    const facts = someFacts({ clusters, roles: complete([aRole({ trustPolicy })]) });
    const { rows } = accessOf([facts]);
    for (const { namespace, name } of parsed.ok ? accounts : []) {
      if (!parsed.ok) continue;
      const subject = subjectOf(namespace, name);
      const { decision } = decide(parsed.policy, {
        ...{ roleArn: role.arn, issuer: exampleIssuer, subject, audience: defaultAudience, now: facts.now },
        ...(role.detail.status === 'complete' ? { roleTags: role.detail.value.tags } : {}),
      });
      const covering = rows.filter(row => covers(row, namespace, name)).map(row => row.decision);
      const isRight = { allow: covering.length > 0, deny: !covering.includes('allow'), unknown: true }[decision];
      if (!isRight) wrong.push(`${decision} ${subject}: ${covering.join()} by ${trustPolicy}`);
      allowed += covering.includes('allow') ? 1 : 0;
    }
  }
  expect(wrong).toEqual([]);
  expect(allowed).toBeGreaterThan(300);
});

const covers = (row: AccessRow, namespace: string, name: string): boolean => {
  if (row.pattern === undefined) return row.namespace === namespace && row.serviceAccount === name;
  const is = (pattern: string): boolean => globMatches(wildcardGlob(pattern), subjectOf(namespace, name));
  return is(row.pattern) && !(row.except ?? []).some(is);
};

test('the same facts give the same table, in one order', () => {
  const roles = ['b', 'a', 'c'].map(name => aRole({ name, arn: `arn:aws:iam::${exampleAccountId}:role/${name}` }));
  const names = access({ ...read, roles: complete(roles) }).rows.map(({ roleArn }) => roleArn.split('/')[1]);
  expect(names).toEqual(['a', 'b', 'c']);
});

describe('resource control policies', () => {
  const denying = (condition: unknown): World => ({
    ...read,
    controlPolicies: complete([
      {
        id: 'p-1',
        name: 'perimeter',
        attachedTo: 'r-root',
        document: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Deny', Principal: '*', Action: 'sts:*', Resource: '*', Condition: condition },
            { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
          ],
        }),
      },
    ]),
  });

  test.each<readonly [string, World, readonly string[]]>([
    ['take away what they deny', denying({ Null: { 'other.example:sub': 'true' } }), []],
    ['leave what they do not deny', denying({ Null: { [`${key}:sub`]: 'true' } }), ['checkout/cart allow annotated']],
    [
      'leave it open where it depends on something unknown',
      denying({ NotIpAddress: { 'aws:SourceIp': '52.0.0.0/8' } }),
      ['checkout/cart unknown annotated'],
    ],
  ])('%s', (_title, world, expected) => expect(access(world).rows.map(asText)).toEqual(expected));
});

test('of a pattern that leaves some out only the others are counted', () => {
  const accounts = ['cart', 'card', 'pay'].map(name => aServiceAccount({ name, annotations: {} }));
  const world: World = {
    ...trusting({
      StringLike: { [`${key}:sub`]: 'system:serviceaccount:checkout:car*' },
      StringNotEquals: { [`${key}:sub`]: 'system:serviceaccount:checkout:card' },
    }),
    clusters: complete([aReadCluster({ serviceAccounts: complete(accounts) })]),
  };
  expect(access(world).rows.map(({ pattern, except, members }) => [pattern, except, members])).toEqual([
    ['system:serviceaccount:checkout:car*', ['system:serviceaccount:checkout:card'], 1],
  ]);
});

test('a test that is not understood leaves every service account open', () => {
  expect(access(trusting({ StringOdd: { [`${key}:sub`]: 'a' } })).rows.map(asText)).toEqual([
    'system:serviceaccount:* unknown',
  ]);
});

test('clusters of a region that were read in part are told', () => {
  const gaps = [{ what: 'a page', reason: denied }];
  expect(access({ clusters: withGaps([aReadCluster()], gaps) }).missing).toEqual([
    expect.stringMatching(/^not all clusters of account \d{12} in eu-west-1 were read$/),
  ]);
});
