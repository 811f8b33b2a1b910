import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Pod, PodContainer } from '../../../lib/model/kubernetes.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy, exampleAccountId } from '../../support/example-world.ts';
import { verdicts, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';

export type Case = readonly [title: string, facts: Facts, expected: readonly string[]];

export const run = (ruleId: string, cases: readonly Case[]) =>
  describe(ruleId, () => {
    test.each(cases.map(one => [...one] as const))('%s', (_title, facts, expected) =>
      expect(verdicts(ruleId, facts)).toEqual(expected),
    );
  });

export const fixOf = (ruleId: string, facts: Facts) => {
  const rule = ruleById(ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  return verdictOf(rule, facts).findings[0]?.fix;
};

export const account = (over: Parameters<typeof aServiceAccount>[0]) => ({
  serviceAccounts: complete([aServiceAccount(over)]),
});

export const other = `arn:aws:iam::${exampleAccountId}:role/other`;

export const ofRole = (roleArn: string, over: Partial<PodContainer> = {}) =>
  aContainer({ irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_ROLE_ARN: roleArn }, ...over });

export const stalePod = (createdAt: string | undefined, name = 'a'): Pod => {
  const { createdAt: _, ...pod } = aPod({ name, containers: [ofRole(other)] });
  return createdAt === undefined ? pod : { ...pod, createdAt };
};

export const annotatedAt = (at: string | undefined, ...pods: readonly Pod[]) =>
  worldOf({ ...withPods(...pods), ...account(at === undefined ? {} : { annotatedAt: at }) });

export const roleKey = 'eks.amazonaws.com/role-arn';

export const expirationKey = 'eks.amazonaws.com/token-expiration';

export const cart = aRole().arn;

export const plain = { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) };

export const withEnvironment = (
  values: Readonly<Record<string, string>>,
  over: Partial<PodContainer> = {},
): PodContainer => {
  const irsaEnvironment = { ...aContainer().irsaEnvironment, ...values };
  return aContainer({ awsVariables: Object.keys(irsaEnvironment), irsaEnvironment, ...over });
};

export const withOther = (over: Partial<Pod> = {}, container: Partial<PodContainer> = {}): Pod =>
  aPod({ containers: [withEnvironment({ AWS_ROLE_ARN: other }, container)], ...over });

export const otherTrusting = (subject: string) => ({
  roles: complete([aRole(), aRole({ name: 'other', trustPolicy: aTrustPolicy({ subject }) })]),
});

export const foreignTrust = otherTrusting('system:serviceaccount:checkout:basket');

const { issuer: _none, ...withoutIssuer } = aReadCluster().cluster;
export const kept = withoutIssuer;

export const volume = (audience: string) => aPod({ volumes: [{ name: 'aws-iam-token', audience, path: 'token' }] });
