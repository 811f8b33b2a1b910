import { describe, expect, test } from '@jest/globals';
import type { PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { complete, withGaps } from '../../../lib/model/collected.ts';
import { parsePolicy } from '../../../lib/policy/parse/parse-policy.ts';
import { decidePodIdentity } from '../../../lib/policy/who/pod-identity.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { argsOf } from '../../support/step-options.ts';
import { anAssociation, aPodIdentityRole, podIdentityStatement } from './example-association.ts';
import { judgeRoles, ofRole } from './worlds.ts';

const gap = (operation: string) => ({ what: 'x', reason: { kind: 'denied', operation, message: 'no' } as const });

const tagged = podIdentityStatement({
  Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'checkout' } },
});

function anUndescribed(): PodIdentityAssociation {
  return { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' };
}

describe('the role of a Pod Identity association', () => {
  test.each<readonly [string, () => ReturnType<typeof judgeRoles>]>([
    ['trusts the service', () => ofRole(aPodIdentityRole())],
    [
      'trusts web identity too',
      () =>
        ofRole(
          aPodIdentityRole(podIdentityStatement(), {
            ...podIdentityStatement(),
            Sid: 'x',
            Principal: { AWS: '111122223333' },
          }),
        ),
    ],
    ['wants tags that are given', () => ofRole(aPodIdentityRole(tagged))],
    ['has no tags and wants none', () => ofRole(aPodIdentityRole(), { sessionTags: false })],
    [
      'lies in a path',
      () =>
        ofRole(
          { ...aPodIdentityRole(), arn: 'arn:aws:iam::111122223333:role/team/cart', path: '/team/' },
          { roleArn: 'arn:aws:iam::111122223333:role/team/cart' },
        ),
    ],
    [
      'leads to a target role of the account',
      () =>
        judgeRoles(
          complete([aPodIdentityRole(), { ...aPodIdentityRole(), arn: 'arn:aws:iam::111122223333:role/target' }]),
          complete([anAssociation({ targetRoleArn: 'arn:aws:iam::111122223333:role/target' })]),
        ),
    ],
  ])('%s: nothing is reported and nothing is open', (_title, judged) => {
    const { findings, undecided } = judged();
    expect(findings).toEqual([]);
    expect(undecided).toEqual([]);
  });

  test.each<readonly [string, () => ReturnType<typeof judgeRoles>, string, string]>([
    [
      'does not name the service',
      () => ofRole(aPodIdentityRole(podIdentityStatement({ Principal: { Service: 'ec2.amazonaws.com' } }))),
      'pod-identity-role-not-trusting',
      'silent',
    ],
    [
      'does not allow sts:TagSession',
      () => ofRole(aPodIdentityRole(podIdentityStatement({ Action: 'sts:AssumeRole' }))),
      'pod-identity-role-not-trusting',
      'silent',
    ],
    [
      'is for another service account',
      () => ofRole(aPodIdentityRole(tagged), { namespace: 'orders' }),
      'pod-identity-role-not-trusting',
      'refuses',
    ],
    [
      'wants tags that are off',
      () => ofRole(aPodIdentityRole(tagged), { sessionTags: false }),
      'pod-identity-role-not-trusting',
      'tagsOff',
    ],
    [
      'has a Deny',
      () => ofRole(aPodIdentityRole(podIdentityStatement(), podIdentityStatement({ Effect: 'Deny', Sid: 'no' }))),
      'pod-identity-role-not-trusting',
      'denies',
    ],
  ])('%s: that is one finding in the place of the service account', (_title, judged, ruleId, messageId) => {
    const { findings } = judged();
    expect(findings).toMatchObject([
      { ruleId, messageId, clusterName: 'shop', serviceAccount: 'cart', severity: 'high' },
    ]);
  });

  test.each<readonly [string, () => ReturnType<typeof judgeRoles>, string]>([
    [
      'the association could not be described',
      () => judgeRoles(complete([]), withGaps([anUndescribed()], [gap('eks:DescribePodIdentityAssociation')])),
      'unread',
    ],
    ['a page of roles was not read', () => judgeRoles(withGaps([], [gap('iam:ListRoles')])), 'unread'],
    [
      'the target role is of another account',
      () => ofRole(aPodIdentityRole(), { targetRoleArn: 'arn:aws:iam::444455556666:role/x' }),
      'not-asked-for',
    ],
    ['the trust policy cannot be parsed', () => ofRole({ ...aPodIdentityRole(), trustPolicy: '{' }), 'ambiguous'],
    [
      'tags are off and sts:TagSession is not allowed',
      () => ofRole(aPodIdentityRole(podIdentityStatement({ Action: 'sts:AssumeRole' })), { sessionTags: false }),
      'undocumented',
    ],
  ])('is unknown where %s', (_title, judged, kind) => {
    const { findings, undecided } = judged();
    expect(findings).toEqual([]);
    expect(undecided.length).toBeGreaterThan(0);
    for (const one of undecided) expect(one).toMatchObject({ kind });
  });

  test('the proposed policy lets exactly this service account have both actions', () => {
    const role = aPodIdentityRole(podIdentityStatement({ Principal: { Service: 'ec2.amazonaws.com' } }));
    const [finding] = ofRole(role).findings;
    const words = argsOf(finding?.fix.steps?.[0]);
    const document = words[words.indexOf('--policy-document') + 1] ?? '';
    const parsed = parsePolicy(document);
    if (!parsed.ok) throw new Error(parsed.problem.message);
    const request = {
      roleArn: role.arn,
      clusterArn: aReadCluster().cluster.arn,
      clusterName: 'shop',
      accountId: '111122223333',
      namespace: 'checkout',
      serviceAccount: 'cart',
      sessionTags: true,
    };
    const decisionFor = (over: object) =>
      (['sts:AssumeRole', 'sts:TagSession'] as const).map(
        action => decidePodIdentity(parsed.policy, { ...request, ...over }, action).decision,
      );
    expect(decisionFor({})).toEqual(['allow', 'allow']);
    expect(decisionFor({ serviceAccount: 'other' })).toEqual(['deny', 'deny']);
    expect(decisionFor({ clusterArn: `${request.clusterArn}x` })).toEqual(['deny', 'deny']);
  });

  test('without session tags no policy is proposed, since it could name no service account', () => {
    const role = aPodIdentityRole(podIdentityStatement({ Principal: { Service: 'ec2.amazonaws.com' } }));
    const [finding] = ofRole(role, { sessionTags: false }).findings;
    expect(finding).toMatchObject({ ruleId: 'pod-identity-role-not-trusting', fix: { steps: [], commands: [] } });
    expect(finding?.fix.choice).toBeDefined();
  });

  test('tags are switched on where the role wants them', () => {
    const [finding] = ofRole(aPodIdentityRole(tagged), { sessionTags: false }).findings;
    expect(finding?.fix.steps?.map(step => argsOf(step).join(' '))).toEqual([
      'eks update-pod-identity-association --cluster-name shop --region eu-west-1 --association-id a-0123456789abcdefg --no-disable-session-tags',
    ]);
  });
});

test.each<readonly [string, Readonly<Record<string, unknown>>, RegExp, RegExp]>([
  [
    'a test of another value',
    { Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'prod' } } },
    /^Give the test the value of this session \(.*kubernetes-namespace/,
    /kubernetes-namespace/,
  ],
  ['a Deny', { Effect: 'Deny', Sid: 'no' }, /^Leave the session out of the Deny statement/, /a Deny statement/],
])('the fix of %s corrects it, and adds no statement', (_title, over, summary, got) => {
  const statements =
    'Effect' in over ? [podIdentityStatement(), podIdentityStatement(over)] : [podIdentityStatement(over)];
  const { findings } = ofRole(aPodIdentityRole(...statements));
  const [found] = findings.filter(({ ruleId }) => ruleId === 'pod-identity-role-not-trusting');
  expect(found?.fix.summary).toMatch(summary);
  expect(found?.fix.summary).not.toMatch(/^Let role/);
  expect(found?.fix.commands).toEqual([]);
  expect(JSON.stringify(found?.evidence)).toMatch(got);
  expect(JSON.stringify(found?.evidence)).not.toContain('no statement for');
});
