import { describe, expect, test } from '@jest/globals';
import {
  decidePodIdentity,
  type PodIdentityDecision,
  type PodIdentityRequest,
  parsePolicy,
} from '../../../lib/policy.ts';

/** docs/facts.md §H.2: what EKS Pod Identity's request for a role carries. */
const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
const request: PodIdentityRequest = {
  roleArn: 'arn:aws:iam::111122223333:role/cart',
  clusterArn,
  clusterName: 'shop',
  accountId: '111122223333',
  namespace: 'checkout',
  serviceAccount: 'cart',
  sessionTags: true,
  now: '2026-11-01T06:00:00Z',
};
const service = { Service: 'pods.eks.amazonaws.com' };
const both = ['sts:AssumeRole', 'sts:TagSession'];
const allow = (over: object = {}): object => ({ Effect: 'Allow', Principal: service, Action: both, ...over });
const when = (operator: string, key: string, value: unknown): object =>
  allow({ Condition: { [operator]: { [key]: value } } });

const decide = (
  statements: object | readonly object[],
  over: Partial<PodIdentityRequest> = {},
  action: 'sts:AssumeRole' | 'sts:TagSession' = 'sts:AssumeRole',
): PodIdentityDecision => {
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return decidePodIdentity(parsed.policy, { ...request, ...over }, action);
};

const fromSource = (arn: string): object => when('ArnLike', 'aws:SourceArn', arn);
const bySource: PodIdentityDecision = {
  ...{ decision: 'deny', how: 'refuses' },
  why: expect.stringContaining('aws:SourceArn') as unknown as string,
};

describe('Pod Identity by a trust policy', () => {
  test.each<readonly [string, object | readonly object[]]>([
    ['the policy of the AWS documentation', allow()],
    ['among other services', allow({ Principal: { Service: ['ec2.amazonaws.com', 'pods.eks.amazonaws.com'] } })],
    ['any action of STS', allow({ Action: 'sts:*' })],
    ['an action in another case', allow({ Action: ['STS:assumerole', 'sts:tagsession'] })],
    ['two statements', [allow({ Action: 'sts:AssumeRole' }), allow({ Action: 'sts:TagSession' })]],
    ['the account of the cluster', when('StringEquals', 'aws:SourceAccount', '111122223333')],
    ['the cluster as source', when('ArnEquals', 'aws:SourceArn', clusterArn)],
    ['clusters of the account as source', when('ArnLike', 'AWS:SourceArn', 'arn:aws:eks:*:111122223333:cluster/*')],
    ['no other cluster as source', when('ArnNotEquals', 'aws:SourceArn', clusterArn.replace('shop', 'other'))],
    ['the cluster or another one', when('ArnLike', 'aws:SourceArn', [clusterArn.replace('shop', 'other'), clusterArn])],
    ['the namespace', when('StringEquals', 'aws:RequestTag/kubernetes-namespace', ['other', 'checkout'])],
    ['the service account by pattern', when('StringLike', 'aws:RequestTag/Kubernetes-Service-Account', 'ca*')],
    ['the cluster by its tags', when('StringEquals', 'aws:RequestTag/eks-cluster-arn', clusterArn)],
    ['the cluster by its name', when('StringEquals', 'aws:RequestTag/eks-cluster-name', 'shop')],
    ['a date to come', when('DateLessThan', 'aws:CurrentTime', '2027-01-01T00:00:00Z')],
    ['a test that another tag is absent', when('Null', 'aws:RequestTag/team', 'true')],
    [
      'beside a Deny for other principals',
      [allow(), { Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::111122223333:user/x' }, Action: '*' }],
    ],
  ])('%s: both actions are allowed', (_title, statements) => {
    expect(decide(statements)).toEqual({ decision: 'allow' });
    expect(decide(statements, {}, 'sts:TagSession')).toEqual({ decision: 'allow' });
  });

  test.each<readonly [string, object | readonly object[], PodIdentityDecision]>([
    ['another service', allow({ Principal: { Service: 'eks.amazonaws.com' } }), { decision: 'deny', how: 'silent' }],
    ['web identity alone', allow({ Action: 'sts:AssumeRoleWithWebIdentity' }), { decision: 'deny', how: 'silent' }],
    [
      'the account in place of the service',
      allow({ Principal: { AWS: '111122223333' } }),
      { decision: 'deny', how: 'silent' },
    ],
    [
      'another account as source',
      when('StringEquals', 'aws:SourceAccount', '444455556666'),
      { decision: 'deny', how: 'refuses', why: expect.stringContaining('aws:SourceAccount') as unknown as string },
    ],
    [
      'another namespace',
      when('StringEquals', 'aws:RequestTag/kubernetes-namespace', 'orders'),
      {
        decision: 'deny',
        how: 'refuses',
        why: expect.stringContaining('"orders", the request has "checkout"') as unknown as string,
      },
    ],
    [
      'a tag that EKS does not give',
      when('StringEquals', 'aws:RequestTag/team', 'x'),
      { decision: 'deny', how: 'refuses', why: expect.stringContaining('no tags but its own') as unknown as string },
    ],
    [
      'a namespace in another case',
      when('StringEquals', 'aws:RequestTag/kubernetes-namespace', 'Checkout'),
      { decision: 'deny', how: 'refuses', why: expect.stringContaining('differs only in case') as unknown as string },
    ],
    ...['cluster/other', 'cluster/shop-*', 'cluster/sho?2'].map(
      resource =>
        ['another cluster as source', fromSource(clusterArn.replace('cluster/shop', resource)), bySource] as const,
    ),
    ['another region as source', fromSource(clusterArn.replace('eu-west-1', 'us-*')), bySource],
    ['a cluster of another account', fromSource(clusterArn.replace('111122223333', '444455556666')), bySource],
    ['a resource of another service', fromSource('arn:aws:s3:::shop'), bySource],
    ['another partition', fromSource('arn:aws-cn:eks:*:*:*'), bySource],
    ['a Deny for the service', [allow(), allow({ Effect: 'Deny' })], { decision: 'deny', how: 'denies' }],
  ])('%s: it is refused', (_title, statements, decision) => {
    expect(decide(statements)).toEqual(decision);
  });

  test('each action is decided by itself', () => {
    const one = allow({ Action: 'sts:AssumeRole' });
    expect(decide(one)).toEqual({ decision: 'allow' });
    expect(decide(one, {}, 'sts:TagSession')).toEqual({ decision: 'deny', how: 'silent' });
  });

  test('a test on session tags refuses where the association switches them off, and a negated one does not', () => {
    const tagged = when('StringEquals', 'aws:RequestTag/kubernetes-namespace', 'checkout');
    expect(decide(tagged, { sessionTags: false })).toMatchObject({ decision: 'deny', how: 'refuses' });
    const ifExists = when('StringEqualsIfExists', 'aws:RequestTag/kubernetes-namespace', 'orders');
    expect(decide(ifExists, { sessionTags: false })).toEqual({ decision: 'allow' });
    expect(decide(ifExists)).toMatchObject({ decision: 'deny' });
  });

  test.each<readonly [string, object | readonly object[], string]>([
    ['everyone', allow({ Principal: '*' }), 'wildcard'],
    ['everyone of AWS', allow({ Principal: { AWS: '*' } }), 'wildcard'],
    ['the form of a partition', allow({ Principal: { Service: 'pods.eks.amazonaws.com.cn' } }), 'wildcard'],
    [
      'the source in another form',
      when('ArnLike', 'aws:SourceArn', 'arn:aws:eks:*:*:podidentityassociation/shop/*'),
      'aws:SourceArn',
    ],
    ['a pattern over several parts', when('StringLike', 'aws:SourceArn', 'arn:aws:eks:*association*'), 'aws:SourceArn'],
    [
      'another cluster, or the source in another form',
      when('ArnLike', 'aws:SourceArn', ['arn:aws:eks:*:*:cluster/other', 'arn:aws:eks:*:*:podidentityassociation/*']),
      'aws:SourceArn',
    ],
    [
      'no source in another form',
      when('ArnNotLike', 'aws:SourceArn', 'arn:aws:eks:*:*:podidentityassociation/*'),
      'aws:SourceArn',
    ],
    ['an organization', when('StringEquals', 'aws:SourceOrgId', 'o-1'), 'aws:SourceOrgId'],
    ['an organization by a variable', when('StringEquals', 'aws:SourceOrgId', '${aws:ResourceOrgId}'), 'variable'],
    ['keys of tags', when('ForAllValues:StringEquals', 'aws:TagKeys', ['eks-cluster-name']), 'aws:TagKeys'],
    ['the name of the pod', when('StringLike', 'aws:RequestTag/kubernetes-pod-name', 'cart-*'), 'each pod'],
    ['a session name', when('StringLike', 'sts:RoleSessionName', 'eks-*'), 'sts:RoleSessionName'],
    ['an operator that is none', when('StringIs', 'aws:SourceAccount', 'x'), 'StringIs'],
    [
      'a Deny for everyone with a test',
      [
        allow(),
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sts:*',
          Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
        },
      ],
      'aws:PrincipalOrgID',
    ],
    ['NotPrincipal', [{ Effect: 'Allow', NotPrincipal: { AWS: '444455556666' }, Action: both }], ''],
  ])('%s: it is unknown, and why is said', (_title, statements, why) => {
    const decision = decide(statements);
    expect(decision.decision).toBe('unknown');
    if (decision.decision === 'unknown') expect(decision.why).toContain(why);
  });

  test.each([
    ['aws:SourceOrgId', 'o-1', 'unread'],
    ['aws:RequestTag/kubernetes-pod-uid', 'x', 'request-dependent'],
    ['aws:PrincipalOrgID', 'o-1', 'undocumented'],
  ])('%s: the kind of the doubt is that of the key', (key, value, kind) => {
    expect(decide(when('StringEquals', key, value))).toMatchObject({ decision: 'unknown', kind });
  });

  test.each<readonly [string, unknown, string]>([
    ['a provider', { Federated: '*' }, 'unknown'],
    ['a provider by name', { Federated: 'arn:aws:iam::111122223333:oidc-provider/issuer.example' }, 'deny'],
    ['every service', { Service: '*' }, 'unknown'],
    ['another service', { Service: 'ec2.amazonaws.com' }, 'deny'],
    ['the name of the service as an account', { AWS: 'pods.eks.amazonaws.com' }, 'deny'],
    ['an account of another time', { CanonicalUser: '*' }, 'deny'],
  ])('by %s it is decided', (_, Principal, decision) => {
    expect(decide(allow({ Principal })).decision).toBe(decision);
  });

  test('tags of the role and the time are those of the request', () => {
    const tagged = when('StringEquals', 'aws:ResourceTag/team', 'a');
    expect(decide(tagged, { roleTags: { team: 'a' } })).toEqual({ decision: 'allow' });
    expect(decide(tagged, { roleTags: {} })).toMatchObject({ decision: 'deny', how: 'refuses' });
    const dated = when('DateLessThan', 'aws:CurrentTime', '2026-12-01T00:00:00Z');
    expect(decide(dated)).toEqual({ decision: 'allow' });
    const { now: _, ...timeless } = request;
    const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: dated }));
    if (!parsed.ok) throw new Error(parsed.problem.message);
    expect(decidePodIdentity(parsed.policy, timeless, 'sts:AssumeRole').decision).toBe('unknown');
  });

  test('why it is refused comes from the statement for the service and the action, and from its test that fails', () => {
    const failing = { StringEquals: { 'aws:SourceAccount': '444455556666' } };
    const others = [
      allow({ Effect: 'Deny', Condition: { StringEquals: { 'aws:SourceAccount': '777788889999' } } }),
      allow({ Principal: { Service: 'ec2.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': '1' } } }),
      allow({ Action: 'sts:TagSession', Condition: { StringEquals: { 'aws:SourceAccount': '2' } } }),
    ];
    const Condition = { StringEquals: { 'aws:RequestTag/eks-cluster-name': 'shop', ...failing.StringEquals } };
    expect(decide([...others, allow({ Condition })])).toEqual({
      decision: 'deny',
      how: 'refuses',
      why: expect.stringContaining('444455556666') as unknown as string,
    });
    expect(decide(others)).toEqual({ decision: 'deny', how: 'silent' });
  });

  test('a test of a key that the request does not carry is told as such', () => {
    expect(decide(when('StringEquals', 'aws:RequestTag/other', 'x'))).toEqual({
      decision: 'deny',
      how: 'refuses',
      why: expect.stringContaining('aws:RequestTag/other') as unknown as string,
    });
  });

  test.each<readonly [object | readonly object[], string, string]>([
    [
      when('StringEquals', 'aws:PrincipalOrgID', 'o-1'),
      'StringEquals on aws:PrincipalOrgID: whether aws:PrincipalOrgID is set for EKS Pod Identity is not documented',
      'undocumented',
    ],
    [
      when('StringEquals', 'aws:SourceOrgPaths', 'o-1/*'),
      'StringEquals on aws:SourceOrgPaths: the organization of the cluster’s account is not read',
      'unread',
    ],
    [
      when('StringEquals', 'aws:SourceAccount', ['1', '${aws:ResourceAccount}']),
      'StringEquals on aws:SourceAccount: the value of a policy variable is not known',
      'undocumented',
    ],
    [
      allow({ Condition: { StringEquals: { 'aws:SourceAccount': '111122223333', 'sts:RoleSessionName': 'x' } } }),
      'StringEquals on sts:RoleSessionName: whether sts:RoleSessionName is set for EKS Pod Identity is not documented',
      'undocumented',
    ],
    [
      [when('StringEquals', 'aws:SourceAccount', '444455556666'), when('StringEquals', 'sts:RoleSessionName', 'x')],
      'StringEquals on sts:RoleSessionName: whether sts:RoleSessionName is set for EKS Pod Identity is not documented',
      'undocumented',
    ],
    [allow({ Principal: '*' }), 'whether a wildcard stands for the service is not documented', 'undocumented'],
  ])('%#: what leaves it open is said: %s', (statements, why, kind) => {
    expect(decide(statements)).toEqual({ decision: 'unknown', why, kind });
  });

  test('a text that IAM refuses is told as such', () => {
    const decision = decide(allow({ Sid: 'a b' }));
    expect(decision).toMatchObject({ decision: 'unknown', kind: 'undocumented' });
    expect('why' in decision && decision.why).toContain('Sid');
  });
});
