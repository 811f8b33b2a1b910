/** Each form of a second role, of the account that assumes it and of its trust policy: whether it can. */
import { test } from '@jest/globals';
import type { SecondRole } from '../../../lib/facts/second-roles.ts';
import { complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { firstRoleOf, outcomeFor } from '../../../lib/rules/service-account/support/second-role-outcome.ts';
import { aReadCluster, aServiceAccount, someKubernetes } from '../../support/example-cluster.ts';
import { aCluster, aProvider, aRole, someFacts } from '../../support/example-world.ts';
import { aGap, denied } from '../../support/in-cluster-world.ts';
import { around, beside, line, tell, tellByAnswer } from '../../support/paired-lines.ts';
import { anAssociation } from '../pod-identity/example-association.ts';
import { host } from './worlds.ts';

const first = aRole().arn;
const byPodIdentity = first.replace('checkout-cart', 'by-pod-identity');
const target = aRole({ name: 'second' }).arn;
const naming = (AWS: string, ...actions: readonly string[]) => ({
  Principal: { AWS },
  Action: ['sts:AssumeRole', ...actions],
});
const web = (condition: object = {}) => ({
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: {
    StringEquals: { [`${host}:sub`]: 'system:serviceaccount:checkout:cart', [`${host}:aud`]: 'sts.amazonaws.com' },
    ...condition,
  },
});
const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map(one => ({ Effect: 'Allow', ...one })) });

const parts = {
  by: { role: 'role', token: 'token', either: 'either' },
  named: { named: { isNamed: true as const }, 'not named': {} },
  after: { directly: {}, 'after another': { after: byPodIdentity } },
  tags: { 'no tags': {}, tags: { isTagged: true as const } },
  audiences: {
    'of the account': {},
    two: { audiences: ['vault', 'sts.amazonaws.com'] },
    another: { audiences: ['vault'] },
  },
  policy: {
    'the first': policyOf(naming(first)),
    'the first with tags': policyOf(naming(first, 'sts:TagSession')),
    'that of Pod Identity': policyOf(naming(byPodIdentity)),
    'its token': policyOf(web()),
    'its token by address': policyOf(web({ IpAddress: { 'aws:SourceIp': '192.0.2.1' } })),
    'both by address': policyOf(naming(first), web({ IpAddress: { 'aws:SourceIp': '192.0.2.1' } })),
    others: policyOf(naming('arn:aws:iam::444455556666:root')),
    'another action': policyOf({ Principal: { AWS: first }, Action: 'sts:TagSession' }),
    'cut off': '{"Statement":',
  },
  account: {
    annotated: aServiceAccount(),
    'of another audience': aServiceAccount({
      annotations: { 'eks.amazonaws.com/role-arn': first, 'eks.amazonaws.com/audience': 'vault' },
    }),
    'that is none': aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': 'cart' } }),
    bare: aServiceAccount({ annotations: {} }),
    absent: aServiceAccount({ name: 'other' }),
  },
  association: {
    none: complete([]),
    its: complete([anAssociation({ roleArn: byPodIdentity })]),
    'without tags': complete([anAssociation({ roleArn: byPodIdentity, sessionTags: false })]),
    'with a target': complete([anAssociation({ roleArn: first, targetRoleArn: byPodIdentity })]),
    'not described': withGaps(
      [{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' }],
      [{ ...aGap('eks:DescribePodIdentityAssociation'), what: 'a-1' }],
    ),
    refused: unavailable(denied),
  },
  issuer: { its: {}, unknown: { issuer: undefined } },
} as const;
type Parts = ReturnType<typeof beside<typeof parts>>[number][1];

const answerOf = ({ by, named, after, tags, audiences, policy, account, association, issuer }: Parts): unknown => {
  const second: SecondRole = {
    roleArn: target,
    namedBy: 'SecretStore shop/aws',
    by,
    accounts: [{ namespace: 'checkout', name: 'cart' }],
    ...named,
    ...after,
    ...tags,
    ...audiences,
  };
  const { issuer: known, ...described } = aCluster();
  const cluster = 'issuer' in issuer ? described : { ...described, ...(known !== undefined && { issuer: known }) };
  const kubernetes = someKubernetes({
    serviceAccounts: complete([account]),
    ...('issuer' in issuer && { issuer: unavailable(denied) }),
  });
  const snapshot = aReadCluster({}, { cluster, podIdentity: association as never });
  const place = { namespace: 'checkout', name: 'cart' };
  const role = { arn: target, name: 'second', trustPolicy: policy };
  return [
    outcomeFor(place, second, role, { snapshot, kubernetes, cluster }, someFacts()),
    firstRoleOf(place, second, { snapshot, kubernetes, cluster }),
  ];
};

test('outcomes', () => {
  tell(
    'outcomes',
    beside(parts).map(([title, of]) => line(title, answerOf(of))),
  );
  const base = {
    named: 'not named',
    after: 'directly',
    tags: 'no tags',
    audiences: 'of the account',
    policy: 'the first',
    account: 'annotated',
    association: 'none',
    issuer: 'its',
  } as const;
  for (const by of ['role', 'either'] as const)
    tellByAnswer(
      by,
      around(parts, { ...base, by }).map(([title, of]) => [title, answerOf(of)]),
    );
});
